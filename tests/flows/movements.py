"""What the PSP says of money that went back or was taken back, and what a town's books say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspRapport
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval import resolve_uitval, ways
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow, BoekingsregelRow, UitvalRow
from tests.flows.town import Town, rapport

DONE, FAILED = BewegingStatus.DONE, BewegingStatus.FAILED
TUSSEN, ASIDE, PROCEEDS = "1310", "2990", "8301"


def taken(
    cents: int = 18_750,
    status: BewegingStatus = DONE,
    *,
    psp_id: str = "1:chargeback:C1",
    currency: str = "EUR",
) -> PspBeweging:
    """A terugboeking as the PSP reports it."""
    return PspBeweging(psp_id, "1", None, cents, currency, status)


def nameless(*found: tuple[int, BewegingStatus]) -> list[PspBeweging]:
    """Terugboekingen as a PSP lists them that gives them no number: each has its place in the list."""
    return [
        replace(taken(cents, status, psp_id=f"1:chargeback:#{place}"), by_place=True)
        for place, (cents, status) in enumerate(found, 1)
    ]


def says(town: Town, betaling: BetalingRow, *movements: PspBeweging, cents: int = 18_750) -> PspRapport:
    """The PSP reports the betaling paid, with these terugboekingen; a minute later than what was before."""
    town.clock.forward(minutes=1)
    found = replace(
        rapport(PogingStatus.APPROVED, cents=cents, registered=betaling.bedrag_cent, at=town.clock()),
        terugboekingen=tuple(movements),
    )
    town.answered(betaling, found)
    return found


def balances(town: Town) -> dict[str, int]:
    """Debet minus credit per account, for the accounts that are not at zero. Cents."""
    found: Counter[str] = Counter()
    for line in town.all(BoekingsregelRow):
        found[line.grootboekrekening] += line.debet_cent - line.credit_cent
    return {account: cents for account, cents in sorted(found.items()) if cents}


def waiting(town: Town) -> Sequence[str]:
    """The kinds of uitval that are not resolved."""
    return [row.soort for row in town.all(UitvalRow) if row.status != "OPGELOST"]


def resolves(town: Town, soort: str, oplossing: Oplossing, **choice: Any) -> UitvalRow:
    """J. Jansen resolves the first uitval of this kind that is not resolved."""
    row = next(one for one in town.all(UitvalRow) if one.soort == soort and one.status != "OPGELOST")
    keuze = Keuze(oplossing, Door("J. Jansen", town.clock()), **choice)
    return town.does(lambda session: resolve_uitval(session, row.id, keuze, keys=town.hub.keys))


def may(town: Town, soort: str) -> list[str]:
    """What fits the first uitval of this kind that is not resolved, the proposal first."""
    row = next(one for one in town.all(UitvalRow) if one.soort == soort and one.status != "OPGELOST")
    with reading(town.hub.sessions) as session:
        return [str(way) for way in ways(session, row)]
