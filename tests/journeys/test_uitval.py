"""What a person decides at her terminal about money that came late, twice or differently, or that the bank took back."""

from __future__ import annotations

from betaalhub.storage.tables import TerugbetalingRow, TerugboekingRow
from tests.journeys.stad import Opdracht, Stad
from tests.journeys.test_terugbetaling import balance, refunds

KEPT = {"1310": 18_750, "8301": -18_750}


def paid(stad: Stad) -> Opdracht:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    return opdracht


def paid_late(stad: Stad) -> Opdracht:
    """She left the PSP's page; weeks later the betaalopdracht had expired, and her bank paid."""
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay()
    stad.passes(days=15)
    assert stad.status(opdracht) == "VERLOPEN"
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    return opdracht


def would(stad: Stad, soort: str, oplossing: str) -> str:
    """What the administrator reads before she decides."""
    (row,) = stad.uitval(soort)
    return stad.administrator("uitval", "show", str(row.id), "--oplossing", oplossing)


def test_late_money_is_looked_at_and_accepted(stad: Stad) -> None:
    opdracht = paid_late(stad)
    seen = would(stad, "LAAT_BETAALD", "ACCEPTEREN")
    assert "boeking CORRECTIE: Aanvaard" in seen
    assert "status        VERLOPEN → BETAALD" in seen
    assert "leverbaar     nee → ja" in seen
    assert stad.status(opdracht) == "VERLOPEN"
    stad.resolves("LAAT_BETAALD", "ACCEPTEREN", reden="De markt gaat door")
    stad.passes(minutes=5)
    assert (stad.told(opdracht)[-1][1:], balance(stad)) == (("BETAALD", True), KEPT)
    assert [post["soort"] for post in stad.booked(opdracht)] == ["TE_VERREKENEN", "CORRECTIE"]


def test_late_money_goes_back_with_two_persons(stad: Stad) -> None:
    opdracht = paid_late(stad)
    assert "terugbetaling van € 187,50, die een collega moet goedkeuren" in would(stad, "LAAT_BETAALD", "TERUGBETALEN")
    said = stad.resolves("LAAT_BETAALD", "TERUGBETALEN", reden="De markt is geweest")
    (row,) = stad.rows(TerugbetalingRow)
    assert "(IN_BEHANDELING)" in said
    assert row.nummer in said
    stad.administrator("terugbetaling", "keur-goed", row.nummer, "--door", "P. Prins")
    stad.passes(hours=2)
    assert ([one.status for one in stad.rows(TerugbetalingRow)], balance(stad)) == (["VOLTOOID"], {})
    (uitval,) = stad.uitval(open_only=False)
    assert (uitval.status, uitval.oplossing, uitval.opgelost_door) == ("OPGELOST", "TERUGBETALEN", "J. de Vries")
    assert stad.status(opdracht) == "VERLOPEN"


def test_what_was_paid_twice_in_one_order_goes_back(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", attempts=2)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    stad.resolves("DUBBEL_BETAALD", "TERUGBETALEN")
    (row,) = stad.rows(TerugbetalingRow)
    stad.administrator("terugbetaling", "keur-goed", row.nummer, "--door", "P. Prins")
    stad.passes(hours=2)
    assert refunds(stad) == [(row.nummer, "CAPTURED", 18_750)]
    assert (stad.told(opdracht)[-1][1:], balance(stad), stad.uitval()) == (("BETAALD", True), KEPT, [])


def test_too_little_money_is_accepted_with_a_difference(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", paid_amount=18_000)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    assert balance(stad) == {"1310": 18_000, "2990": -18_000}
    assert "Betalingsverschil" in would(stad, "BEDRAG_AFWIJKEND", "ACCEPTEREN")
    stad.resolves("BEDRAG_AFWIJKEND", "ACCEPTEREN", reden="De rest is kwijtgescholden")
    stad.passes(hours=2)
    assert stad.told(opdracht)[-1][1:] == ("BETAALD", True)
    assert (balance(stad), stad.uitval()) == ({"1310": 18_000, "2990": 750, "8301": -18_750}, [])


def test_too_little_money_goes_back_and_she_may_pay_again(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", paid_amount=100)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    stad.psp("scenario", paid_amount=None)
    stad.resolves("BEDRAG_AFWIJKEND", "TERUGBETALEN")
    (row,) = stad.rows(TerugbetalingRow)
    stad.administrator("terugbetaling", "keur-goed", row.nummer, "--door", "P. Prins")
    stad.passes(hours=2)
    assert (stad.betalingen(), stad.status(opdracht), stad.uitval()) == (["GEANNULEERD"], "OPEN", [])
    assert balance(stad) == {}
    assert stad.burger(opdracht).pays().reads == "U hebt betaald"
    stad.work()


def test_the_bank_takes_it_back_months_later_and_keeps_it(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.passes(days=40)
    stad.psp(f"orders/{stad.reference(opdracht)}/chargeback", amount_cents=18_750, name="CB-1")
    stad.passes(days=60)
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.TeruggeboektInCenten, stand.Leverbaar) == ("BETAALD", 18_750, False)
    assert (stad.told(opdracht)[-1][1:], balance(stad)) == (("BETAALD", False), {})
    assert [post["soort"] for post in stad.booked(opdracht)] == ["BETAALD", "TERUGBOEKING"]
    stad.resolves("TERUGBOEKING", "BETWISTEN")
    assert [row.status for row in stad.uitval()] == ["IN_BEHANDELING"]
    stad.resolves("TERUGBOEKING", "ACCEPTEREN", reden="De kaart was gestolen")
    assert ([row.status for row in stad.rows(TerugboekingRow)], stad.uitval()) == (["VERLOREN"], [])
    stad.passes(days=60)
    assert stad.uitval() == []


def test_what_the_psp_lost_is_written_off_and_comes_back(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.passes(minutes=2)
    stad.psp("scenario", reference=stad.reference(opdracht), status_word="CANCELED")
    stad.notify(opdracht)
    stad.passes(minutes=1)
    assert "blijft open tot het antwoord er is" in stad.resolves("PSP_SPREEKT_ZICH_TEGEN", "OPNIEUW_VRAGEN")
    stad.passes(minutes=5)
    assert stad.told(opdracht)[-1][1:] == ("BETAALD", False)
    stad.resolves("PSP_SPREEKT_ZICH_TEGEN", "ACCEPTEREN", reden="De PSP bevestigt dat het weg is")
    assert balance(stad) == {}
    stad.psp("scenario", reference=stad.reference(opdracht), status_word=None)
    stad.passes(days=2)
    assert ([row.status for row in stad.rows(TerugboekingRow)], balance(stad)) == (["GEWONNEN"], KEPT)
    assert stad.told(opdracht)[-1][1:] == ("BETAALD", True)


def test_a_refund_at_the_psp_itself_is_linked_to_what_it_was_for(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.psp(f"orders/{stad.reference(opdracht)}/refund", amount_cents=1_000, name="balie")
    stad.passes(days=2)
    (row,) = stad.uitval("EXTERNE_TERUGBETALING")
    stad.administrator(
        "uitval", "resolve", str(row.id), "--oplossing", "KOPPELEN", "--regel", "1=10,00", "--door", "J. de Vries"
    )
    assert (stad.status(opdracht), stad.uitval()) == ("DEELS_TERUGBETAALD", [])
    assert balance(stad) == {"1310": 17_750, "8301": -17_750}
