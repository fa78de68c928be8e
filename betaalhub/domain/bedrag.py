"""How an amount of money reads in Dutch."""

from __future__ import annotations

import re

_EURO = re.compile(r"(?:€ ?)?(\d{1,9}|\d{1,3}(?:\.\d{3})+)(?:,(\d{2})|,-)?")


def in_euro(cents: int) -> str:
    """Cents as a person reads them: `€ 1.234,50`."""
    return f"€ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def parse_euro(text: str) -> int | None:
    """The cents of an amount as a person types it: `187,50`, `€ 1.234,50`, `90`; None when it is none."""
    found = _EURO.fullmatch(text.strip())
    return int(found[1].replace(".", "")) * 100 + int(found[2] or 0) if found else None
