"""Reads an amount as people type it."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{2}|-))?")
_GROUPED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{2}|-))?|([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{2}))?")


def read_amount(text: str) -> int | None:
    """Cents of `87,60`, `€ 1.234,50`, `1,234.50`, `120`, `120,-`; None for what is no amount above 0."""
    bare = re.sub(r"[\s€]", "", text).removeprefix("EUR")
    found = _PLAIN.fullmatch(bare) or _GROUPED.fullmatch(bare)
    if found is None or len(bare) > 12:
        return None
    groups = found.groups()
    euros, cents = (groups[0], groups[1]) if groups[0] else (groups[2], groups[3])
    total = int(re.sub(r"[.,]", "", euros)) * 100 + int((cents or "0").replace("-", "0"))
    return total or None
