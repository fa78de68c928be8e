"""The room of the people: what the citizen sees in a browser, and where a PSP leaves its hints."""
