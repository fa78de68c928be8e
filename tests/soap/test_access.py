"""Who may call with a password: argon2 once, then a short memory that never outlives the proof by more than a minute."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, end_bewijs, revoke_bewijs
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.remembered import REMEMBERED
from betaalhub.storage.tables import AansluitingRow, BewijsRow
from betaalhub.wire.faults import WireFault
from tests.soap.conftest import CHEAP, NOW

ROOM = AccessChoices(per_minute=0)


class Clock:
    """A clock that a test sets forward."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **passed: float) -> None:
        self.now += timedelta(**passed)


def environ(naam: str = "esb-demo", geheim: str = "geheim", **more: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{naam}:{geheim}".encode()).decode(), **more}


def does(hub: Hub, work: Callable[[Session], Any]) -> Any:
    with hub.sessions.begin() as session:
        return work(session)


def bewijs_of(hub: Hub, naam: str = "esb-demo") -> BewijsRow:
    """The newest bewijs of this aansluiting."""
    query = select(BewijsRow).join(AansluitingRow, AansluitingRow.id == BewijsRow.aansluiting_id)
    row = does(hub, lambda s: s.scalars(query.where(AansluitingRow.naam == naam).order_by(BewijsRow.id.desc())).first())
    assert isinstance(row, BewijsRow)
    return row


def gets_password(hub: Hub, geheim: str, **more: Any) -> BewijsRow:
    """The aansluiting esb-demo gets a second password."""
    new = NieuwBewijs(BewijsSoort.WACHTWOORD, "esb-demo", geheim=CHEAP.hash(geheim), **more)
    row = does(hub, lambda s: add_bewijs(s, bewijs_of(hub).aansluiting_id, new, Door("Jan", NOW)))
    assert isinstance(row, BewijsRow)
    return row


def refused(access: TransportAccess, environ: dict[str, str], code: str = "NIET_GEAUTHENTICEERD") -> WireFault:
    with pytest.raises(WireFault) as found:
        access(environ)
    assert found.value.code == code
    return found.value


def test_the_caller_knows_the_zenders_it_may_speak_for(hub: Hub) -> None:
    caller = TransportAccess(hub.sessions, hub.clock)(environ())
    assert caller is not None
    assert (caller.naam, caller.zenders) == ("esb-demo", {"vergunningen", "burgerzaken", "parkeren"})


def test_an_aansluiting_that_is_switched_off_is_refused_within_a_minute(hub: Hub) -> None:
    clock = Clock()
    access = TransportAccess(hub.sessions, clock)
    access(environ())
    does(hub, lambda session: session.execute(update(AansluitingRow).values(actief=False)))
    assert access(environ())
    clock.now += REMEMBERED + timedelta(seconds=1)
    refused(access, environ())


def test_a_password_that_is_revoked_is_refused_within_a_minute_and_the_other_goes_on(hub: Hub) -> None:
    clock, old = Clock(), bewijs_of(hub)
    access = TransportAccess(hub.sessions, clock)
    gets_password(hub, "nieuw")
    assert access(environ()) == access(environ(geheim="nieuw"))
    does(hub, lambda session: revoke_bewijs(session, old.id, Door("Jan", NOW)))
    clock.now += REMEMBERED
    refused(access, environ())
    assert access(environ(geheim="nieuw"))


def test_the_memory_never_outlives_the_end_of_a_password(hub: Hub) -> None:
    clock = Clock()
    access = TransportAccess(hub.sessions, clock)
    does(hub, lambda s: end_bewijs(s, bewijs_of(hub).id, NOW + timedelta(seconds=10), Door("Jan", NOW)))
    assert access(environ())
    clock.forward(seconds=10)
    refused(access, environ())


def test_a_password_that_begins_later_does_not_count_yet(hub: Hub) -> None:
    clock = Clock()
    gets_password(hub, "morgen", geldig_van=NOW + timedelta(days=1))
    access = TransportAccess(hub.sessions, clock)
    refused(access, environ(geheim="morgen"))
    clock.forward(days=1)
    assert access(environ(geheim="morgen"))


def test_a_wrong_secret_is_refused_also_right_after_the_right_one(hub: Hub) -> None:
    access = TransportAccess(hub.sessions, hub.clock)
    access(environ())
    for wrong in (environ(geheim="Geheim"), environ(naam="ESB-demo"), environ(geheim=""), {}):
        refused(access, wrong)


def test_an_aansluiting_ends_on_its_date(hub: Hub) -> None:
    does(hub, lambda session: session.execute(update(AansluitingRow).values(geldig_tot=NOW)))
    refused(TransportAccess(hub.sessions, hub.clock), environ())


def test_no_secret_is_kept_or_shown(hub: Hub) -> None:
    access = TransportAccess(hub.sessions, hub.clock)
    access(environ())
    basic = access._ways[1]
    assert "geheim" not in repr(basic) + repr(basic._memory._known)


def test_who_guesses_must_wait_and_who_guesses_from_elsewhere_holds_up_nobody(hub: Hub) -> None:
    clock = Clock()
    access = TransportAccess(hub.sessions, clock, AccessChoices(behind_proxy=True))
    guess = environ(geheim="fout", HTTP_X_FORWARDED_FOR="192.0.2.1")
    for _ in range(10):
        refused(access, guess)
    assert refused(access, guess, "TE_VEEL_VERZOEKEN").detail == 6
    assert access(environ(HTTP_X_FORWARDED_FOR="192.0.2.2"))
    clock.forward(seconds=6)
    refused(access, guess)


def test_over_its_limit_an_aansluiting_hears_how_long_to_wait_and_another_does_not(hub: Hub) -> None:
    clock = Clock()
    access = TransportAccess(hub.sessions, clock, AccessChoices(per_minute=2))
    for _ in range(2):
        assert access(environ())
    fault = refused(access, environ(), "TE_VEEL_VERZOEKEN")
    assert (fault.plek, fault.herhaalbaar, fault.detail) == ("server", True, 30)
    assert access(environ(naam="alleen-parkeren"))
    clock.forward(seconds=30)
    assert access(environ())


def test_where_a_message_may_prove_itself_http_need_not(hub: Hub) -> None:
    access = TransportAccess(hub.sessions, hub.clock, AccessChoices(message_proof=True))
    assert access({}) is None
    refused(access, environ(geheim="fout"))
