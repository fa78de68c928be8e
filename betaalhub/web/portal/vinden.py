"""Reads the form of "waar is mijn betaling?"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.errors import Refusal
from betaalhub.web.portal.amounts import read_amount

# What stands in a bank app is "Gemeente Demostad 482710936577", or the reference of one try to pay: "482710936577-1".
_AT_THE_BANK = re.compile(r"\D*?(?P<kenmerk>[0-9](?:[\s.-]*[0-9]){11})(?:-[0-9]{1,3})?\s*")


@dataclass(frozen=True, slots=True)
class FindForm:
    """What she typed, shown again as it was."""

    kenmerk: str = ""
    bedrag: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks. `problems`: the key of the text by the id of the field; the rest counts only without any."""

    kenmerk: str = ""
    cents: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)


def read_form(form: FindForm) -> Asked:
    """The kenmerk and the amount in cents. A typo is seen here, by the check digits, before anything is looked up or counted."""
    problems: dict[str, str] = {}
    kenmerk = ""
    try:
        copied = _AT_THE_BANK.fullmatch(form.kenmerk)
        kenmerk = parse_kenmerk(copied["kenmerk"] if copied else form.kenmerk)
    except Refusal:
        problems["kenmerk"] = "find.typo"
    cents = read_amount(form.bedrag)
    if cents is None:
        problems["bedrag"] = "find.amount.error"
    return Asked(kenmerk, cents or 0, problems)
