"""The contract pack: one zip with everything, that works on a disk without a network."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
import requests
import zeep
from lxml import etree
from zeep.transports import Transport

from betaalhub.resources import wsdl_path
from betaalhub.soap.contract_pack import MAX_BYTES, SOAPUI, WSDLS, contract_pack
from betaalhub.soap.soapui import soapui_project
from betaalhub.wire.contract_files import ContractFiles
from tests.contract.samples import ROOT
from tests.voorbeelden import VRAAG, all_names, message, read

URL = "https://betalen.example.nl/soap/v1?a=1&b=2"
CON = "{http://eviware.com/soapui/config}"
SOAP_ADDRESS = "{http://schemas.xmlsoap.org/wsdl/soap/}address"


class NoNetwork(Transport):
    """A transport that reads files and refuses addresses."""

    def _load_remote_data(self, url: str) -> bytes:
        raise AssertionError(f"the pack looks outside: {url}")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The pack in a folder."""
    with zipfile.ZipFile(io.BytesIO(contract_pack(URL).content)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", WSDLS)
def test_a_soap_client_loads_each_wsdl_from_disk(unpacked: Path, name: str) -> None:
    client = zeep.Client(str(unpacked / "wsdl" / name), transport=NoNetwork())
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert set(port.binding._operations) == {one.name for one in ContractFiles(wsdl_path(name)).operations.values()}


def test_the_schemas_compile_from_disk_and_judge_the_examples(unpacked: Path) -> None:
    parser = etree.XMLParser(no_network=True)
    schema = etree.XMLSchema(etree.parse(unpacked / "xsd" / "betaalhub-berichten-v1.xsd", parser))
    schema.assertValid(message((unpacked / "wsdl" / "voorbeelden" / "StartBetaling-vraag.xml").read_bytes()))


def test_only_the_address_of_our_own_service_differs_from_the_files(unpacked: Path) -> None:
    for folder in ("wsdl", "xsd"):
        for path in sorted((unpacked / folder).glob("*.*")):
            original = (ROOT / folder / path.name).read_bytes()
            assert (path.read_bytes() == original) is (path.name != "betaalhub-v1.wsdl")
    wsdl = etree.parse(unpacked / "wsdl" / "betaalhub-v1.wsdl")
    assert [node.get("location") for node in wsdl.iter(SOAP_ADDRESS)] == [URL]


def test_every_example_and_paper_is_in_it(unpacked: Path) -> None:
    assert {path.stem for path in (unpacked / "wsdl" / "voorbeelden").iterdir()} == set(all_names())
    assert {"koppelen.md", "contract.md", "faults.md"} <= {path.name for path in (unpacked / "docs").iterdir()}
    assert URL in (unpacked / "LEESMIJ.txt").read_text(encoding="utf-8")


def test_links_from_the_papers_about_connecting_lead_somewhere(unpacked: Path) -> None:
    for paper in [unpacked / "docs" / "koppelen.md", *(unpacked / "docs" / "koppelen").iterdir()]:
        links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
        assert [link for link in links if not (paper.parent / link).exists()] == [], paper


def test_the_same_contract_gives_the_same_bytes() -> None:
    first, again = contract_pack.__wrapped__(URL), contract_pack.__wrapped__(URL)
    assert (first.content, first.etag) == (again.content, again.etag)
    assert contract_pack("https://elders.example.nl/soap/v1").etag != first.etag
    assert len(first.content) < MAX_BYTES


def test_a_browser_may_download_it_without_credentials_and_keep_it(server: str) -> None:
    answer = requests.get(f"{server}?pack", timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="betaalhub-contract-v1.zip"'
    assert server in zipfile.ZipFile(io.BytesIO(answer.content)).read("wsdl/betaalhub-v1.wsdl").decode()
    again = requests.get(f"{server}?pack", headers={"If-None-Match": answer.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


def test_the_soapui_project_has_every_operation_with_its_action_and_address(unpacked: Path) -> None:
    project = etree.parse(unpacked / SOAPUI).getroot()
    for contract in (ContractFiles(wsdl_path(name)) for name in WSDLS):
        namespace = f"{{{contract.wsdl.get('targetNamespace')}}}"
        (interface,) = [one for one in project.iter(CON + "interface") if one.get("bindingName").startswith(namespace)]
        found = {node.get("name"): node.get("action") for node in interface.iter(CON + "operation")}
        assert found == {one.name: one.action for one in contract.operations.values()}
    assert project.find(f"{CON}interface/{CON}endpoints/{CON}endpoint").text == URL


def test_the_soapui_project_holds_every_valid_question_and_no_password(unpacked: Path) -> None:
    project = etree.parse(unpacked / SOAPUI).getroot()
    calls = {node.get("name"): node.findtext(CON + "request") for node in project.iter(CON + "call")}
    in_soap_12 = {"Controleer-soap12", "fout-soap12"}
    asked = {name.removesuffix(VRAAG) for name in all_names() if name.endswith(VRAAG)}
    assert set(calls) == asked - in_soap_12 - {"fout-ONGELDIG_BERICHT"}
    assert all(text.encode() == read(name + VRAAG) for name, text in calls.items())
    assert {node.text for node in project.iter(CON + "password")} == {"${#Project#wachtwoord}"}


def test_the_soapui_project_carries_the_whole_wsdl(unpacked: Path) -> None:
    project = etree.parse(unpacked / SOAPUI).getroot()
    for part in project.iter(CON + "part"):
        wsdl = etree.fromstring(part.findtext(CON + "content").encode())
        assert etree.QName(wsdl).localname == "definitions"
        assert not [node for node in wsdl.iter("{*}import") if node.get("schemaLocation")]


def test_an_operation_without_example_is_in_the_project_too() -> None:
    contract = ContractFiles(wsdl_path(WSDLS[0]))
    project = etree.fromstring(soapui_project([contract], {}, URL))
    assert len(list(project.iter(CON + "operation"))) == len(contract.operations)
