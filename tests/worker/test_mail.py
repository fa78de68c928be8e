"""Who paid gets a mail about it: once, to the right address, saying what is true by then; and no mail ever holds up money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from betaalhub.domain.betaalopdracht import Betaler
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.uitval import Oplossing
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost, NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.mail import begin_mail, wish_again
from betaalhub.hub import Post
from betaalhub.ports import MailBericht, MailCode
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
from betaalhub.web.mail import MailWriter
from betaalhub.worker.work import do
from tests.flows.movements import resolves
from tests.flows.refunds import asks_back, decides, lives, refunding, terug, works
from tests.flows.town import PARKEREN, Town, rapport
from tests.worker.working import held

JANSEN, PIETERS = "j.jansen@example.nl", "p.pieters@example.nl"
NBSP = "\N{NO-BREAK SPACE}"


@dataclass
class Mailserver:
    """Takes every mail, or meets this trouble first."""

    sent: list[MailBericht] = field(default_factory=list)
    trouble: list[NeighbourError] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def send(self, bericht: MailBericht, *, now: datetime) -> None:
        self.before()
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(bericht)

    def health(self) -> None:
        """Well."""


def trouble(outcome: Outcome, code: str) -> NeighbourError:
    return NeighbourError(outcome, code, neighbour="mailserver")


@pytest.fixture
def town(town: Town) -> Town:
    """A town that sends mails."""
    post = Post(Mailserver(), MailWriter(telefoon="14 010"), per_hour=10)
    town.hub = replace(town.hub, keys=Keys(mails=True), post=post)
    return town


def server(town: Town) -> Mailserver:
    assert town.hub.post is not None
    assert isinstance(town.hub.post.server, Mailserver)
    return town.hub.post.server


def betaler(email: str | None, **more: Any) -> Betaler:
    return Betaler(more.pop("soort", BetalerSoort.BURGER), email=email, **more)


def pays(
    town: Town, *opdrachten: Any, email: str | None = None, referentie: str | None = None, taal: str = "nl"
) -> BetalingRow:
    """The citizen pays these in one go, and the PSP says so."""
    for other in opdrachten[1:]:
        assert town.joins(other, into=opdrachten[0])
    wish = replace(
        town.wish(opdrachten[0], f"form-{next(town.numbers)}"), email=email, referentie=referentie, taal=taal
    )
    assert town.pays(opdrachten[0], wish).url
    betaling = town.all(BetalingRow)[-1]
    money(town, betaling)
    return betaling


def money(town: Town, betaling: BetalingRow) -> None:
    town.psp.answer = PogingStatus.APPROVED
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=betaling.bedrag_cent, at=town.clock()))


def mail(town: Town) -> MailRow:
    """The newest mail."""
    return town.all(MailRow)[-1]


def waiting(town: Town) -> list[OutboxRow]:
    return [row for row in town.all(OutboxRow) if row.soort == "MAIL"]


def test_who_typed_an_address_gets_her_betaalbewijs_there(town: Town) -> None:
    betaling = pays(town, town.offers(betaler=betaler(PIETERS)), email=JANSEN)
    assert (mail(town).soort, mail(town).status, mail(town).betaling_id) == (
        "BETAALBEWIJS",
        "TE_VERZENDEN",
        betaling.id,
    )
    works(town)
    (bericht,) = server(town).sent
    assert (bericht.naar, bericht.afzender_naam) == (JANSEN, "Gemeente Demostad")
    assert f"Wij hebben €{NBSP}187,50 ontvangen." in bericht.tekst
    assert "Evenementenvergunning" in bericht.tekst and "Evenementenvergunning" in bericht.html
    assert (mail(town).status, waiting(town)) == ("VERZONDEN", [])


def test_without_a_typed_address_it_goes_where_every_betaalopdracht_says(town: Town) -> None:
    one, two = (
        town.offers(betaler=betaler(JANSEN)),
        town.offers(PARKEREN, zender="parkeren", betaler=betaler(JANSEN.upper())),
    )
    pays(town, one, two)
    works(town)
    (bericht,) = server(town).sent
    assert bericht.naar == JANSEN
    assert "Parkeervergunning" in bericht.tekst and f"€{NBSP}283,50" in bericht.tekst


@pytest.mark.parametrize("other", [PIETERS, None])
def test_where_product_systems_do_not_agree_nobody_gets_a_mail(town: Town, other: str | None) -> None:
    one = town.offers(betaler=betaler(JANSEN))
    pays(town, one, town.offers(PARKEREN, zender="parkeren", betaler=betaler(other)))
    assert town.all(MailRow) == waiting(town) == []


def test_an_installation_without_a_mail_server_queues_nothing(town: Town) -> None:
    town.hub = replace(town.hub, keys=Keys(), post=None)
    pays(town, town.offers(), email=JANSEN)
    assert town.all(MailRow) == waiting(town) == []


def test_asking_the_psp_again_tells_nothing_twice(town: Town) -> None:
    betaling = pays(town, town.offers(), email=JANSEN)
    for _ in range(3):
        money(town, betaling)
        works(town, days=1)
    assert len(server(town).sent) == len(town.all(MailRow)) == 1


def test_what_was_paid_before_mails_were_switched_on_is_not_told_later(town: Town) -> None:
    sending = town.hub
    town.hub = replace(town.hub, keys=Keys(), post=None)
    betaling = pays(town, town.offers(), email=JANSEN)
    town.hub = sending
    money(town, betaling)
    assert town.all(MailRow) == []


def test_a_payment_that_had_failed_and_came_in_after_all_says_so(town: Town) -> None:
    antwoord = town.offers()
    town.pays(antwoord, replace(town.wish(antwoord), email=JANSEN))
    (betaling,) = town.all(BetalingRow)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.CANCELLED, at=town.clock()))
    assert town.all(MailRow) == []
    money(town, betaling)
    works(town)
    (bericht,) = server(town).sent
    assert "uw betaling is toch gelukt" in bericht.onderwerp and "Betaal dus niet nog een keer." in bericht.tekst


def test_where_a_person_looks_at_the_money_nothing_is_promised(town: Town) -> None:
    antwoord = town.offers()
    town.pays(antwoord, replace(town.wish(antwoord), email=JANSEN))
    first = town.all(BetalingRow)[-1]
    town.clock.forward(seconds=30)
    town.answered(first, rapport(PogingStatus.CANCELLED, at=town.clock()))
    pays(town, antwoord, email=JANSEN)
    town.psp.answer = None
    works(town)
    money(town, first)
    works(town)
    clean, double = server(town).sent
    assert "De gemeente gaat verder met uw aanvraag." in clean.tekst
    assert "Wij kijken deze betaling nog na." in double.tekst and "gaat verder" not in double.tekst


def test_another_amount_that_a_person_accepts_is_told_as_what_came_in(town: Town) -> None:
    antwoord = town.offers()
    town.pays(antwoord, replace(town.wish(antwoord), email=JANSEN))
    betaling = town.all(BetalingRow)[-1]
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=18_000, registered=18_750, at=town.clock()))
    assert town.all(MailRow) == []
    resolves(town, "BEDRAG_AFWIJKEND", Oplossing.ACCEPTEREN)
    works(town)
    (bericht,) = server(town).sent
    assert f"Wij hebben €{NBSP}180,00 ontvangen." in bericht.tekst


def test_money_that_went_back_is_told_once_for_each_time(town: Town) -> None:
    refunding(town)
    antwoord = town.offers()
    pays(town, antwoord, email=JANSEN)
    works(town)
    for cents in (5_000, 2_500):
        asks_back(town, antwoord, cents)
        decides(town)
        lives(town, hours=2)
        assert terug(town).status == "VOLTOOID"
    lives(town, days=40)
    _, one, two = server(town).sent
    assert f"Wij hebben €{NBSP}50,00 aan u teruggestort." in one.tekst
    assert f"Wij hebben €{NBSP}25,00 aan u teruggestort." in two.tekst
    assert [row.zaak for row in town.all(MailRow)].count("ONTVANGST") == 1


def test_a_mail_in_english_for_who_paid_in_english(town: Town) -> None:
    pays(town, town.offers(), email=JANSEN, taal="en")
    works(town)
    (bericht,) = server(town).sent
    assert "We have received €187.50. Thank you." in bericht.tekst and '<html lang="en">' in bericht.html
    assert "https://betalen.example/en/betaling/" in bericht.tekst


def test_a_company_finds_its_name_and_its_own_reference(town: Town) -> None:
    company = betaler(None, soort=BetalerSoort.BEDRIJF, naam="Bakkerij Jansen & Zn")
    pays(town, town.offers(betaler=company), email=JANSEN, referentie="INK-2026-17 van 123456782")
    works(town)
    (bericht,) = server(town).sent
    assert "Bakkerij Jansen & Zn" in bericht.tekst and "Bakkerij Jansen &amp; Zn" in bericht.html
    assert "INK-2026-17 van ***" in bericht.tekst and "123456782" not in bericht.tekst + bericht.html


def test_a_mail_holds_nothing_that_is_fetched_and_no_way_to_pay(town: Town) -> None:
    antwoord = town.offers()
    pays(town, antwoord, email=JANSEN)
    works(town)
    (bericht,) = server(town).sent
    for wrong in ("src=", "<img", "<link", "<script", "url(", "@import", "winkelmandje", town.mandje(antwoord).token):
        assert wrong not in bericht.html + bericht.tekst
    assert bericht.html.count("https://") == 1


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
