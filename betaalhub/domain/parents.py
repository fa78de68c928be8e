"""Derives what is not stored: the status of a betaalopdracht and of a winkelmandje, from the facts (domain.md, 2.2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from betaalhub.domain.statuses import PAID, BetaalopdrachtStatus, LeveringStatus, WinkelmandjeStatus

_ENDED = frozenset({BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN})


@dataclass(frozen=True, slots=True)
class RegelFeiten:
    """One productregel: its amount, and the cents of each paid toewijzing on it."""

    regelnummer: int
    bedrag_cent: int
    toewijzingen: tuple[int, ...]
    levering: LeveringStatus


@dataclass(frozen=True, slots=True)
class BetaalopdrachtFeiten:
    """The stored facts about one betaalopdracht. Cents."""

    totaal_cent: int
    regels: tuple[RegelFeiten, ...]
    live: bool  # a betaling of its winkelmandje is under way
    ingetrokken: bool
    verlopen: bool
    terugbetaald_cent: int
    teruggeboekt_cent: int
    open_uitval: bool  # one that takes Leverbaar away
    herroepen: bool = False  # the registration at the counter that paid it was revoked
    aanvaard: bool = False  # a person accepted money that came after withdrawal or expiry
    terugbetaling_loopt: bool = False  # asked for or under way: what money goes back for must not be delivered
    tekort_cent: int = 0  # of its paid toewijzingen this never came in: a person accepted less


@dataclass(frozen=True, slots=True)
class BetaalopdrachtAfgeleid:
    """What follows from the facts. `leverbaar` is the one bit that a product system may act on. Cents."""

    status: BetaalopdrachtStatus
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    leverbaar: bool
    regels_betaald: Mapping[int, bool]


def times_covered(regel: RegelFeiten) -> int:
    """How often its paid toewijzingen cover a productregel: once is paid, more is DUBBEL_BETAALD (domain.md, section 5)."""
    return sum(regel.toewijzingen) // regel.bedrag_cent


def derive_betaalopdracht(feiten: BetaalopdrachtFeiten) -> BetaalopdrachtAfgeleid:
    """Status, amounts and Leverbaar of a betaalopdracht; paid is when every productregel is covered at least once.

    Money that comes after withdrawal, expiry or a revoked registration is received, but the status stays until a person accepts
    it (LAAT_BETAALD). Giving back, or losing to the bank, what was paid twice leaves it BETAALD and Leverbaar; a
    terugboeking never changes the status.
    """
    betaald = {regel.regelnummer: times_covered(regel) >= 1 for regel in feiten.regels}
    ontvangen = sum(sum(regel.toewijzingen) for regel in feiten.regels)
    gone = feiten.terugbetaald_cent + feiten.teruggeboekt_cent
    status = _status(feiten, ontvangen, bool(betaald) and all(betaald.values()))
    return BetaalopdrachtAfgeleid(
        status=status,
        ontvangen_cent=ontvangen,
        terugbetaald_cent=feiten.terugbetaald_cent,
        teruggeboekt_cent=feiten.teruggeboekt_cent,
        leverbaar=_leverbaar(feiten, status, kept=ontvangen - gone >= feiten.totaal_cent),
        regels_betaald=betaald,
    )


def _leverbaar(feiten: BetaalopdrachtFeiten, status: BetaalopdrachtStatus, *, kept: bool) -> bool:
    unresolved = feiten.open_uitval or feiten.terugbetaling_loopt
    return status == BetaalopdrachtStatus.BETAALD and kept and not unresolved


def _status(feiten: BetaalopdrachtFeiten, ontvangen: int, paid: bool) -> BetaalopdrachtStatus:
    if feiten.ingetrokken and not feiten.aanvaard:
        return BetaalopdrachtStatus.INGETROKKEN
    if feiten.verlopen and not feiten.aanvaard:
        return BetaalopdrachtStatus.VERLOPEN
    if feiten.herroepen:
        return BetaalopdrachtStatus.TERUGBETAALD
    if paid:
        kept = ontvangen - feiten.terugbetaald_cent
        if kept >= feiten.totaal_cent:
            return BetaalopdrachtStatus.BETAALD
        return (
            BetaalopdrachtStatus.DEELS_TERUGBETAALD if kept > feiten.tekort_cent else BetaalopdrachtStatus.TERUGBETAALD
        )
    return BetaalopdrachtStatus.IN_BETALING if feiten.live else BetaalopdrachtStatus.OPEN


def derive_winkelmandje(statuses: Iterable[BetaalopdrachtStatus], *, live: bool) -> WinkelmandjeStatus:
    """The status of a winkelmandje: frozen while a betaling lives, paid when every live betaalopdracht in it is paid."""
    found = list(statuses)
    going = [status for status in found if status not in _ENDED]
    if live:
        return WinkelmandjeStatus.AFREKENEN
    if going and all(status in PAID for status in going):
        return WinkelmandjeStatus.BETAALD
    return WinkelmandjeStatus.VERLOPEN if found and not going else WinkelmandjeStatus.OPEN


def is_payable(status: BetaalopdrachtStatus, vervalt_op: datetime, until: datetime) -> bool:
    """Can anything still be paid? `until`: when an attempt that began now would end; one that is under way goes on."""
    return status == BetaalopdrachtStatus.IN_BETALING or (status == BetaalopdrachtStatus.OPEN and vervalt_op >= until)


def published(before: BetaalopdrachtAfgeleid, after: BetaalopdrachtAfgeleid) -> bool:
    """Is this change told to the product system? Status, amounts and Leverbaar are; the coming and going of IN_BETALING is not."""
    quiet = {BetaalopdrachtStatus.OPEN, BetaalopdrachtStatus.IN_BETALING}
    flap = before.status != after.status and {before.status, after.status} <= quiet
    seen = (before.ontvangen_cent, before.terugbetaald_cent, before.teruggeboekt_cent, before.leverbaar)
    now = (after.ontvangen_cent, after.terugbetaald_cent, after.teruggeboekt_cent, after.leverbaar)
    return seen != now or (before.status != after.status and not flap)
