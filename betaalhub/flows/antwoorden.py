"""Idempotency: the answer to a writing operation, stored in the transaction of its effect and rendered again (contract.md).

One shape for all of them: an operation is a message (a frozen dataclass of typed values), an answer (another, flat or with
tuples of dataclasses) and the effect between the two. What is stored is JSON under the names of the answer's fields: a field
may be added with a default, and never renamed or removed, for old answers must be rendered again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import Select, and_, insert, select
from sqlalchemy.orm import Session

from betaalhub.domain.bericht import Bericht, message_key
from betaalhub.errors import BetaalhubError, Moved, Refusal
from betaalhub.flows.access import ASKING, Aanroeper, checked, given
from betaalhub.flows.keys import Omgeving
from betaalhub.storage.tables import AntwoordRow, ZenderRow


@dataclass(frozen=True, slots=True)
class Antwoord:
    """How the answer to every writing operation opens, and which betaalopdracht it is about; times are UTC.

    Everything in the SOAP Body stands in an answer, so that a repeated call gets the same bytes.
    """

    referentienummer: str
    cross_refnummer: str
    tijdstip: datetime
    betaalkenmerk: str


A = TypeVar("A", bound=Antwoord)


def answer_once(
    session: Session,
    verzoek: Bericht,
    effect: Callable[[ZenderRow], A],
    *,
    operatie: str,
    antwoord: type[A],
    aanroeper: Aanroeper,
    omgeving: Omgeving,
) -> A:
    """Do `effect` and store its answer in the same transaction, or give the answer that this message got before.

    Of two at once the second one to store finds the key taken, and `with_retries` has it look again. Refusal
    NIET_GEAUTORISEERD, REFERENTIENUMMER_NIET_UNIEK, or what the effect refuses: then nothing is stored, and the key may be
    used again.
    """
    found = find_asked(session, LOOKED_UP, verzoek, operatie, aanroeper)
    zender = checked(found, operatie)
    stored = found[0][2]
    if stored is not None:
        return same_answer(stored, verzoek, operatie, antwoord)
    with unless_answered(session, zender.id, verzoek):
        made = effect(zender)
    session.flush()
    session.execute(insert(AntwoordRow), [stored_answer(made, zender.id, verzoek, operatie, omgeving.now)])
    return made


LOOKED_UP: Select[Any] = ASKING.add_columns(AntwoordRow).outerjoin(
    AntwoordRow,
    and_(AntwoordRow.zender_id == ZenderRow.id, AntwoordRow.referentienummer == given("referentienummer")),
)  # the zender, its operation, and what this message got before


def find_asked(
    session: Session, query: Select[Any], verzoek: Bericht, operatie: str, aanroeper: Aanroeper, **more: Any
) -> Sequence[Any]:
    """The row of `LOOKED_UP`, or the rows of a query that asks more beside it; nothing for a zender that is not the caller's.
    One statement, so that what it finds together was so at one moment."""
    if verzoek.zender not in aanroeper.zenders:
        return ()
    values = {"code": verzoek.zender, "operatie": operatie, "referentienummer": verzoek.referentienummer, **more}
    return session.execute(query, values).all()


def same_answer(stored: AntwoordRow, verzoek: Bericht, operatie: str, antwoord: type[A]) -> A:
    """The answer that was stored, if it was to this very message; else Refusal REFERENTIENUMMER_NIET_UNIEK."""
    if stored.operatie != operatie or stored.inhoud_hash != message_key(verzoek):
        text = "Dit Referentienummer is al gebruikt voor een ander bericht. Gebruik een nieuw nummer."
        raise Refusal("REFERENTIENUMMER_NIET_UNIEK", text)
    return read_antwoord(antwoord, stored.inhoud)


def stored_answer(made: Antwoord, zender_id: int, verzoek: Bericht, operatie: str, now: datetime) -> dict[str, Any]:
    """The values of the row that keeps an answer."""
    return {
        "zender_id": zender_id,
        "referentienummer": verzoek.referentienummer,
        "operatie": operatie,
        "inhoud_hash": message_key(verzoek),
        "inhoud": write_antwoord(made),
        "tijdstip": now,
    }


@contextmanager
def unless_answered(session: Session, zender_id: int, verzoek: Bericht) -> Iterator[None]:
    """What is refused here may be refused because the same message did its work a moment ago: then that one's answer holds.

    Moved when it is there now: the next try finds it.
    """
    try:
        yield
    except BetaalhubError as refused:
        key = (AntwoordRow.zender_id == zender_id, AntwoordRow.referentienummer == verzoek.referentienummer)
        with session.no_autoflush:
            twin = session.scalar(select(AntwoordRow.operatie).where(*key))
        if twin is not None:
            raise Moved("The same message was answered meanwhile") from refused
        raise


def answer_head(verzoek: Bericht, omgeving: Omgeving) -> tuple[str, str, datetime]:
    """The first three values of an answer: its own number, the message's, and the time."""
    return omgeving.keys.number(), verzoek.referentienummer, omgeving.now


def write_antwoord(antwoord: Antwoord) -> str:
    """The answer as it is stored."""
    return json.dumps(antwoord, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def read_antwoord(soort: type[A], inhoud: str) -> A:
    """The answer that was stored, with every value as it was."""
    found: A = _read(soort, json.loads(inhoud))
    return found


def _read(hint: Any, value: Any) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(value)
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], one) for one in value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{name: _read(hints[name], one) for name, one in value.items()})
    return value
