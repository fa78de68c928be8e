"""The example messages: real envelopes that fit the contract, one of every message, and all in the papers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from betaalhub.domain.kenmerk import is_kenmerk
from betaalhub.soap.faults import FOUTEN, Gebruik
from tests.contract.samples import OURS, ROOT, WSDL, schema
from tests.voorbeelden import ANTWOORD, ENVELOPES, FOLDER, VRAAG, all_names, message, read

SCHEMA = schema(*OURS)
WRONG_ON_PURPOSE = {"fout-ONGELDIG_BERICHT-vraag"}
WSDLS = ("betaalhub-v1.wsdl", "betaalstatus-v1.wsdl", "grootboek-v1.wsdl")
PAPERS = sorted([ROOT / "docs" / "koppelen.md", *(ROOT / "docs" / "koppelen").glob("*.md")])
FIRST_LINES = re.compile(r'<\?xml version="1\.0" encoding="UTF-8"\?>\n<!-- [A-ZÉ].*[.?] -->\n<')


def operations() -> list[str]:
    found = [etree.parse(ROOT / "wsdl" / name).iterfind(f"{WSDL}portType/{WSDL}operation") for name in WSDLS]
    return [node.get("name") for nodes in found for node in nodes]


def blocks(paper: Path) -> list[str]:
    """The XML in a paper."""
    return re.findall(r"^```xml\n(.*?)^```", paper.read_text(encoding="utf-8"), re.M | re.S)


def flat(text: str) -> str:
    """Without the space between elements: a paper may show a part of an example."""
    return re.sub(r"\s*\n\s*", "\n", text.strip())


@pytest.mark.parametrize("name", all_names())
def test_an_example_fits_the_contract(name: str) -> None:
    found = message(read(name))
    if found.tag in {f"{{{one}}}Fault" for one in ENVELOPES}:
        found = next(found.iter("{urn:betaalhub:berichten:v1}BetaalhubFout"))
    assert SCHEMA.validate(found) is (name not in WRONG_ON_PURPOSE), SCHEMA.error_log


@pytest.mark.parametrize("name", all_names())
def test_an_example_says_in_a_sentence_what_it_shows(name: str) -> None:
    text = read(name).decode()
    assert FIRST_LINES.match(text)
    assert text.endswith("Envelope>\n")


@pytest.mark.parametrize("operation", operations())
def test_every_message_has_an_example(operation: str) -> None:
    assert {f"{operation}{VRAAG}", f"{operation}{ANTWOORD}"} <= set(all_names())


def test_a_file_is_named_after_its_message() -> None:
    for name in all_names():
        kind = name.removesuffix(VRAAG).removesuffix(ANTWOORD)
        root = etree.QName(message(read(name))).localname
        expected = kind.split("-")[0] + ("Response" if name.endswith(ANTWOORD) else "")
        assert (
            root == ("Fault" if name.endswith(ANTWOORD) else root) if kind.startswith("fout") else root == expected
        ), name


def test_the_faults_in_the_examples_stand_in_the_catalogue() -> None:
    for name in all_names():
        for code in message(read(name)).iter("{urn:betaalhub:berichten:v1}Code"):
            assert code.text in FOUTEN
            assert name.split("-")[1] in (code.text, "soap12")


def test_the_kenmerken_in_the_examples_have_right_check_digits() -> None:
    found = [
        node.text for name in all_names() for node in message(read(name)).iter("{*}Betaalkenmerk", "{*}Winkelmandje")
    ]
    assert found and [one for one in found if not is_kenmerk(one or "")] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_xml_in_a_paper_comes_from_an_example(paper: Path) -> None:
    known = [flat(read(name).decode()) for name in all_names()]
    assert [one for one in blocks(paper) if not any(flat(one) in text for text in known)] == []


@pytest.mark.parametrize("name", all_names())
def test_every_example_is_named_in_a_paper(name: str) -> None:
    assert any(f"{FOLDER.name}/{name}.xml)" in paper.read_text(encoding="utf-8") for paper in PAPERS)


def test_the_papers_say_what_to_do_with_every_fault() -> None:
    told = (ROOT / "docs" / "koppelen" / "herhalen.md").read_text(encoding="utf-8")
    assert [code for code, row in FOUTEN.items() if row.gebruik is Gebruik.FOUT and code not in told] == []
