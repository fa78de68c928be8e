"""Where the parts of the design system come from: npm packages with a lock file, and the program that makes one style sheet of them."""
