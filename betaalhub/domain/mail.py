"""The mails that a citizen gets about a betaling, and how far each is: what may follow what is a table (domain.md, section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from betaalhub.errors import IllegalTransition


class MailSoort(StrEnum):
    """What it tells. A betaling has one of the first two, once; each terugbetaling that is VOLTOOID has one of the third."""

    BETAALBEWIJS = "BETAALBEWIJS"
    ALSNOG_BETAALD = "ALSNOG_BETAALD"  # it had ended unpaid, as she was told, and the money came in after all
    TERUGBETALING = "TERUGBETALING"


class MailStatus(StrEnum):
    """How far it is."""

    TE_VERZENDEN = "TE_VERZENDEN"
    VERZENDEN = "VERZENDEN"  # it leaves now; who finds it so later does not know whether it did
    VERZONDEN = "VERZONDEN"  # the mail server took it
    GEWEIGERD = "GEWEIGERD"  # the mail server will not take it: most often there is no such address
    ONBEKEND = "ONBEKEND"  # it may have gone: never sent again by itself
    VERVALLEN = "VERVALLEN"  # not sent any more: too late, or there is no address left


_S = MailStatus
# Only a person wishes again for a mail that came to an end.
STEPS: Mapping[MailStatus, frozenset[MailStatus]] = MappingProxyType(
    {
        _S.TE_VERZENDEN: frozenset({_S.VERZENDEN, _S.VERVALLEN}),
        _S.VERZENDEN: frozenset({_S.TE_VERZENDEN, _S.VERZONDEN, _S.GEWEIGERD, _S.ONBEKEND}),
        _S.VERZONDEN: frozenset({_S.TE_VERZENDEN}),
        _S.GEWEIGERD: frozenset({_S.TE_VERZENDEN}),
        _S.ONBEKEND: frozenset({_S.TE_VERZENDEN}),
        _S.VERVALLEN: frozenset({_S.TE_VERZENDEN}),
    }
)
if STEPS.keys() != set(MailStatus):
    raise AssertionError("Every MailStatus needs its steps")

TOO_LATE = timedelta(days=3)  # after this a mail is not sent any more: it would only surprise
ONTVANGST = "ONTVANGST"  # what a mail about the money that came in is about; one about a terugbetaling has its nummer


def check_mail_step(van: MailStatus, to: MailStatus) -> None:
    """Raise IllegalTransition unless the table holds this step."""
    if to not in STEPS[van]:
        raise IllegalTransition(f"MailStatus: {van} → {to} is not in the table")


def common_address(typed: str | None, given: tuple[str | None, ...]) -> str | None:
    """To whom: the address that she typed at paying; else the one that every betaalopdracht gives; None when there is none or
    they differ. Large and small letters count as one address."""
    if typed:
        return typed
    found = {address.casefold() for address in given if address}
    return given[0] if given and len(found) == 1 and all(given) else None


def masked_address(address: str) -> str:
    """As a person at the helpdesk may see it: `j***@example.nl`."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}***{at}{host}"
