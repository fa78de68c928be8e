"""After paying: how far the delivery is, money that goes back, late money, and what only a person can decide."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import Client, TestResponse

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.statuses import LeveringStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.domain.verzoeken import LeveringsregelVerzoek, LeveringVerzoek
from betaalhub.errors import Outcome
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.report_levering import report_levering
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.verval import expire
from betaalhub.storage.tables import BetalingRow
from betaalhub.web.application import make_web
from tests.flows.movements import resolves, says, taken
from tests.flows.refunds import asks_back, decides, psp_of, refunding, threshold, trouble, works
from tests.flows.test_late_money import paid_late
from tests.flows.test_writing import registers, withdraws
from tests.flows.town import ESB, TERUG, VERGUNNING, Town, rapport

PARKEREN = ProductregelVerzoek(1, "PARKEREN", "Parkeervergunning", 1, 9_600)
APPROVED, CANCELLED = PogingStatus.APPROVED, PogingStatus.CANCELLED


def opens(town: Town, antwoord: StartBetalingAntwoord, page: str = "status", taal: str = "nl") -> TestResponse:
    """The citizen opens a page of her winkelmandje."""
    token = town.opdracht(antwoord).token
    return Client(make_web(town.hub)).get(f"/{taal}/winkelmandje/{token}/{page}")


def reads(town: Town, antwoord: StartBetalingAntwoord, page: str = "status", taal: str = "nl") -> str:
    """What stands on it: plain spaces, and nothing of how it looks."""
    text = unescape(opens(town, antwoord, page, taal).text).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r' class="[^"]*"', "", text)


def delivers(town: Town, about: StartBetalingAntwoord, levering: LeveringStatus) -> None:
    """The product system tells how far its first productregel is."""

    regel = LeveringsregelVerzoek(1, levering, None)
    verzoek = LeveringVerzoek("vergunningen", f"l-{next(town.numbers)}", about.betaalkenmerk, None, (regel,))
    omgeving = Omgeving(town.clock(), town.hub.keys, town.hub.limits, town.hub.portaal)
    town.does(lambda session: report_levering(session, verzoek, aanroeper=ESB, omgeving=omgeving))


def test_she_reads_how_far_the_delivery_is(town: Town) -> None:
    antwoord, _ = town.paid()
    page = reads(town, antwoord)
    assert "Evenementenvergunning</b><br>Betaald. De gemeente gaat hiermee verder." in page
    assert "De gemeente gaat verder met uw aanvraag." in page
    delivers(town, antwoord, LeveringStatus.IN_UITVOERING)
    assert "Betaald. De gemeente is hiermee bezig." in reads(town, antwoord)
    delivers(town, antwoord, LeveringStatus.GELEVERD)
    page = reads(town, antwoord)
    assert "Betaald. Dit is klaar." in page and "Alles is klaar. U hoeft niets meer te doen." in page
    assert "Paid. This is done." in reads(town, antwoord, taal="en")


def test_what_cannot_be_delivered_is_told_and_so_is_every_step_of_the_money_back(town: Town) -> None:
    refunding(town)
    antwoord, _ = town.paid()
    delivers(town, antwoord, LeveringStatus.NIET_LEVERBAAR)
    page = reads(town, antwoord)
    assert "Betaald. Dit kan niet doorgaan. Wij kijken na of u geld terugkrijgt." in page
    assert "De gemeente gaat verder met uw aanvraag" not in page and "Een medewerker kijkt nog iets na." in page
    resolves(town, "NIET_LEVERBAAR", Oplossing.TERUGBETALEN)
    page = reads(town, antwoord)
    assert "U hebt betaald" in page and "Wij kijken na of u € 187,50 terugkrijgt." in page and "U krijgt" not in page
    decides(town)
    page = reads(town, antwoord)
    assert "<h1>U krijgt uw geld terug</h1>" in page and "U krijgt € 187,50 terug. U hoeft niets te doen." in page
    works(town)
    works(town, hours=1)
    page = reads(town, antwoord)
    assert "<h1>U hebt uw geld teruggekregen</h1>" in page
    assert "Op 24 november 2026 hebben wij € 187,50 teruggestort." in page
    assert "Op 24 november 2026 hebben wij € 187,50 teruggestort." in reads(town, antwoord, "bewijs")


def test_who_paid_too_much_is_promised_nothing_until_it_is_decided(town: Town) -> None:
    refunding(town, pogingen=2)
    antwoord, betaling = town.paid()
    says(town, betaling, cents=37_500)
    page = reads(town, antwoord)
    assert "<h1>U hebt te veel betaald</h1>" in page and "Wij kijken dit na. U hoeft niets te doen." in page
    assert "krijgt" not in page.split("Geld terug")[0] and "<dt>Van u ontvangen</dt><dd>€ 375,00</dd>" in page
    assert "gaat hiermee verder" not in page  # nothing is delivered while somebody looks
    resolves(town, "DUBBEL_BETAALD", Oplossing.TERUGBETALEN)
    assert "U krijgt" not in reads(town, antwoord)
    decides(town)
    assert "Dat is meer dan nodig was. U krijgt € 187,50 terug. U hoeft niets te doen." in reads(town, antwoord)
    works(town)
    works(town, hours=1)
    page = reads(town, antwoord)
    assert "<h1>U hebt betaald</h1>" in page and "hebben wij € 187,50 teruggestort" in page


def test_a_terugbetaling_that_was_rejected_is_not_told_and_changes_nothing(town: Town) -> None:
    threshold(town, 0)
    antwoord, _ = town.paid()
    before = reads(town, antwoord)
    asks_back(town, antwoord, 5_000)
    assert "Wij kijken na of u € 50,00 terugkrijgt." in reads(town, antwoord)
    decides(town, goedkeuren=False, reden="Niet terecht")
    assert reads(town, antwoord) == before


def test_a_part_that_goes_back_leaves_the_rest_paid(town: Town) -> None:
    refunding(town)
    threshold(town, None)
    antwoord, _ = town.paid()
    asks_back(town, antwoord, 5_000)
    if "Wij kijken na" in reads(town, antwoord):
        decides(town)
    page = reads(town, antwoord)
    assert "<h1>U hebt betaald</h1>" in page and "U krijgt € 50,00 terug." in page
    works(town)
    works(town, hours=1)
    page = reads(town, antwoord)
    assert "U hebt € 187,50 betaald. Wij hebben € 50,00 aan u teruggegeven." in page
    assert "Betaald. U hebt hiervan € 50,00 teruggekregen." in page


def test_of_two_productregels_only_the_one_that_went_back_says_so(town: Town) -> None:
    second = ProductregelVerzoek(2, "OMGEVING", "Omgevingsvergunning", 1, 8_450)
    refunding(town, paid=27_200, registered=27_200)
    antwoord = town.offers(VERGUNNING, second)
    assert town.pays(antwoord).url
    town.clock.forward(seconds=30)
    town.answered(town.all(BetalingRow)[-1], rapport(APPROVED, cents=27_200, at=town.clock()))
    asks_back(town, antwoord, regels={2: None})
    decides(town)
    works(town)
    works(town, hours=1)
    page = reads(town, antwoord)
    assert "Evenementenvergunning</b><br>Betaald.</li>" in page.replace(" De gemeente gaat hiermee verder.", "")
    assert "Omgevingsvergunning</b><br>U hebt dit geld teruggekregen." in page and "hiervan" not in page


def test_a_refund_that_fails_is_told_while_somebody_works_on_it(town: Town) -> None:
    refunding(town, before=[trouble(Outcome.REFUSED)])
    antwoord, _ = town.paid()
    delivers(town, antwoord, LeveringStatus.NIET_LEVERBAAR)
    resolves(town, "NIET_LEVERBAAR", Oplossing.TERUGBETALEN)
    decides(town)
    works(town)
    page = reads(town, antwoord)
    assert "Wij konden € 187,50 nog niet terugstorten. Een medewerker kijkt dit na." in page
    assert "U krijgt" not in page and page.count("Een medewerker kijkt") == 2  # of it, and under "hoe gaat het verder"
    psp_of(town)
    resolves(town, "TERUGBETALING_MISLUKT", Oplossing.TERUGBETALEN)
    decides(town)
    page = reads(town, antwoord)
    assert "U krijgt € 187,50 terug." in page and "nog niet terugstorten" not in page


def test_late_money_is_not_called_paid_before_a_person_accepts_it(town: Town) -> None:
    antwoord, _ = paid_late(town)
    page = reads(town, antwoord)
    assert "<h1>Uw betaling kwam te laat binnen</h1>" in page and "Wij hebben € 187,50 van u ontvangen." in page
    assert "Dit geld kwam te laat binnen." in page and "gaat verder met uw aanvraag. U krijgt bericht" not in page
    assert opens(town, antwoord, "bewijs").status_code == 303
    resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN)
    assert "<h1>U hebt betaald</h1>" in reads(town, antwoord) and "Betaalbewijs" in reads(town, antwoord, "bewijs")


def test_who_read_that_it_failed_reads_that_the_money_came_after_all(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.FAILED, at=town.clock()))
    assert "<h1>Uw betaling is niet gelukt</h1>" in reads(town, antwoord)
    town.clock.forward(minutes=5)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    page = reads(town, antwoord)
    assert "<h1>U hebt betaald</h1>" in page and "Het geld is alsnog bij ons binnengekomen." in page
    other, _ = town.paid()
    assert "alsnog" not in reads(town, other)


def test_what_the_bank_took_back_and_gave_back_is_told_with_its_day(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, taken())
    page = reads(town, antwoord)
    assert "<h1>Uw bank heeft geld teruggehaald</h1>" in page and "Dit weten wij sinds 24 november 2026." in page
    assert "Uw bank heeft dit geld teruggehaald." in page
    says(town, betaling, taken(status=BewegingStatus.FAILED))
    page = reads(town, antwoord)
    assert "<h1>U hebt betaald</h1>" in page and "hebben wij dit geld weer. U hoeft niets te doen." in page


def both_paid(town: Town) -> tuple[StartBetalingAntwoord, StartBetalingAntwoord]:
    """Two product systems in one winkelmandje, paid in one go."""
    first, second = town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert town.joins(second, first) and town.pays(first).url
    town.clock.forward(seconds=30)
    (betaling,) = town.all(BetalingRow)
    town.answered(betaling, rapport(APPROVED, cents=28_350, at=town.clock()))
    return first, second


def test_of_two_betaalopdrachten_each_tells_its_own_story(town: Town) -> None:
    refunding(town, paid=28_350, registered=28_350)
    first, second = both_paid(town)
    asks_back(town, first, None)
    decides(town)
    works(town)
    works(town, hours=1)
    page = reads(town, second)
    assert "<h1>U hebt een deel teruggekregen</h1>" in page
    assert "Evenementenvergunning</b><br>U hebt dit geld teruggekregen." in page
    assert "Parkeervergunning</b><br>Betaald. De gemeente gaat hiermee verder." in page


def test_money_of_the_counter_goes_back_at_the_counter(town: Town) -> None:
    antwoord = town.offers()
    registers(town, antwoord)
    assert "<dt>Betaald met</dt><dd>contant</dd>" in reads(town, antwoord)
    asks_back(town, antwoord, 5_000)
    decides(town)
    assert "U krijgt € 50,00 terug op de plek waar u hebt betaald." in reads(town, antwoord)


def test_what_takes_too_long_is_told(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.PENDING, at=town.clock()))
    assert "langer dan normaal" not in reads(town, antwoord)
    town.clock.forward(days=9)
    while town.does(lambda session: find_too_old(session, town.clock())):
        pass
    page = reads(town, antwoord)
    assert "<h1>Wij wachten op uw bank</h1>" in page and "Dit duurt langer dan normaal." in page
    assert "Betaal niet nog een keer." in page


@pytest.mark.parametrize("page", ["", "status"])
def test_what_was_withdrawn_need_not_be_paid_and_the_way_back_is_there(town: Town, page: str) -> None:
    antwoord = town.offers()
    withdraws(town, antwoord)
    answer = opens(town, antwoord, page).text if page else reads_front(town, antwoord)
    assert "U hoeft hier niets meer te betalen" in answer and f'href="{TERUG}">Terug naar Vergunningen' in answer
    assert "niets betaald" not in answer and "/nl/waar-is-mijn-betaling" in answer


def reads_front(town: Town, antwoord: StartBetalingAntwoord) -> str:
    return Client(make_web(town.hub)).get(f"/nl/winkelmandje/{town.opdracht(antwoord).token}").text


def test_what_expired_says_where_to_begin_again(town: Town) -> None:
    antwoord = town.offers()
    town.clock.forward(days=15)
    row = town.opdracht(antwoord)
    town.does(lambda session: expire(session, row.id, keys=town.hub.keys, now=town.clock()))
    answer = opens(town, antwoord)
    assert answer.status_code == 410 and "De tijd om te betalen is voorbij." in answer.text
    assert f'href="{TERUG}">Terug naar Vergunningen' in answer.text
