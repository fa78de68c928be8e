"""Which page a citizen gets: decided from the facts about her betaling and its betaalopdrachten, never from hope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import (
    LIVE,
    UNDER_WAY,
    BetaalopdrachtStatus,
    BetalingStatus,
    Kanaal,
    TerugbetalingStatus,
    WinkelmandjeStatus,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.winkelmandje import find_by_token
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, WinkelmandjeRow

# The redenen with which change_status ends a betaling that gave another amount back, or lost it to the bank.
_WENT_BACK = frozenset({"BEDRAG_TERUGBETAALD", "BEDRAG_TERUGGEBOEKT"})
# A terugbetaling that was decided and has not arrived: only of these a page may say "u krijgt".
COMING = UNDER_WAY - {TerugbetalingStatus.AANGEVRAAGD}


class Paginastatus(StrEnum):
    """Which page the citizen gets; each has its texts in `web/portal/pages.py`."""

    CART = "cart"  # nothing was tried yet
    OPEN = "open"  # she started at the PSP
    PENDING = "pending"  # the bank has not confirmed
    DIFFERS = "differs"  # money came in, but not the amount that was asked
    PAID = "paid"
    LATE = "late"  # paid after expiry or withdrawal; a person decides
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # the attempt took too long
    RETURNED = "returned"  # another amount than was asked came in, and all of it went back
    UNKNOWN = "unknown"  # the PSP gives no answer
    DOUBLE = "double"  # more came in than was asked; a person decides
    DOUBLE_BACK = "double_back"  # and it was decided that money goes back
    COMING_BACK = "coming_back"  # all that she paid is on its way back
    REFUNDED = "refunded"
    PART_REFUNDED = "part_refunded"
    TAKEN_BACK = "taken_back"  # her bank took back what pays this, and did not return it
    GONE = "gone"  # nothing in it can be paid any more


class Opdrachtpagina(StrEnum):
    """How one betaalopdracht stands in the eyes of who pays."""

    OPEN = "open"
    BUSY = "busy"
    PAID = "paid"
    PART_BACK = "part_back"
    BACK = "back"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LATE = "late"
    COMING_BACK = "coming_back"
    TAKEN_BACK = "taken_back"


_BY_BETALING: Mapping[BetalingStatus, Paginastatus] = MappingProxyType(
    {
        BetalingStatus.AANGEMAAKT: Paginastatus.UNKNOWN,
        BetalingStatus.STARTEN: Paginastatus.UNKNOWN,
        BetalingStatus.ONBEKEND: Paginastatus.UNKNOWN,
        BetalingStatus.GESTART: Paginastatus.OPEN,
        BetalingStatus.IN_BEHANDELING: Paginastatus.PENDING,
        BetalingStatus.BETAALD: Paginastatus.PAID,
        BetalingStatus.MISLUKT: Paginastatus.FAILED,
        BetalingStatus.GEANNULEERD: Paginastatus.CANCELLED,
        BetalingStatus.VERLOPEN: Paginastatus.EXPIRED,
    }
)
_BY_OPDRACHT: Mapping[BetaalopdrachtStatus, Opdrachtpagina] = MappingProxyType(
    {
        BetaalopdrachtStatus.OPEN: Opdrachtpagina.OPEN,
        BetaalopdrachtStatus.IN_BETALING: Opdrachtpagina.BUSY,
        BetaalopdrachtStatus.BETAALD: Opdrachtpagina.PAID,
        BetaalopdrachtStatus.DEELS_TERUGBETAALD: Opdrachtpagina.PART_BACK,
        BetaalopdrachtStatus.TERUGBETAALD: Opdrachtpagina.BACK,
        BetaalopdrachtStatus.INGETROKKEN: Opdrachtpagina.WITHDRAWN,
        BetaalopdrachtStatus.VERLOPEN: Opdrachtpagina.EXPIRED,
    }
)
if set(_BY_BETALING) != set(BetalingStatus) or set(_BY_OPDRACHT) != set(BetaalopdrachtStatus):
    raise ConfigurationError("Every status of a betaling and of a betaalopdracht needs its page")
_ENDED = frozenset({Opdrachtpagina.WITHDRAWN, Opdrachtpagina.EXPIRED})
_BACK = frozenset({Opdrachtpagina.BACK, Opdrachtpagina.PART_BACK})


@dataclass(frozen=True, slots=True)
class OpdrachtFeiten:
    """What counts of one betaalopdracht. Cents; `komt_cent` was decided to go back and has not arrived."""

    status: BetaalopdrachtStatus
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    komt_cent: int = 0
    uitval: frozenset[UitvalSoort] = frozenset()  # what waits for a person


@dataclass(frozen=True, slots=True)
class Beeld:
    """All that decides the page. `betaling` and `reden`: of the attempt that counts; None when nothing was tried.

    `revoked`: the registration at the counter that paid it was a mistake. `los_cent`: the cents that were decided to go back
    and pay no productregel; `los_ontvangen_cent`: what the attempt that counts received, paid or not.
    """

    mandje: WinkelmandjeStatus
    betaling: BetalingStatus | None
    reden: str | None
    opdrachten: tuple[OpdrachtFeiten, ...]
    revoked: bool = False
    los_cent: int = 0
    los_ontvangen_cent: int = 0

    def has(self, soort: UitvalSoort) -> bool:
        """Does an uitval of this kind wait on any of its betaalopdrachten?"""
        return any(soort in one.uitval for one in self.opdrachten)


def choose(betalingen: Sequence[BetalingRow]) -> BetalingRow | None:
    """The attempt that counts: a paid one wins over every other, a living one over an ended one; else the newest."""

    def weight(row: BetalingRow) -> tuple[bool, bool, int]:
        status = BetalingStatus(row.status)
        return status == BetalingStatus.BETAALD, status in LIVE, row.volgnummer

    return max(betalingen, key=weight, default=None)


def is_revoked(opdrachten: Collection[BetaalopdrachtRow]) -> bool:
    """Was all of it registered at the counter by mistake? What was never received, nobody may read that she got back."""
    return bool(opdrachten) and all(row.herroepen_op is not None for row in opdrachten)


def counting(betalingen: Collection[BetalingRow], *, revoked: bool) -> list[BetalingRow]:
    """The betalingen without the registrations that were a mistake."""
    return [row for row in betalingen if not (revoked and row.kanaal == Kanaal.BALIE)]


def read_beeld(
    session: Session, mandje: WinkelmandjeRow, opdrachten: Sequence[BetaalopdrachtRow], chosen: BetalingRow | None
) -> Beeld:
    """What decides the page of these betaalopdrachten of a winkelmandje; at most three statements, none before she began to pay."""
    feiten = read_feiten(session, opdrachten) if chosen else [_feiten(row, 0, frozenset()) for row in opdrachten]
    loose = _loose(session, chosen) if chosen and chosen.meer_gereserveerd_cent else 0
    return Beeld(
        mandje=WinkelmandjeStatus(mandje.status),
        betaling=BetalingStatus(chosen.status) if chosen else None,
        reden=chosen.reden if chosen else None,
        opdrachten=tuple(feiten),
        revoked=is_revoked(opdrachten),
        los_cent=loose,
        los_ontvangen_cent=chosen.ontvangen_cent if chosen else 0,
    )


def read_paginastatus(session: Session, token: str) -> Paginastatus:
    """The page of the winkelmandje that opens with this token, for the page that waits; at most seven statements. NotFound."""
    mandje = find_by_token(session, token)
    opdrachten = queries.opdrachten_of(session, mandje.id)
    return page_of(read_beeld(session, mandje, opdrachten, choose(read_betalingen(session, mandje, opdrachten))))


def read_betalingen(
    session: Session, mandje: WinkelmandjeRow, opdrachten: Sequence[BetaalopdrachtRow]
) -> list[BetalingRow]:
    """The betalingen that count for these betaalopdrachten of a winkelmandje: its own, and those made elsewhere that pay them. Two
    statements."""
    own = queries.betalingen_of(session, mandje.id)
    found = {row.id: row for row in [*own, *queries.paid_by(session, [row.id for row in opdrachten])]}
    return counting(found.values(), revoked=is_revoked(opdrachten))


def read_feiten(session: Session, opdrachten: Sequence[BetaalopdrachtRow]) -> list[OpdrachtFeiten]:
    """The facts about each of these betaalopdrachten, in their order; two statements."""
    ids = [row.id for row in opdrachten]
    uitval: dict[int, set[UitvalSoort]] = {}
    for row in queries.open_uitval_of(session, ids):
        uitval.setdefault(row.betaalopdracht_id or 0, set()).add(UitvalSoort(row.soort))
    coming: dict[int, int] = {}
    for opdracht_id, status, cents in terugbetaling_queries.per_status(session, ids):
        if TerugbetalingStatus(status) in COMING:
            coming[opdracht_id] = coming.get(opdracht_id, 0) + cents
    return [_feiten(row, coming.get(row.id, 0), frozenset(uitval.get(row.id, ()))) for row in opdrachten]


def _feiten(row: BetaalopdrachtRow, komt_cent: int, uitval: frozenset[UitvalSoort]) -> OpdrachtFeiten:
    return OpdrachtFeiten(
        status=BetaalopdrachtStatus(row.status),
        totaal_cent=row.totaal_cent,
        ontvangen_cent=row.ontvangen_cent,
        terugbetaald_cent=row.terugbetaald_cent,
        teruggeboekt_cent=row.teruggeboekt_cent,
        komt_cent=komt_cent,
        uitval=uitval,
    )


def _loose(session: Session, betaling: BetalingRow) -> int:
    rows = terugbetaling_queries.of_betaling(session, betaling.id)
    return sum(
        row.bedrag_cent for row in rows if row.betaalopdracht_id is None and TerugbetalingStatus(row.status) in COMING
    )


def page_of(beeld: Beeld) -> Paginastatus:
    """The page of a winkelmandje, or of some of its betaalopdrachten."""
    if beeld.betaling is None or beeld.betaling not in LIVE | {BetalingStatus.BETAALD}:
        return _unpaid_page(beeld)
    if beeld.betaling in LIVE:
        if not beeld.has(UitvalSoort.BEDRAG_AFWIJKEND):
            return _BY_BETALING[beeld.betaling]
        all_back = 0 < beeld.los_ontvangen_cent <= beeld.los_cent
        return Paginastatus.COMING_BACK if all_back else Paginastatus.DIFFERS
    return _paid_page(beeld)


def _unpaid_page(beeld: Beeld) -> Paginastatus:
    if beeld.revoked or beeld.mandje == WinkelmandjeStatus.VERLOPEN or not beeld.opdrachten:
        return Paginastatus.GONE
    if beeld.betaling is None:
        return Paginastatus.CART
    # Who paid another amount and got it back did not "pay nothing".
    return Paginastatus.RETURNED if beeld.reden in _WENT_BACK else _BY_BETALING[beeld.betaling]


def _paid_page(beeld: Beeld) -> Paginastatus:
    pages = {opdracht_page(one) for one in beeld.opdrachten}
    coming = beeld.los_cent + sum(one.komt_cent for one in beeld.opdrachten)
    if Opdrachtpagina.TAKEN_BACK in pages:
        return Paginastatus.TAKEN_BACK
    if beeld.has(UitvalSoort.DUBBEL_BETAALD):
        return Paginastatus.DOUBLE_BACK if coming else Paginastatus.DOUBLE
    if pages == {Opdrachtpagina.COMING_BACK}:
        return Paginastatus.COMING_BACK
    if beeld.revoked:  # paid online all the same, which waits for a person
        return Paginastatus.LATE if beeld.has(UitvalSoort.LAAT_BETAALD) else Paginastatus.PAID
    if pages == {Opdrachtpagina.BACK}:
        return Paginastatus.REFUNDED
    if pages & _BACK:
        return Paginastatus.PART_REFUNDED
    return Paginastatus.LATE if pages == {Opdrachtpagina.LATE} else Paginastatus.PAID


def opdracht_page(feiten: OpdrachtFeiten) -> Opdrachtpagina:
    """How one betaalopdracht stands; what came in after its end and was not accepted is LATE until it is decided."""
    page = _BY_OPDRACHT[feiten.status]
    left = feiten.ontvangen_cent - feiten.terugbetaald_cent - feiten.teruggeboekt_cent
    # Of what was paid twice or too much the bank may take the rest, and she still has paid.
    if feiten.teruggeboekt_cent > 0 and left < feiten.totaal_cent:
        return Opdrachtpagina.TAKEN_BACK
    if 0 < left <= feiten.komt_cent:
        return Opdrachtpagina.COMING_BACK
    if page not in _ENDED or not feiten.ontvangen_cent:
        return page
    if feiten.terugbetaald_cent:
        return Opdrachtpagina.BACK if left <= 0 else Opdrachtpagina.PART_BACK
    return Opdrachtpagina.LATE
