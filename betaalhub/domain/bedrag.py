"""How an amount of money reads in Dutch."""

from __future__ import annotations


def in_euro(cents: int) -> str:
    """Cents as a person reads them: `€ 1.234,50`."""
    return f"€ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
