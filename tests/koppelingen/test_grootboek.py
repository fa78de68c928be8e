"""The contract with a financial system: booked once, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import Boekingsresultaat
from gemeentelijke_koppelingen.erp_grootboek import GrootboekErp
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen import lastig
from tests.koppelingen.conftest import control
from tests.koppelingen.voorbeelden import NU, batch, journaalpost


@pytest.fixture(autouse=True)
def _empty_books(simulators: RunningSimulators) -> Iterator[None]:
    yield
    control(simulators.erp_base, "reset")


def booked(simulators: RunningSimulators) -> list[dict[str, object]]:
    listing = requests.get(f"{simulators.erp_base}/control/journaalposten", timeout=10).json()
    return [post for post in listing["journaalposten"] if post["boekstuknummer"]]


def outcome(erp: GrootboekErp, nummer: str = "B-1") -> tuple[Outcome, str]:
    with pytest.raises(NeighbourError) as caught:
        erp.verwerk_boekingsbatch(batch(nummer, journaalpost("J-1")), now=NU)
    return caught.value.outcome, caught.value.code


def test_a_balanced_journaalpost_gets_a_boekstuknummer(erp: GrootboekErp) -> None:
    (resultaat,) = erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1")), now=NU)
    assert resultaat.geboekt and resultaat.reden is None
    assert str(resultaat.boekstuknummer).startswith("2026-")


def test_the_same_batch_again_gives_the_same_answer(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    sent = batch("B-1", journaalpost("J-1"), journaalpost("J-2"))
    first = erp.verwerk_boekingsbatch(sent, now=NU)
    assert erp.verwerk_boekingsbatch(sent, now=NU) == first
    assert len(booked(simulators)) == 2


def test_a_journaalpost_is_booked_once_over_all_batches(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    first = erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1")), now=NU)
    assert erp.verwerk_boekingsbatch(batch("B-2", journaalpost("J-1")), now=NU) == first
    assert len(booked(simulators)) == 1


def test_one_rejected_journaalpost_does_not_stop_the_rest(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    control(simulators.erp_base, "rekeningen", onbekend=["9999"])
    sent = batch("B-1", journaalpost("J-1", rekening="9999"), journaalpost("J-2"))
    afgekeurd, geboekt = erp.verwerk_boekingsbatch(sent, now=NU)
    assert afgekeurd == Boekingsresultaat("J-1", False, None, "Grootboekrekening 9999 is onbekend.")
    assert geboekt.geboekt


def test_a_corrected_journaalpost_may_come_again_in_another_batch(
    erp: GrootboekErp, simulators: RunningSimulators
) -> None:
    control(simulators.erp_base, "rekeningen", onbekend=["9999"])
    erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1", rekening="9999")), now=NU)
    (resultaat,) = erp.verwerk_boekingsbatch(batch("B-2", journaalpost("J-1")), now=NU)
    assert resultaat.geboekt


def test_a_journaalpost_out_of_balance_is_rejected(erp: GrootboekErp) -> None:
    (resultaat,) = erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1", credit=4999)), now=NU)
    assert not resultaat.geboekt and "evenwicht" in str(resultaat.reden)


def test_an_unknown_batch_is_none_and_a_known_one_tells_its_results(erp: GrootboekErp) -> None:
    assert erp.vraag_boekingsbatch("B-1", now=NU) is None
    sent = erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1")), now=NU)
    assert erp.vraag_boekingsbatch("B-1", now=NU) == sent


def test_after_a_lost_answer_asking_tells_what_was_booked(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    control(simulators.erp_base, "faults", operation="VerwerkBoekingsbatch", faults=["drop_after"])
    assert outcome(erp) == (Outcome.UNKNOWN, "CONNECTION_LOST")
    (resultaat,) = erp.vraag_boekingsbatch("B-1", now=NU) or ()
    assert resultaat.geboekt


@pytest.mark.parametrize("misstep", ["drop", "html_502", "fault", "http_503"])
def test_when_it_broke_before_the_work_nothing_is_booked(
    erp: GrootboekErp, simulators: RunningSimulators, misstep: str
) -> None:
    control(simulators.erp_base, "faults", operation="VerwerkBoekingsbatch", faults=[misstep])
    assert outcome(erp)[0] is Outcome.UNKNOWN
    assert erp.vraag_boekingsbatch("B-1", now=NU) is None


def test_the_same_number_with_another_content_is_not_booked(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-7")), now=NU)
    assert outcome(erp)[0] is Outcome.UNKNOWN
    assert [post["journaalpostnummer"] for post in booked(simulators)] == ["J-7"]


def test_without_the_password_the_books_stay_closed(simulators: RunningSimulators) -> None:
    assert outcome(GrootboekErp(simulators.erp_url, "betaalhub", "fout")) == (Outcome.REFUSED, "MISCONFIGURED")


def test_an_answer_about_other_journaalposten_is_not_understood() -> None:
    head = "<t:Referentienummer>A</t:Referentienummer><t:CrossRefnummer>R</t:CrossRefnummer><t:TijdstipBericht>2026-11-23T13:30:00Z</t:TijdstipBericht>"
    other = (
        "<Journaalpostnummer>J-2</Journaalpostnummer><Verwerking>GEBOEKT</Verwerking><Boekstuknummer>1</Boekstuknummer>"
    )
    namespaces = 'xmlns="urn:betaalhub:grootboek:v1" xmlns:t="urn:betaalhub:typen:v1"'
    body = f"<VerwerkBoekingsbatchResponse {namespaces}><Stuurgegevens>{head}</Stuurgegevens><Batchnummer>B-1</Batchnummer><Journaalpostresultaat>{other}</Journaalpostresultaat></VerwerkBoekingsbatchResponse>"
    soap = f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{body}</s:Body></s:Envelope>'
    with lastig.neighbour(lastig.answer(soap.encode())) as url:
        erp = GrootboekErp(url, draw_reference=lambda: "R")
        assert outcome(erp) == (Outcome.UNKNOWN, "ANSWER_NOT_UNDERSTOOD")


def test_the_page_shows_what_was_booked(erp: GrootboekErp, simulators: RunningSimulators) -> None:
    (resultaat,) = erp.verwerk_boekingsbatch(batch("B-1", journaalpost("J-1")), now=NU)
    page = requests.get(simulators.erp_base, timeout=10).text
    assert str(resultaat.boekstuknummer) in page and "€ 50,00" in page
