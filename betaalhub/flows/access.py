"""Which aansluiting is calling, for which zenders it may speak, and what each of those may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, select
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.domain.operaties import ALWAYS
from betaalhub.errors import Refusal
from betaalhub.storage.tables import AansluitingRow, AansluitingZenderRow, BewijsRow, ZenderOperatieRow, ZenderRow

_LONGEST = 100  # characters of a name in the register: a stranger may send any
MOST_BEWIJZEN = 4  # of one name that are tried: each may cost an argon2


@dataclass(frozen=True, slots=True)
class Aanroeper:
    """A caller that has proved itself: its aansluiting, the codes of the zenders it may speak for, and until when (UTC)
    it can prove itself in this way (None: no end).

    What each zender may ask is read with the zender itself (`require_zender`), so that a right that is taken away is
    gone at once.
    """

    aansluiting_id: int
    naam: str
    zenders: frozenset[str]
    geldig_tot: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bewijs:
    """A proof that holds now: what it is checked with (None for a certificate), the caller that it would prove, and when
    that ends (UTC; None: no end): the end of the bewijs or of its aansluiting, whichever comes first."""

    id: int
    geheim: str | None
    aanroeper: Aanroeper
    geldig_tot: datetime | None


def find_bewijzen(session: Session, soort: BewijsSoort, sleutel: str, now: datetime) -> list[Bewijs]:
    """What would prove a caller by this name, OIN or fingerprint, the newest first and four at most; two statements.

    What has ended, is revoked, is not valid yet or belongs to an aansluiting that is switched off or over is not there.
    """
    if not 0 < len(sleutel) <= _LONGEST:
        return []
    rows = session.execute(
        select(BewijsRow, AansluitingRow)
        .join(AansluitingRow, AansluitingRow.id == BewijsRow.aansluiting_id)
        .where(BewijsRow.soort == soort, BewijsRow.sleutel == sleutel, BewijsRow.ingetrokken_op.is_(None))
        .order_by(BewijsRow.id.desc())
    ).all()
    holding = [
        (bewijs, of) for bewijs, of in rows if of.actief and _holds(bewijs, now) and not _over(of.geldig_tot, now)
    ]
    if not holding:
        return []
    zenders = _zenders_of(session, {of.id for _, of in holding})
    return [_bewijs(bewijs, of, zenders.get(of.id, frozenset())) for bewijs, of in holding[:MOST_BEWIJZEN]]


def require_zender(session: Session, aanroeper: Aanroeper, code: str, operatie: str) -> ZenderRow:
    """The zender that the caller speaks for, and that may use this operation of the contract; one statement.

    Refusal NIET_GEAUTORISEERD otherwise, the same for unknown zenders: nothing is told. Only who speaks for the zender
    hears that it is the operation that is not open. Controleer always is.
    """
    if code not in aanroeper.zenders:
        return checked((), operatie)
    return checked(session.execute(ASKING, {"code": code, "operatie": operatie}).all(), operatie)


def given(name: str, **options: Any) -> BindParameter[Any]:
    """A value that a statement, made once, gets when it is executed; not `required`, since the shadow of Oracle compiles
    statements without their values."""
    return bindparam(name, required=False, **options)


ASKING = (
    select(ZenderRow, ZenderOperatieRow.operatie)
    .outerjoin(
        ZenderOperatieRow,
        and_(ZenderOperatieRow.zender_id == ZenderRow.id, ZenderOperatieRow.operatie == given("operatie")),
    )
    .where(ZenderRow.code == given("code"))
)  # made once: a flow may ask more in the same statement, and has `checked` look at the first two


def checked(found: Sequence[Any], operatie: str) -> ZenderRow:
    """The zender of the rows that `ASKING` found for a caller that may speak for it; the refusals of `require_zender`."""
    zender: ZenderRow | None = found[0][0] if found else None
    if zender is None or not zender.actief:
        raise Refusal("NIET_GEAUTORISEERD", "Deze aansluiting mag niet namens deze zender spreken.")
    if found[0][1] is None and operatie not in ALWAYS:
        raise Refusal("NIET_GEAUTORISEERD", "Deze operatie staat niet open voor deze zender.")
    return zender


def _bewijs(row: BewijsRow, of: AansluitingRow, zenders: frozenset[str]) -> Bewijs:
    end = min((end for end in (row.geldig_tot, of.geldig_tot) if end is not None), default=None)
    return Bewijs(row.id, row.geheim, Aanroeper(of.id, of.naam, zenders, end), end)


def _holds(bewijs: BewijsRow, now: datetime) -> bool:
    return bewijs.geldig_van <= now and not _over(bewijs.geldig_tot, now)


def _over(end: datetime | None, now: datetime) -> bool:
    return end is not None and end <= now


def _zenders_of(session: Session, aansluiting_ids: set[int]) -> dict[int, frozenset[str]]:
    """The codes of the zenders that are switched on, by aansluiting."""
    rows = session.execute(
        select(AansluitingZenderRow.aansluiting_id, ZenderRow.code, ZenderRow.actief)
        .join(ZenderRow, ZenderRow.id == AansluitingZenderRow.zender_id)
        .where(AansluitingZenderRow.aansluiting_id.in_(sorted(aansluiting_ids)))
    ).all()
    return {one: frozenset(code for of, code, actief in rows if of == one and actief) for one in aansluiting_ids}
