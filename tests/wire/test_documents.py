"""The contract is served as it was written, with our own address in it, to whatever client asks."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import zeep
from lxml import etree

from betaalhub.errors import ConfigurationError
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import SoapEndpoint
from tests.wire.bibliotheek import URL, WSDL
from tests.wire.calls import Answer, call

NAMES = ("bibliotheek.xsd", "bibliotheek-typen.xsd")


def ask(desk: SoapEndpoint, query: str, path: str = "/soap", **environ: str) -> Answer:
    return call(desk, b"", **{"REQUEST_METHOD": "GET", "QUERY_STRING": query, "PATH_INFO": path, **environ})


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "singleWsdl", *(f"xsd={name}" for name in NAMES)])
def test_each_document_is_served_as_xml(desk: SoapEndpoint, query: str) -> None:
    answer = ask(desk, query)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert len(answer.xml) > 0


def test_the_wsdl_also_lies_at_its_own_path(desk: SoapEndpoint) -> None:
    assert ask(desk, "", "/soap/wsdl").body == ask(desk, "wsdl").body


@pytest.mark.parametrize("query", ["", "xsd=", "xsd=../../errors.py", "xsd=geheim.xsd", "wsdl=1", "<script>"])
def test_an_unknown_document_is_plain_text_without_echo(desk: SoapEndpoint, query: str) -> None:
    answer = ask(desk, query)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert b"script" not in answer.body


def test_head_has_the_headers_and_no_body(desk: SoapEndpoint) -> None:
    head, get = ask(desk, "wsdl", REQUEST_METHOD="HEAD"), ask(desk, "wsdl")
    assert (head.headers, head.body) == (get.headers, b"")


def test_documents_need_no_credentials(server: str) -> None:
    assert requests.get(f"{server}?wsdl", timeout=10).status_code == 200


def test_the_host_header_changes_nothing(desk: SoapEndpoint) -> None:
    for query in ("wsdl", "singleWsdl", *(f"xsd={name}" for name in NAMES)):
        poisoned = ask(desk, query, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example").body
        assert poisoned == ask(desk, query, HTTP_HOST="bieb.example").body
        assert b"evil.example" not in poisoned


def test_every_location_is_the_configured_address(desk: SoapEndpoint) -> None:
    wsdl = ask(desk, "wsdl").xml
    assert [one.get("location") for one in wsdl.iter("{*}address")] == [URL]
    assert [one.get("schemaLocation") for one in wsdl.iter("{*}import")] == [f"{URL}?xsd=bibliotheek.xsd"]


def test_nothing_but_locations_differs_from_the_files(desk: SoapEndpoint) -> None:
    served = ask(desk, "wsdl").xml
    for one in served.iter("{*}address"):
        one.set("location", "http://localhost/bibliotheek")
    for one in served.iter("{*}import"):
        one.set("schemaLocation", "../xsd/bibliotheek.xsd")
    assert etree.tostring(served, method="c14n") == etree.tostring(etree.parse(WSDL), method="c14n")


def test_the_single_file_has_everything_inside(desk: SoapEndpoint, tmp_path: Path) -> None:
    single = tmp_path / "single.wsdl"
    single.write_bytes(ask(desk, "singleWsdl").body)
    assert b"schemaLocation" not in single.read_bytes()
    (service,) = zeep.Client(str(single)).wsdl.services.values()
    assert list(next(iter(service.ports.values())).binding._operations) == ["LeenUit"]


def test_the_schemas_in_the_single_file_follow_what_they_import(desk: SoapEndpoint) -> None:
    schemas = ask(desk, "singleWsdl").xml.iter("{http://www.w3.org/2001/XMLSchema}schema")
    assert [one.get("targetNamespace") for one in schemas] == [
        "urn:test:bibliotheek:typen:v1",
        "urn:test:bibliotheek:v1",
    ]


def test_a_contract_that_is_not_there_or_broken_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "kapot.wsdl"
    broken.write_text(WSDL.read_text().replace("../xsd/bibliotheek.xsd", "http://example.org/x.xsd"))
    split = tmp_path / "verdeeld.wsdl"
    split.write_text(WSDL.read_text().replace("<wsdl:types>", '<wsdl:import namespace="urn:x"/><wsdl:types>'))
    for path in (tmp_path / "weg.wsdl", broken, split):
        with pytest.raises(ConfigurationError, match=r"weg\.wsdl|x\.xsd|verdeeld\.wsdl"):
            ContractFiles(path)
