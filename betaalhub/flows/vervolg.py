"""Where a search goes on: a code that names the last betaalopdracht of a page and fits one question of one zender only."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from betaalhub.errors import Finding, Refusal
from betaalhub.flows.keys import Portaal
from betaalhub.storage.search import Place, place_of

PAGE = 100  # betaalopdrachten in one answer at most


@dataclass(frozen=True, slots=True)
class Vraag:
    """One question: the operation, the zender that asks, and everything that must be the same on the next page."""

    operatie: str
    zender_id: int
    inhoud: Mapping[str, object]

    @property
    def text(self) -> str:
        """The same for the same question, whoever spells it."""
        return json.dumps([self.operatie, self.zender_id, self.inhoud], sort_keys=True, default=str)


def make_vervolg(portaal: Portaal, vraag: Vraag, kenmerk: str) -> str:
    """The code with which this question goes on after the betaalopdracht with this kenmerk."""
    return f"{kenmerk}.{portaal.sign(f'vervolg:{kenmerk}:{vraag.text}')}"


def goes_on(session: Session, portaal: Portaal, vraag: Vraag, vervolg: str | None) -> Place | None:
    """After which betaalopdracht it goes on, newest first; None on the first page.

    Refusal ZOEKVRAAG_ONJUIST for a code that was made for another question or zender, or by nobody.
    """
    if vervolg is None:
        return None
    kenmerk = vervolg.partition(".")[0]
    if not hmac.compare_digest(vervolg.encode(), make_vervolg(portaal, vraag, kenmerk).encode()):
        raise _not_ours(vraag)
    last = place_of(session, kenmerk)
    if last is None:
        raise _not_ours(vraag)
    return last


def _not_ours(vraag: Vraag) -> Refusal:
    uitleg = (
        "Vervolg hoort niet bij deze vraag. Stuur het ongewijzigd, met verder dezelfde vraag, of begin opnieuw zonder."
    )
    return Refusal("ZOEKVRAAG_ONJUIST", uitleg, (Finding("ZOEKVRAAG_ONJUIST", f"/{vraag.operatie}/Vervolg", uitleg),))
