"""A SOAP client that is neither ours nor zeep (suds) knows the served WSDL alone, and talks to the whole hub over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from suds import WebFault
from suds.client import Client
from suds.transport.http import HttpAuthenticated
from werkzeug.serving import WSGIRequestHandler, make_server

from betaalhub.app import make_application, make_hub
from betaalhub.settings import Settings
from betaalhub.storage.database import migrate
from tests.builders import BUUR, ESB, GEHEIM, demo_catalogus, load, settings_env

TERUG = "http://127.0.0.1:8093/terug"


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The SOAP address of a whole hub on a fresh register with the demo catalogue."""
    applications: list[Callable[..., Iterable[bytes]]] = []
    server = make_server("127.0.0.1", 0, lambda *call: applications[0](*call), threaded=True, request_handler=Quiet)
    public_url = f"http://127.0.0.1:{server.server_port}"
    register = tmp_path_factory.mktemp("register") / "register.sqlite3"
    settings = Settings.from_env(settings_env(register, public_url=public_url))
    hub = make_hub(settings)
    migrate(hub.sessions.kw["bind"])
    load(hub.sessions, demo_catalogus(terug=TERUG, push=None))
    applications.append(make_application(settings, hub))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"{public_url}/soap/v1"
    server.shutdown()
    server.server_close()
    thread.join(5)


def suds_client(wsdl: str, *, naam: str = ESB, geheim: str = GEHEIM) -> Client:
    """A client that has read this WSDL just now; nothing is kept from an earlier one."""
    return Client(wsdl, cache=None, transport=HttpAuthenticated(username=naam, password=geheim, timeout=20))


@pytest.fixture(scope="module", params=["?wsdl", "?singleWsdl"])
def client(address: str, request: pytest.FixtureRequest) -> Client:
    return suds_client(address + request.param)


def stuurgegevens(client: Client, referentienummer: str, *, zender: str = "vergunningen") -> Any:
    found = client.factory.create("{urn:betaalhub:typen:v1}Stuurgegevens")
    found.Zender, found.Referentienummer, found.TijdstipBericht = zender, referentienummer, "2026-11-23T14:30:00+01:00"
    return found


def productregels(client: Client, count: int, *, product: str = "OMGEVING") -> list[Any]:
    """So many productregels of 8450 cents each."""
    found = []
    for number in range(1, count + 1):
        regel = client.factory.create("{urn:betaalhub:typen:v1}Productregel")
        regel.Regelnummer, regel.Productcode, regel.Omschrijving = number, product, f"Café & terras, deel {number}"
        regel.Aantal, regel.BedragInCenten = 1, 8450
        found.append(regel)
    return found


def start(client: Client, kenmerk: str, regels: list[Any], **more: Any) -> Any:
    """StartBetaling; `more` replaces what a right message would say."""
    message = {"TotaalInCenten": 8450 * len(regels), "TerugkeerUrl": f"{TERUG}/1", **more}
    stuur = stuurgegevens(client, f"ref-{kenmerk}")
    return client.service.StartBetaling(Stuurgegevens=stuur, Kenmerk=kenmerk, Productregel=regels, **message)


def name_of(client: Client, kenmerk: str) -> str:
    """A kenmerk that the other client of this module does not use."""
    return f"{kenmerk}.{client.wsdl.url.rpartition('?')[2]}"


@pytest.mark.parametrize("count", [1, 50])
def test_it_starts_a_betaling_and_sees_it(client: Client, count: int) -> None:
    kenmerk = name_of(client, f"START-{count}")
    answer = start(client, kenmerk, productregels(client, count), Betaler={"Soort": "BURGER", "Taal": "en"})
    assert "/en/winkelmandje/" in answer.BetaalUrl
    stand = client.service.VraagBetaalstatus(
        Stuurgegevens=stuurgegevens(client, f"vraag-{kenmerk}"), Betaalkenmerk=answer.Betaalkenmerk
    )
    assert (stand.Kenmerk, stand.Status, stand.Leverbaar) == (kenmerk, "OPEN", False)
    assert (int(stand.TotaalInCenten), len(stand.Regelstatus)) == (8450 * count, count)  # suds keeps an xs:long as text
    assert [int(regel.Regelnummer) for regel in stand.Regelstatus] == list(range(1, count + 1))


def test_the_same_message_gets_the_same_answer(client: Client) -> None:
    kenmerk = name_of(client, "NOG-EENS")
    first, second = (start(client, kenmerk, productregels(client, 2)) for _ in range(2))
    assert (first.Betaalkenmerk, first.BetaalUrl) == (second.Betaalkenmerk, second.BetaalUrl)


def test_it_checks_the_connection(client: Client) -> None:
    answer = client.service.Controleer(Stuurgegevens=stuurgegevens(client, "controle"))
    assert (answer.Aansluiting, answer.ZenderNaam, answer.RegisterBereikbaar) == (ESB, "Vergunningen", True)


def test_it_reads_every_finding_of_a_refusal(client: Client) -> None:
    regels = productregels(client, 2, product="ONBEKEND")
    with pytest.raises(WebFault) as refused:
        start(client, name_of(client, "FOUT"), regels, TotaalInCenten=1, TerugkeerUrl="https://elders.example/")
    fout = refused.value.fault.detail.BetaalhubFout
    assert (fout.Plek, fout.Herhaalbaar) == ("client", "false")
    assert {"PRODUCT_ONBEKEND", "TOTAAL_ONJUIST", "TERUGKEERURL_NIET_TOEGESTAAN"} <= {
        finding.Code for finding in fout.Bevinding
    }


def test_it_reads_where_a_message_breaks_the_contract(client: Client) -> None:
    regels = productregels(client, 2)
    regels[1].Aantal = 0
    with pytest.raises(WebFault) as refused:
        start(client, name_of(client, "CONTRACT"), regels, TotaalInCenten="veel")
    fout = refused.value.fault.detail.BetaalhubFout
    assert fout.Code == "ONGELDIG_BERICHT"
    assert [finding.Element.rpartition("/")[2] for finding in fout.Bevinding] == ["Aantal", "TotaalInCenten"]


def test_it_may_not_speak_for_another_zender(address: str) -> None:
    client = suds_client(f"{address}?wsdl", naam=BUUR)
    with pytest.raises(WebFault) as refused:
        client.service.Controleer(Stuurgegevens=stuurgegevens(client, "vreemd"))
    assert refused.value.fault.detail.BetaalhubFout.Code == "NIET_GEAUTORISEERD"


def test_a_wrong_secret_is_refused(address: str) -> None:
    client = suds_client(f"{address}?wsdl", geheim="geraden")
    with pytest.raises(Exception, match="401"):  # suds looks at the HTTP status only
        client.service.Controleer(Stuurgegevens=stuurgegevens(client, "geraden"))
