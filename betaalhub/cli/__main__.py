"""`python -m betaalhub.cli`, for where the script is not on the path."""

from betaalhub.cli.edge import main

if __name__ == "__main__":
    main()
