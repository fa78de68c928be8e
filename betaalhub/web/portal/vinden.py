"""Reads the form of "waar is mijn betaling?", and counts who asks too often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv6Address

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.errors import Refusal
from betaalhub.web.context import Web
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


def take_try(web: Web, address: str | None) -> bool:
    """Count one try of this address; False: too many misses in the last 15 minutes."""
    return web.find_misses.take(who_asks(address), web.now())


def give_back(web: Web, address: str | None) -> None:
    """It was found: that try does not count."""
    web.find_misses.give_back(who_asks(address))


def who_asks(address: str | None) -> str:
    """The address that is counted; of IPv6 the first half, for one subscriber has all of the second."""
    try:
        return str(IPv6Address(int(IPv6Address(address or "")) >> 64 << 64))
    except AddressValueError:
        return address or ""
