"""A mail that fails: never twice by itself, never lost without a word, and never in the way of money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.mail import begin_mail, wish_again
from betaalhub.ports import MailCode
from betaalhub.steps.hold import Hold
from betaalhub.steps.send_mail import send_mail
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    CircuitRow,
    GebeurtenisRow,
    MailRow,
    OutboxRow,
    UitvalRow,
)
from betaalhub.worker.work import do
from tests.flows.refunds import lives, works
from tests.flows.town import Town
from tests.worker.mailing import JANSEN, PIETERS, betaler, mail, pays, sending, server, trouble, waiting
from tests.worker.working import held


@pytest.fixture
def town(town: Town) -> Town:
    return sending(town)


@pytest.mark.parametrize(
    ("outcome", "code", "status"),
    [
        (Outcome.UNKNOWN, "CONNECTION_LOST", "ONBEKEND"),
        (Outcome.REFUSED, MailCode.ADDRESS_REFUSED, "GEWEIGERD"),
        (Outcome.REFUSED, MailCode.MESSAGE_REFUSED, "GEWEIGERD"),
    ],
)
def test_what_may_have_gone_or_is_refused_is_never_sent_again_by_itself(
    town: Town, outcome: Outcome, code: str, status: str
) -> None:
    pays(town, town.offers(), email=JANSEN)
    server(town).trouble = [trouble(outcome, code)]
    lives(town, days=10)
    assert (mail(town).status, mail(town).reden, waiting(town)) == (status, code, [])
    assert (server(town).sent, town.all(UitvalRow)) == ([], [])


@pytest.mark.parametrize("code", [MailCode.LATER, "CONNECT_FAILED", "MISCONFIGURED"])
def test_what_surely_did_not_go_is_tried_again_as_the_same_message(town: Town, code: str) -> None:
    pays(town, town.offers(), email=JANSEN)
    server(town).trouble = [trouble(Outcome.NOT_DONE, code)] * 3
    lives(town, hours=2)
    assert (mail(town).status, mail(town).keer, len(server(town).sent)) == ("VERZONDEN", 1, 1)


def test_one_full_mailbox_does_not_hold_up_the_mails_of_others(town: Town) -> None:
    for email in (PIETERS, JANSEN):
        pays(town, town.offers(), email=email)
    server(town).trouble = [trouble(Outcome.NOT_DONE, MailCode.LATER)]
    works(town)
    assert [bericht.naar for bericht in server(town).sent] == [JANSEN]
    assert [row for row in town.all(CircuitRow) if row.ontvanger == "mail"] == []


def test_a_mail_server_that_is_down_is_spared_and_what_waited_goes_when_it_is_back(town: Town) -> None:
    for _ in range(5):
        pays(town, town.offers(), email=JANSEN)
    server(town).trouble = [trouble(Outcome.NOT_DONE, "CONNECT_FAILED")] * 10
    works(town)
    assert len(server(town).trouble) > 5 and [row.ontvanger for row in town.all(CircuitRow)] == ["mail"]
    lives(town, days=1)
    assert len(server(town).sent) == 5


def test_after_three_days_without_a_mail_server_it_is_not_sent_any_more(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    server(town).trouble = [trouble(Outcome.NOT_DONE, "CONNECT_FAILED")] * 1000
    lives(town, days=5)
    assert (mail(town).status, mail(town).reden, waiting(town)) == ("VERVALLEN", "TE_LAAT", [])
    assert town.all(UitvalRow) == []


def test_a_worker_without_settings_for_mails_loses_none(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    sending = town.hub
    town.hub = replace(town.hub, post=None)
    works(town)
    assert mail(town).status == "TE_VERZENDEN"
    town.hub = sending
    lives(town, hours=1)
    assert len(server(town).sent) == 1


def test_one_address_gets_so_many_in_an_hour_and_the_rest_later(town: Town) -> None:
    assert town.hub.post is not None
    town.hub = replace(town.hub, post=replace(town.hub.post, per_hour=2))
    for email in (JANSEN, JANSEN, JANSEN.upper(), JANSEN, PIETERS):
        pays(town, town.offers(), email=email)
    server(town).trouble = [trouble(Outcome.NOT_DONE, MailCode.LATER)] * 2  # what did not go does not count
    lives(town, minutes=10)
    assert len([one for one in server(town).sent if one.naar.casefold() == JANSEN]) == 2
    assert [one.naar for one in server(town).sent].count(PIETERS) == 1
    lives(town, hours=4)
    assert len(server(town).sent) == 5
    assert {row.status for row in town.all(MailRow)} == {"VERZONDEN"}


def test_an_address_that_fell_away_gets_nothing(town: Town) -> None:
    betaling = pays(town, town.offers(), email=JANSEN)
    town.does(lambda session: setattr(session.get_one(BetalingRow, betaling.id), "email", None))
    works(town)
    assert (mail(town).status, mail(town).reden, server(town).sent) == ("VERVALLEN", "GEEN_ADRES", [])


def test_a_worker_that_died_with_a_mail_in_hand_leaves_it_unknown(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    door = Door("worker", town.clock())
    town.does(lambda session: begin_mail(session, mail(town).id, door, address_key="x", per_hour=1))
    assert mail(town).status == "VERZENDEN"
    works(town)
    assert (mail(town).status, mail(town).reden, server(town).sent) == ("ONBEKEND", "AFGEBROKEN", [])


def test_a_worker_that_stood_still_past_its_lease_sends_nothing(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    frozen = held(town, OutboxSoort.MAIL, frozen=True)
    with pytest.raises(LeaseLost):
        send_mail(town.hub, frozen.job.object_id, frozen)
    assert do(town.hub, frozen)
    assert (mail(town).status, server(town).sent) == ("TE_VERZENDEN", [])


def test_a_worker_whose_lease_ended_between_writing_and_sending_leaves_it_unknown(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    hold = held(town, OutboxSoort.MAIL)
    looks: list[int] = []

    class Frozen(Hold):
        def check(self) -> None:
            looks.append(1)
            if len(looks) == 2:
                raise LeaseLost("it woke, and its lease was over")

    with pytest.raises(LeaseLost):
        send_mail(town.hub, hold.job.object_id, Frozen(hold.job, hold.lease))
    assert (mail(town).status, server(town).sent) == ("VERZENDEN", [])
    works(town, minutes=6)
    assert (mail(town).status, server(town).sent) == ("ONBEKEND", [])


def test_nothing_is_open_while_the_mail_server_is_called(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    number = mail(town).id
    server(town).before = lambda: town.does(lambda session: setattr(session.get_one(MailRow, number), "reden", "X"))
    works(town)
    assert mail(town).status == "VERZONDEN"


def test_a_person_may_have_it_sent_again(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN)
    works(town)
    town.does(lambda session: wish_again(session, mail(town).id, Door("J. de Vries", town.clock())))
    works(town)
    one, two = server(town).sent
    assert one.message_id != two.message_id and one.tekst == two.tekst
    assert (mail(town).status, mail(town).keer) == ("VERZONDEN", 2)


def test_the_register_tells_that_a_mail_went_and_never_to_whom(town: Town) -> None:
    antwoord = town.offers(betaler=betaler(PIETERS))
    pays(town, antwoord, email=JANSEN)
    works(town)
    (told,) = [row for row in town.all(GebeurtenisRow) if row.soort.startswith("MAIL")]
    assert (told.soort, told.onderwerp, told.winkelmandje_id) == (
        "MAIL_VERZONDEN",
        "BETALING",
        town.mandje(antwoord).id,
    )
    texts = [str(vars(row)) for row in (*town.all(GebeurtenisRow), *town.all(MailRow), *town.all(OutboxRow))]
    assert not [text for text in texts if "jansen" in text or "pieters" in text]
    assert town.all(BetaalopdrachtRow)[0].betaler_email == PIETERS
