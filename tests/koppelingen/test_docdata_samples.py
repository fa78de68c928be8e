"""Our own small samples of Docdata's answers are read as they are meant, and fit our own contract files."""

from __future__ import annotations

from pathlib import Path

import pytest

import gemeentelijke_koppelingen.psp_docdata
from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspRapport
from betaalhub.errors import NeighbourError
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.soap_client import parse_answer
from tests.koppelingen import lastig
from tests.koppelingen.voorbeelden import NU, start_command

SAMPLES = sorted((Path(gemeentelijke_koppelingen.psp_docdata.__file__).parent / "samples").glob("*.xml"))
CONTRACT = ContractFiles(wsdl_path("docdata-order-1.3.wsdl"))


def connector(url: str) -> DocdataPsp:
    return DocdataPsp(url=url, menu_url="https://psp.example.nl/ps/menu", merchant="gemeente", password="geheim")


def rapport(name: str) -> PspRapport:
    content = next(path for path in SAMPLES if path.stem == name).read_bytes()
    with lastig.neighbour(lastig.answer(content)) as url:
        return connector(url).status("A" * 32, now=NU)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_fits_our_contract(path: Path) -> None:
    envelope = parse_answer(path.read_bytes())
    assert envelope is not None
    assert CONTRACT.validate(envelope[0][0]) == ()


def test_an_older_attempt_that_failed_does_not_hide_the_one_that_paid() -> None:
    found = rapport("status_failed_then_paid")
    assert [(one.psp_id, one.status) for one in found.pogingen] == [
        ("1001", PogingStatus.FAILED),
        ("1002", PogingStatus.APPROVED),
    ]
    (terugbetaling,) = found.terugbetalingen
    assert (terugbetaling.status, terugbetaling.our_reference) == (BewegingStatus.DONE, "T-1")


def test_nothing_registered_and_nothing_captured_is_told_as_it_is() -> None:
    found = rapport("status_zero_after_cancel")
    assert (found.registered_cents, found.pogingen) == (0, ())


def test_a_reference_that_was_used_before_is_recognised() -> None:
    content = next(path for path in SAMPLES if path.stem == "create_not_unique").read_bytes()
    with lastig.neighbour(lastig.answer(content)) as url, pytest.raises(NeighbourError, match="REFERENCE_NOT_UNIQUE"):
        connector(url).start(start_command())
