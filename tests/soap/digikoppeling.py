"""A whole hub with an address per Digikoppeling profile behind real HTTP, and zeep clients that sign."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from zeep import Client

from betaalhub.app import make_application, make_hub
from betaalhub.demo.journey import stuurgegevens
from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.settings import Settings
from betaalhub.storage.database import migrate
from betaalhub.storage.tables import AansluitingRow
from tests.builders import BUUR, ESB, OPENING, demo_catalogus, load, regel, settings_env
from tests.soap.zeep_wss import Ondertekend
from tests.wire.identities import Identity, identity

TERUG = "http://127.0.0.1:8093/terug"
SLEUTEL, ANDER, HUB, VREEMD = identity("esb"), identity("buur"), identity("hub"), identity("stranger")
VRIJ, WUS_BE, WUS_BE_S = "/soap/v1", "/soap/v1/2w-be", "/soap/v1/2w-be-s"
_NUMBERS = itertools.count(1)


@contextmanager
def served(folder: Path, **changes: object) -> Iterator[tuple[str, Hub]]:
    """The public address of a whole hub on a fresh register in which ESB and BUUR each sign with a certificate."""
    applications: list[Callable[..., Iterable[bytes]]] = []
    server = make_server("127.0.0.1", 0, lambda *call: applications[0](*call), threaded=True)
    public_url = f"http://127.0.0.1:{server.server_port}"
    choices = {"soap_endpoints": "vrij,2w-be,2w-be-s", **key_files(folder), **changes}
    settings = Settings.from_env(settings_env(folder / "register.sqlite3", public_url=public_url, **choices))
    hub = make_hub(settings)
    migrate(hub.sessions.kw["bind"])
    load(hub.sessions, demo_catalogus(terug=TERUG, push=None))
    with hub.sessions.begin() as session:
        give(session, ESB, BewijsSoort.HANDTEKENING, SLEUTEL.fingerprint)
        give(session, BUUR, BewijsSoort.HANDTEKENING, ANDER.fingerprint)
    applications.append(make_application(settings, hub))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield public_url, hub
    server.shutdown()
    server.server_close()
    thread.join(5)


def give(session: Session, naam: str, soort: BewijsSoort, sleutel: str, geheim: str | None = None) -> int:
    """Give an aansluiting a way to prove itself; the id of that bewijs."""
    aansluiting_id = session.scalar(select(AansluitingRow.id).where(AansluitingRow.naam == naam))
    assert aansluiting_id is not None
    new = NieuwBewijs(soort, sleutel, geheim, geldig_van=OPENING.now)
    return add_bewijs(session, aansluiting_id, new, Door("beheerder", OPENING.now)).id


def key_files(folder: Path) -> dict[str, str]:
    """The hub's key and certificate as files, as settings."""
    paths = {"soap_key_pem": folder / "sleutel.pem", "soap_certificate_pem": folder / "certificaat.pem"}
    paths["soap_key_pem"].write_bytes(HUB.key_pem)
    paths["soap_certificate_pem"].write_bytes(HUB.pem)
    return {name: str(path) for name, path in paths.items()}


def zeep_client(address: str, who: Identity | None = None, **headers: str) -> Client:
    """A client that knows the WSDL of this address alone; with `who` it signs, and believes signed answers only.

    zeep adds WS-Addressing by itself, because the WSDL has wsam:Action.
    """
    client = Client(f"{address}?wsdl")
    client.wsse = Ondertekend(who, HUB) if who is not None else None
    client.transport.session.headers.update(headers)
    return client


def vraag(zender: str = "vergunningen", referentienummer: str | None = None) -> dict[str, Any]:
    """The Stuurgegevens of a new message."""
    return {"Stuurgegevens": stuurgegevens(zender, referentienummer or f"wus-{next(_NUMBERS)}")}


def betaling(referentienummer: str, now: datetime) -> dict[str, Any]:
    """A StartBetaling for one evenementenvergunning."""
    kop = {"Zender": "vergunningen", "Referentienummer": referentienummer, "TijdstipBericht": now}
    regels = [regel("EVENEMENT")]
    return {
        "Stuurgegevens": kop, "Kenmerk": f"K-{referentienummer}", "Productregel": regels,
        "TotaalInCenten": 18_750, "TerugkeerUrl": f"{TERUG}/1",
    }  # fmt: skip
