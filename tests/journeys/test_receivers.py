"""Product systems and the ERP refuse or are away: news is kept, told in order and once, and booked once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from betaalhub.storage.tables import BoekingsbatchRow, BoekingsleutelRow, CircuitRow, JournaalpostRow
from tests.builders import CATALOGUS
from tests.journeys.stad import Opdracht, Stad


def paid(stad: Stad, *codes: str) -> Opdracht:
    opdracht = stad.offers(*(codes or ("EVENEMENT",)))
    stad.burger(opdracht).pays()
    return opdracht


def test_a_refusal_waits_for_a_person_and_holds_up_nobody_else(stad: Stad) -> None:
    stubborn, other = stad.offers("EVENEMENT"), stad.offers("EVENEMENT")
    stad.productsysteem("weiger", reden="Zaak is gesloten", kenmerk=stubborn.kenmerk)
    for opdracht in (stubborn, other):
        stad.burger(opdracht).pays()
    stad.work()
    assert [row.soort for row in stad.uitval()] == ["BERICHT_DOOD"]
    assert (stad.told(stubborn), stad.told(other)) == ([], [(2, "BETAALD", True)])
    assert len(stad.booked(stubborn)) == 1
    stad.productsysteem("weiger", reden=None, kenmerk=stubborn.kenmerk)
    stad.resolves("BERICHT_DOOD", "OPNIEUW_VERZENDEN")
    stad.passes(seconds=30)
    assert stad.told(stubborn) == [(2, "BETAALD", True)]


@pytest.mark.parametrize("trouble", ["http_503", "drop", "drop_after", "fault", "html_502_after", "http_401"])
def test_a_product_system_that_is_away_is_told_when_it_is_back(stad: Stad, trouble: str) -> None:
    stad.productsysteem("faults", operation="MeldBetaalstatus", always=trouble)
    opdracht = paid(stad)
    stad.passes(minutes=30)
    assert not stad.uitval()
    assert len(stad.rows_of(CircuitRow)) == 1
    stad.productsysteem("faults", operation="MeldBetaalstatus", always=None)
    stad.passes(hours=2)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    assert stad.rows_of(CircuitRow) == []


def test_old_news_is_never_told_after_new(stad: Stad) -> None:
    stad.productsysteem("faults", operation="MeldBetaalstatus", always="http_503")
    opdracht = paid(stad)
    stad.passes(minutes=5)
    stad.psp("scenario", reference=stad.reference(opdracht), status_word="CANCELED")
    stad.notify(opdracht)
    stad.passes(minutes=5)
    stad.productsysteem("faults", operation="MeldBetaalstatus", always=None)
    stad.passes(hours=2)
    assert stad.told(opdracht) == [(3, "BETAALD", False)]


def test_a_circuit_spares_one_zender_and_no_other(stad: Stad) -> None:
    stad.productsysteem("faults", operation="MeldBetaalstatus", always="http_401")
    down = paid(stad)
    stad.work()
    stad.productsysteem("faults", operation="MeldBetaalstatus", always=None)
    other = paid(stad, "UITTREKSEL")
    stad.work()
    assert (stad.told(down), len(stad.told(other))) == ([], 1)
    stad.passes(minutes=10)
    assert len(stad.told(down)) == 1


def test_after_a_week_of_silence_a_person_is_asked(stad: Stad) -> None:
    stad.productsysteem("faults", operation="MeldBetaalstatus", always="http_503")
    opdracht = paid(stad)
    stad.passes(days=9)
    assert [row.soort for row in stad.uitval()] == ["BERICHT_DOOD"]
    stad.productsysteem("faults", operation="MeldBetaalstatus", always=None)
    stad.resolves("BERICHT_DOOD", "OPNIEUW_VERZENDEN")
    stad.passes(minutes=1)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_one_rejected_journaalpost_never_stops_the_rest(stad: Stad) -> None:
    stad.erp("rekeningen", onbekend=["8311"])
    permit = stad.offers("EVENEMENT")
    extract = stad.offers("UITTREKSEL", Meebetaaltoken=stad.burger(permit).meebetaaltoken)
    stad.burger(permit).pays()
    stad.work()
    assert (len(stad.booked(permit)), len(stad.booked(extract))) == (1, 0)
    assert [row.soort for row in stad.uitval()] == ["BOEKING_AFGEKEURD"]
    assert stad.told(extract) == [(2, "BETAALD", True)]
    stad.erp("rekeningen", onbekend=[])
    printed = stad.resolves("BOEKING_AFGEKEURD", "OPNIEUW_BOEKEN", reden="Rekening is aangemaakt")
    assert "OPNIEUW_BOEKEN door J. de Vries: Rekening is aangemaakt" in printed
    stad.work()
    assert (len(stad.booked(permit)), len(stad.booked(extract)), stad.uitval()) == (1, 1, [])


@pytest.mark.parametrize("trouble", ["http_503", "drop", "drop_after", "fault_after", "hang", "html_502_after"])
def test_an_erp_that_gives_no_answer_is_asked_by_batch_number(impatient_stad: Stad, trouble: str) -> None:
    stad = impatient_stad
    stad.erp("faults", operation="VerwerkBoekingsbatch", faults=[trouble])
    opdracht = paid(stad)
    stad.passes(minutes=2)
    assert len(stad.booked(opdracht)) == 1
    assert len(stad.journaal()["batches"]) == len(stad.rows(BoekingsbatchRow)) == 1


def test_an_erp_that_stays_away_calls_a_person(stad: Stad) -> None:
    stad.erp("faults", operation="VerwerkBoekingsbatch", always="http_503")
    stad.erp("faults", operation="VraagBoekingsbatch", always="http_503")
    opdracht = paid(stad)
    stad.passes(days=9)
    assert {row.soort for row in stad.uitval()} == {"BOEKING_ONBEANTWOORD"}
    assert stad.stand(opdracht).Leverbaar
    for operation in ("VerwerkBoekingsbatch", "VraagBoekingsbatch"):
        stad.erp("faults", operation=operation, always=None)
    stad.resolves("BOEKING_ONBEANTWOORD", "OPNIEUW_VRAGEN")
    stad.passes(minutes=1)
    assert len(stad.booked(opdracht)) == 1


def test_a_product_without_a_booking_key_waits_alone(stad: Stad) -> None:
    permit = stad.offers("EVENEMENT")
    waste = stad.offers("AFVALPAS", "PARKEREN", Meebetaaltoken=stad.burger(permit).meebetaaltoken)
    with stad.hub.sessions.begin() as session:
        for key in session.query(BoekingsleutelRow).where(BoekingsleutelRow.grootboekrekening == "8321"):
            key.geldig_tot = date(2020, 12, 31)
    stad.burger(permit).pays()
    stad.work()
    assert [(row.soort, row.status) for row in stad.uitval()] == [("CONFIG_ONGELDIG", "OPEN")]
    assert (len(stad.booked(permit)), len(stad.booked(waste))) == (1, 0)
    assert stad.told(waste) == [(2, "BETAALD", True)]
    mend_booking_key(stad)
    stad.resolves("CONFIG_ONGELDIG", "OPNIEUW_BOEKEN")
    stad.work()
    assert len(stad.booked(waste)) == 1


def mend_booking_key(stad: Stad) -> None:
    """The administrator loads the catalogue with the key mended."""
    data = tomllib.loads(Path(CATALOGUS).read_text(encoding="utf-8"))
    key = next(one["boekingsleutel"] for one in data["productgroep"] if one["code"] == "BUITENRUIMTE")
    with stad.hub.sessions.begin() as session:
        for row in session.query(BoekingsleutelRow).where(BoekingsleutelRow.kostenplaats == key["kostenplaats"]):
            row.geldig_tot = None


def test_resolving_too_early_opens_it_again(stad: Stad) -> None:
    stad.erp("rekeningen", onbekend=["8301"])
    opdracht = paid(stad)
    stad.work()
    stad.resolves("BOEKING_AFGEKEURD", "OPNIEUW_BOEKEN")
    stad.work()
    (row,) = stad.uitval("BOEKING_AFGEKEURD")
    assert (row.keer, stad.booked(opdracht)) == (2, [])
    assert "BOEKING_AFGEKEURD" in stad.administrator("uitval", "list")
    assert stad.rows(JournaalpostRow)[0].status == "AFGEKEURD"
