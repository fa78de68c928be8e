"""What waits for a person is listed, shown and resolved; who did it and why is in the register for ever."""

from __future__ import annotations

import pytest

from betaalhub.storage.tables import GebeurtenisRow
from tests.cli.administrator import Administrator
from tests.journeys.stad import Opdracht, Stad

DOOR = ("--door", "J. de Vries")


@pytest.fixture
def refused(stad: Stad) -> Opdracht:
    """Paid, but the product system refuses to hear of it."""
    opdracht = stad.offers("EVENEMENT")
    stad.productsysteem("weiger", reden="Zaak is gesloten", kenmerk=opdracht.kenmerk)
    stad.burger(opdracht).pays()
    stad.work()
    return opdracht


@pytest.fixture
def desk(stad: Stad, refused: Opdracht) -> Administrator:
    return Administrator(stad.near.register.parent, dict(stad.env))


def test_without_uitval_all_is_well(administrator: Administrator) -> None:
    assert administrator.types("uitval", "list") == "Geen uitval. Alles klopt.\n"


def test_the_list_stands_in_columns_under_a_head(desk: Administrator, refused: Opdracht) -> None:
    head, line, *_ = desk.types("uitval", "list").splitlines()
    k = refused.betaalkenmerk
    assert head.split() == ["NR", "SOORT", "STATUS", "SINDS", "BETAALKENMERK", "OMSCHRIJVING"]
    assert line[head.index("SOORT") :].startswith("BERICHT_DOOD")
    assert line[head.index("BETAALKENMERK") :].startswith(f"{k[:4]} {k[4:8]} {k[8:]}")


def test_one_is_shown_with_its_proposal_and_a_command_to_paste(desk: Administrator) -> None:
    shown = desk.types("uitval", "show", "1")
    assert "voorstel       Stuur het opnieuw." in shown
    assert "OPNIEUW_VERZENDEN  stuur het nog eens, nu" in shown
    assert 'betaalhub uitval resolve 1 --oplossing OPNIEUW_VERZENDEN --door "UW NAAM"' in shown


def test_it_is_resolved_and_the_news_arrives(desk: Administrator, stad: Stad, refused: Opdracht) -> None:
    stad.productsysteem("weiger", reden=None, kenmerk=refused.kenmerk)
    said = desk.types("uitval", "resolve", "1", "--oplossing", "opnieuw_verzenden", *DOOR)
    assert "opgelost       OPNIEUW_VERZENDEN door J. de Vries" in said
    stad.passes(seconds=30)
    assert stad.told(refused) == [(2, "BETAALD", True)]
    assert desk.types("uitval", "list") == "Geen uitval. Alles klopt.\n"
    assert "OPGELOST" in desk.types("uitval", "list", "--alles")


def test_who_and_why_are_in_the_register(desk: Administrator, stad: Stad, refused: Opdracht) -> None:
    desk.types("uitval", "resolve", "1", "--oplossing", "GEEN_ACTIE", *DOOR, "--reden", "Met de hand verwerkt")
    (told,) = [row for row in stad.rows(GebeurtenisRow) if row.soort == "UITVAL_OPGELOST"]
    assert (told.wie, told.reden, told.naar) == ("J. de Vries", "Met de hand verwerkt", "OPGELOST")
    assert "Met de hand verwerkt" in desk.types("status", refused.betaalkenmerk)
    assert "GEEN_ACTIE door J. de Vries: Met de hand verwerkt" in desk.types("uitval", "show", "1")


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        (["--oplossing", "TERUGBETALEN", *DOOR], "Bij BERICHT_DOOD kan nu alleen: OPNIEUW_VERZENDEN, GEEN_ACTIE."),
        (["--oplossing", "GEEN_ACTIE", *DOOR], "Geef met --reden aan waarom er niets hoeft te gebeuren."),
        (["--oplossing", "GEEN_ACTIE", *DOOR, "--reden", "  "], "Geef met --reden aan"),
        (["--oplossing", "FOO", *DOOR], "--oplossing: kies een van OPNIEUW_VRAGEN, HANDMATIG_STATUS, "),
        (["--oplossing", "FOO", *DOOR], "; kijk met betaalhub uitval show NR wat kan."),
        (["--oplossing", "OPNIEUW_VERZENDEN", "--door", " "], "--door: zeg wie u bent"),
    ],
)
def test_a_resolution_that_cannot_be_says_what_can(desk: Administrator, stad: Stad, given: list, heard: str) -> None:
    assert heard in desk.types("uitval", "resolve", "1", *given, code=2)
    assert len(stad.uitval()) == 1


def test_a_preview_says_that_a_message_goes_out(desk: Administrator) -> None:
    shown = desk.types("uitval", "show", "1", "--oplossing", "OPNIEUW_VERZENDEN", "--door", " ")
    assert "De hub stuurt het nu opnieuw." in shown
    assert "geen productsysteem hoort ervan" not in shown


def test_what_is_resolved_is_not_resolved_again(desk: Administrator) -> None:
    again = ("uitval", "resolve", "1", "--oplossing", "GEEN_ACTIE", *DOOR, "--reden", "Gedaan")
    desk.types(*again)
    assert desk.types(*again, code=2) == "Fout: Deze uitval is al opgelost.\n"


def test_a_number_that_is_not_there_is_not_found(administrator: Administrator) -> None:
    said = "Fout: Er is geen uitval met nummer 7. Kijk met: betaalhub uitval list --alles.\n"
    assert administrator.types("uitval", "show", "7", code=2) == said
    none = ("uitval", "resolve", "7", "--oplossing", "ACCEPTEREN", *DOOR)
    assert administrator.types(*none, code=2) == administrator.types(*none, "--proef", code=2) == said


def shown(stad: Stad, soort: str) -> str:
    (row,) = stad.uitval(soort)
    return stad.administrator("uitval", "show", str(row.id))


def test_what_was_asked_and_what_came_is_seen_in_euros(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", paid_amount=18_000)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    assert "bedrag         gevraagd € 187,50, ontvangen € 180,00\n" in shown(stad, "BEDRAG_AFWIJKEND")
    stad.resolves("BEDRAG_AFWIJKEND", "TERUGBETALEN")
    assert "ontvangen € 180,00, terugbetaling € 180,00\n" in shown(stad, "BEDRAG_AFWIJKEND")


def test_what_the_bank_took_is_seen_in_euros(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    stad.psp(f"orders/{stad.reference(opdracht)}/chargeback", amount_cents=12_345, name="CB-1")
    stad.passes(days=2)
    assert "bedrag         teruggeboekt € 123,45\n" in shown(stad, "TERUGBOEKING")
