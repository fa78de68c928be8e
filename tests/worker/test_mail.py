"""Who paid gets a mail about it: once, to the right address, saying what is true by then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.keys import Keys
from betaalhub.storage.tables import (
    BetalingRow,
    MailRow,
)
from betaalhub.web.mail import MailWriter
from betaalhub.web.themas.themas import load_themas
from tests.flows.movements import resolves
from tests.flows.refunds import asks_back, decides, lives, refunding, terug, works
from tests.flows.town import PARKEREN, Town, rapport
from tests.web.themas import write_texts, write_thema
from tests.worker.mailing import JANSEN, NBSP, PIETERS, betaler, mail, money, pays, sending, server, waiting


@pytest.fixture
def town(town: Town) -> Town:
    return sending(town)


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


def test_who_paid_more_than_was_asked_is_told_so_and_not_only_thanked(town: Town) -> None:
    antwoord = town.offers()
    town.pays(antwoord, replace(town.wish(antwoord), email=JANSEN))
    town.clock.forward(seconds=30)
    more = rapport(PogingStatus.APPROVED, cents=37_500, registered=18_750, at=town.clock())
    town.answered(town.all(BetalingRow)[-1], more)
    works(town)
    (bericht,) = server(town).sent
    assert f"Wij hebben €{NBSP}375,00 ontvangen." in bericht.tekst
    for text in (bericht.tekst, bericht.html):
        assert "Dat is meer dan nodig was. Wij kijken dit na. U hoeft niets te doen." in text


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


def test_a_mail_never_has_the_number_or_the_words_of_another_municipality(town: Town, tmp_path: Path) -> None:
    folder = write_thema(tmp_path, administratie="een-andere-stad")
    write_texts(folder, "nl", mail__lines="Bij Stad betaalde u:")
    assert town.hub.post is not None
    post = replace(town.hub.post, write=MailWriter(telefoon="14 010", themas=load_themas(tmp_path, "stad")))
    town.hub = replace(town.hub, post=post)
    pays(town, town.offers(), email=JANSEN)
    works(town)
    (bericht,) = server(town).sent
    assert "14 0999" not in bericht.tekst + bericht.html and "Bij Stad" not in bericht.tekst + bericht.html
    assert "14 010" in bericht.tekst
