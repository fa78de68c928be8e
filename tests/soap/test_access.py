"""Who may call: argon2 once, then a short memory that never outlives the aansluiting by more than a minute."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from betaalhub.hub import Hub
from betaalhub.soap.access import REMEMBERED, BasicAccess
from betaalhub.storage.tables import AansluitingRow
from betaalhub.wire.faults import WireFault
from tests.soap.conftest import NOW


class Clock:
    """A clock that a test sets forward."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def environ(naam: str = "esb-demo", geheim: str = "geheim") -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{naam}:{geheim}".encode()).decode()}


def switch_off(hub: Hub) -> None:
    with hub.sessions.begin() as session:
        session.execute(update(AansluitingRow).values(actief=False))


def test_the_caller_knows_the_zenders_it_may_speak_for(hub: Hub) -> None:
    caller = BasicAccess(hub.sessions, hub.clock)(environ())
    assert (caller.naam, caller.zenders) == ("esb-demo", {"vergunningen", "burgerzaken", "parkeren"})


def test_an_aansluiting_that_is_switched_off_is_refused_within_a_minute(hub: Hub) -> None:
    clock = Clock()
    access = BasicAccess(hub.sessions, clock)
    access(environ())
    switch_off(hub)
    access(environ())
    clock.now += REMEMBERED + timedelta(seconds=1)
    with pytest.raises(WireFault, match="NIET_GEAUTHENTICEERD"):
        access(environ())


def test_a_wrong_secret_is_refused_also_right_after_the_right_one(hub: Hub) -> None:
    access = BasicAccess(hub.sessions, hub.clock)
    access(environ())
    for wrong in (environ(geheim="Geheim"), environ(naam="ESB-demo"), environ(geheim=""), {}):
        with pytest.raises(WireFault, match="NIET_GEAUTHENTICEERD"):
            access(wrong)


def test_an_aansluiting_ends_on_its_date(hub: Hub) -> None:
    with hub.sessions.begin() as session:
        session.execute(update(AansluitingRow).values(geldig_tot=NOW))
    with pytest.raises(WireFault, match="NIET_GEAUTHENTICEERD"):
        BasicAccess(hub.sessions, hub.clock)(environ())


def test_no_secret_is_kept_or_shown(hub: Hub) -> None:
    access = BasicAccess(hub.sessions, hub.clock)
    access(environ())
    assert "geheim" not in repr(access) + repr(access._known)
