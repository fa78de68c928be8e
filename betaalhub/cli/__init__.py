"""The command line: every command of an administrator, thin; it opens a transaction and calls a flow."""

from betaalhub.cli.edge import cli, main

__all__ = ["cli", "main"]
