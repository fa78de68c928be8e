"""What the register promises at every moment, whoever looks: unknown is not failed, late and double money waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import FINAL, BetaalopdrachtStatus, BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    ProductregelRow,
    ToewijzingRow,
    UitvalRow,
)
from tests.simulation.network import NO_ANSWER
from tests.simulation.world import World

_BY_PEOPLE = {"HANDMATIG", "BEDRAG_TERUGBETAALD", "BEDRAG_TERUGGEBOEKT"}  # the reden of an end that no report gave
_ENDED = (BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN)


def promises(session: Session, world: World) -> Iterator[str]:
    """Everything here holds between any two transactions."""
    yield from _unknown_is_not_failed(session)
    yield from _going_on_is_not_ended(session, world)
    yield from _late_and_double_wait(session)


def _unknown_is_not_failed(session: Session) -> Iterator[str]:
    """Nothing ended because no answer came."""
    failed = select(GebeurtenisRow).where(
        GebeurtenisRow.naar == BetalingStatus.MISLUKT, GebeurtenisRow.reden == NO_ANSWER
    )
    for row in session.scalars(failed):
        yield f"{row.onderwerp} {row.onderwerp_id} is called failed, and nobody knows what became of it"


def _going_on_is_not_ended(session: Session, world: World) -> Iterator[str]:
    """No report in which something still went on, or was paid, ended a betaling."""
    orders = {order.key: order for order in world.orders()}
    ended = select(BetalingRow).where(BetalingRow.status.in_(sorted(FINAL)), BetalingRow.psp_sleutel.is_not(None))
    for row in session.scalars(ended):
        told = orders[row.psp_sleutel or ""].told.get(row.status_op, [])
        if told and all(told) and row.reden not in _BY_PEOPLE:
            yield f"betaling {row.psp_referentie} is {row.status} by a report in which something went on"


def _late_and_double_wait(session: Session) -> Iterator[str]:
    """Money for what had ended, for what was paid already, or of another amount opened an uitval."""
    kinds: dict[int | None, set[str]] = defaultdict(set)
    differing: set[int | None] = set()
    for uitval in session.scalars(select(UitvalRow)):
        kinds[uitval.betaalopdracht_id].add(uitval.soort)
        if uitval.soort == UitvalSoort.BEDRAG_AFWIJKEND:
            differing.add(uitval.betaling_id)
    covered: dict[int, list[int]] = defaultdict(list)
    for opdracht_id, regel_id in session.execute(
        select(ProductregelRow.betaalopdracht_id, ProductregelRow.id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .where(BetalingRow.status == BetalingStatus.BETAALD)
    ):
        covered[opdracht_id].append(regel_id)
    for betaling in session.scalars(select(BetalingRow).where(BetalingRow.status != BetalingStatus.BETAALD)):
        if betaling.ontvangen_cent and betaling.id not in differing:
            yield f"betaling {betaling.psp_referentie} has {betaling.ontvangen_cent} cents, is not paid, and nobody was told"
    for row in session.scalars(select(BetaalopdrachtRow)):
        regels = covered[row.id]
        if row.status in _ENDED and regels and UitvalSoort.LAAT_BETAALD not in kinds[row.id]:
            yield f"{row.kenmerk} is {row.status} and paid, and nobody was told"
        twice = len(regels) > len(set(regels)) and row.herroepen_op is None
        if twice and UitvalSoort.DUBBEL_BETAALD not in kinds[row.id]:
            yield f"{row.kenmerk} is paid twice, and nobody was told"
