"""Idempotency: the answer to a writing operation, stored in the transaction of its effect and rendered again (contract.md).

One shape for all of them: an operation is a message (a frozen dataclass of typed values), an answer (another, flat or with
tuples of dataclasses) and the effect between the two. What is stored is JSON under the names of the answer's fields: a field
may be added with a default, and never renamed or removed, for old answers must be rendered again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.domain.bericht import Bericht, message_key
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.flows.keys import Omgeving
from betaalhub.storage.tables import AntwoordRow, ZenderRow

_PENDING = "-"


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

    A parallel call with the same key waits here for the winner and finds its answer. Refusal NIET_GEAUTORISEERD,
    REFERENTIENUMMER_NIET_UNIEK, or what the effect refuses: then nothing is stored, and the key may be used again.
    """
    zender = require_zender(session, aanroeper, verzoek.zender, operatie)
    row = _claim(session, zender.id, verzoek, operatie, omgeving.now)
    if row.inhoud != _PENDING:
        return read_antwoord(antwoord, row.inhoud)
    made = effect(zender)
    row.inhoud = write_antwoord(made)
    return made


def answer_head(verzoek: Bericht, omgeving: Omgeving) -> tuple[str, str, datetime]:
    """The first three values of an answer: its own number, the message's, and the time."""
    return omgeving.keys.number(), verzoek.referentienummer, omgeving.now


def _claim(session: Session, zender_id: int, verzoek: Bericht, operatie: str, now: datetime) -> AntwoordRow:
    """Take (zender, referentienummer) for this message, or find what it got before."""
    key, inhoud_hash = (zender_id, verzoek.referentienummer), message_key(verzoek)
    row = session.get(AntwoordRow, key)
    if row is None:
        row = AntwoordRow(
            zender_id=zender_id,
            referentienummer=verzoek.referentienummer,
            operatie=operatie,
            inhoud_hash=inhoud_hash,
            inhoud=_PENDING,
            tijdstip=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # a parallel call was first, and is done
            row = session.get_one(AntwoordRow, key)
    if row.operatie != operatie or row.inhoud_hash != inhoud_hash:
        text = "Dit Referentienummer is al gebruikt voor een ander bericht. Gebruik een nieuw nummer."
        raise Refusal("REFERENTIENUMMER_NIET_UNIEK", text)
    return row


def write_antwoord(antwoord: Antwoord) -> str:
    """The answer as it is stored."""
    return json.dumps(asdict(antwoord), sort_keys=True, default=datetime.isoformat)


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
