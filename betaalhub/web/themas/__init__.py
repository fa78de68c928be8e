"""The look and the words of a municipality: a folder with one style sheet, what it is called, and texts of its own (docs/thema.md)."""
