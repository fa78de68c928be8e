"""What every view of the room has in hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app, g, request

from betaalhub.flows.limieten import LimietSoort
from betaalhub.hub import Hub
from betaalhub.web.limits import Attempts, SharedAttempts
from betaalhub.web.portal.form_key import TRIP_VALID, Signer
from betaalhub.web.texts import Taal, Texts
from betaalhub.web.themas.thema import Thema
from betaalhub.web.themas.themas import Themas

EXTENSION = "betaalhub"
MISSES_WINDOW = timedelta(minutes=15)
ASK_WINDOW = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Web:
    """The hub, the themas, the signer and the limits. `telefoon`: the number in the footer of a thema that has none.

    `add_misses` and `find_misses` (both per address) count what was not found, and `trips` the trips to
    the PSP: of all processes together. `asks` spares the PSP, and each process counts its own.
    """

    hub: Hub
    themas: Themas
    signer: Signer
    telefoon: str | None
    add_misses: SharedAttempts = field(init=False)
    find_misses: SharedAttempts = field(init=False)
    trips: SharedAttempts = field(init=False)
    asks: Attempts = field(default_factory=lambda: Attempts(1, ASK_WINDOW))

    def __post_init__(self) -> None:
        """The limits that stand in the register."""
        for name, soort, limit, window in (
            ("add_misses", LimietSoort.TOEVOEGEN, 5, MISSES_WINDOW),
            ("find_misses", LimietSoort.ZOEKEN, 5, MISSES_WINDOW),
            ("trips", LimietSoort.RIT, 1, TRIP_VALID),
        ):
            shared = SharedAttempts(self.hub.sessions, self.hub.portaal, soort, limit, window)
            object.__setattr__(self, name, shared)

    def now(self) -> datetime:
        """The time by the hub's clock (UTC)."""
        return self.hub.clock()


def the_web() -> Web:
    """The room's things, within a request or an application context."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Web)
    return found


def asked_taal() -> Taal:
    """The language of this request's address; where it has none what the browser asks for, and else Dutch."""
    first = request.path.split("/", 2)[1]
    return Taal(first) if first in set(Taal) else Taal(request.accept_languages.best_match(list(Taal), Taal.NL))


def about(administratie: str) -> None:
    """Say whose winkelmandje this request is about: its page has the thema of that administratie, if there is one."""
    g.administratie = administratie


def the_thema() -> Thema:
    """The thema of this request's page. Of the host that the browser asked for nothing is used but which thema it means."""
    host = request.environ.get("HTTP_HOST", "")
    return the_web().themas.choose(host=host, administratie=g.get("administratie"))


def texts() -> Texts:
    """The texts in the language of this request, in the words of its thema."""
    return the_thema().texts[asked_taal()]
