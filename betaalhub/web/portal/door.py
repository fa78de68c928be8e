"""What the views of a winkelmandje share: load it by its token, read the key of its form, go on to another of its pages."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.flows.afloop import Afloop, read_afloop
from betaalhub.flows.betaalbewijs import Betaalbewijs, read_betaalbewijs
from betaalhub.flows.mandje import MandjeStand, view_mandje
from betaalhub.flows.paginastatus import Paginastatus, read_paginastatus
from betaalhub.storage.database import reading
from betaalhub.web.context import about, asked_taal, the_web
from betaalhub.web.errors import error_page
from betaalhub.web.portal.form_key import FormKey
from betaalhub.web.portal.links import return_links

portal = Blueprint("portal", __name__, url_prefix="/<any(nl, en):taal>/winkelmandje/<token>")
Answer = Response | BaseResponse
_log = structlog.get_logger(__name__)


def load(token: str) -> MandjeStand:
    """The winkelmandje that opens with this token. NotFound: no such token."""
    with reading(the_web().hub.sessions) as session:
        return _view(session, token)


def load_paginastatus(token: str) -> Paginastatus:
    """Its page state and nothing else: this is what the pages that wait ask all the time. NotFound: no such token."""
    with reading(the_web().hub.sessions) as session:
        return read_paginastatus(session, token)


def load_state(token: str) -> tuple[MandjeStand, Afloop]:
    """The winkelmandje and what became of it, seen at one moment. NotFound: no such token."""
    with reading(the_web().hub.sessions) as session:
        stand = _view(session, token)
        return stand, read_afloop(session, stand.token)


def load_receipt(token: str) -> tuple[MandjeStand, Afloop, Betaalbewijs]:
    """The winkelmandje, what became of it and the receipt, seen at one moment. NotFound: no such token."""
    with reading(the_web().hub.sessions) as session:
        stand = _view(session, token)
        return stand, read_afloop(session, stand.token), read_betaalbewijs(session, stand.token)


def _view(session: Session, token: str) -> MandjeStand:
    web = the_web()
    stand = view_mandje(
        session, token, portaal=web.hub.portaal, now=web.now(), attempt=web.hub.attempt, accounts=web.hub.psps.keys()
    )
    about(stand.administratie)
    return stand


def form_key(stand: MandjeStand) -> FormKey | None:
    """The key of the form that was sent, when we signed it for this winkelmandje."""
    key = the_web().signer.read(FormKey, request.form.get("sleutel", ""))
    return key if key is not None and key.mandje == stand.kenmerk else None


def forged(token: str) -> Answer:
    """The answer to a form that we did not make for this winkelmandje."""
    _log.warning("form_key_refused", endpoint=request.endpoint)
    return error_page(400, key="err.session", back=page_url("winkelmandje", token))


def gone_page(stand: MandjeStand, *, only_looks: bool = False) -> Response:
    """The page of a winkelmandje in which nothing can be paid any more: why, and where she can begin again."""
    statuses = {item.status for item in stand.opdrachten}
    key = "err.withdrawn" if statuses == {BetaalopdrachtStatus.INGETROKKEN} else "err.410"
    return error_page(410, key=key, links=() if only_looks else return_links(stand))


def page_url(page: str, token: str, **query: str) -> str:
    """The address of another page of this winkelmandje, in the language of this request."""
    values: dict[str, Any] = {"taal": str(asked_taal()), "token": token, **query}
    return url_for(f"portal.{page}", **values)


def to_page(page: str, token: str, **query: str) -> Answer:
    """On to that page (303)."""
    return redirect(page_url(page, token, **query), 303)
