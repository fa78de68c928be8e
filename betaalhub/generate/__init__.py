"""Fills a register with invented betalingen: a few are made by the real flows against neighbours in memory, and copied many times."""
