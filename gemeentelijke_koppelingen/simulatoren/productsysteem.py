"""The simulated product system: betaalstatus-v1, a page with what it received, and buttons that start a betaling."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from lxml import etree
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from betaalhub.errors import NeighbourError, Refusal
from betaalhub.ports import Verwerking
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import make_element_application
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.simulatoren.config import DemoProduct, SimulatorConfig
from gemeentelijke_koppelingen.simulatoren.control import control_blueprint, fields, ok
from gemeentelijke_koppelingen.simulatoren.eloket import PATH as ELOKET_PATH
from gemeentelijke_koppelingen.simulatoren.eloket import Eloket
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.messages import add, authenticate, new_answer, text_of
from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur, Story, find_story
from gemeentelijke_koppelingen.simulatoren.script import Script, Wsgi
from gemeentelijke_koppelingen.simulatoren.templates import new_app
from gemeentelijke_koppelingen.soap_client import SoapClient

SOAP_PATH = "/soap/betaalstatus"
RETURN_PATH = "/terug"
NS = "urn:betaalhub:betaalstatus:v1"


class Statussen:
    """What was received: the newest stand per betaalkenmerk, and every message with what was done with it."""

    def __init__(self, memory: Memory, script: Script) -> None:
        self._memory = memory
        self._script = script

    def meld(self, message: etree._Element, caller: Any) -> etree._Element:
        """MeldBetaalstatus: a Versie that is not newer changes nothing and is VERWERKT all the same."""
        stand = _read(message)
        kenmerk = stand["betaalkenmerk"]
        story = find_story(Buur.PRODUCTSYSTEEM, stand["totaal_cent"], stand["kenmerk"])
        self._prepare(story, stand)
        self._script.play("MeldBetaalstatus", stand["kenmerk"])
        with self._memory.change():
            reden = self._memory.get("weigering", stand["kenmerk"]) or self._memory.get("weigering", "*")
            reden = reden or (story.values.get("refuse") if story else None)
            known = self._memory.get("stand", kenmerk)
            newer = not reden and (known is None or stand["versie"] > known["versie"])
            if newer:
                self._memory.put("stand", kenmerk, stand)
            self._log({**stand, "toegepast": newer, "geweigerd": reden})
        versie = stand["versie"] if newer or known is None else known["versie"]
        return _answer(message, versie, reden)

    def standen(self) -> list[dict[str, Any]]:
        """The newest stand of each betaalopdracht, the oldest betaalopdracht first."""
        return self._memory.all("stand")

    def listing(self) -> dict[str, Any]:
        """Everything, for the control API."""
        return {
            "standen": self.standen(),
            "berichten": self._memory.all("bericht"),
            "storingen": self._memory.all("storing"),
        }

    def refuse(self, kenmerk: str, reden: str | None) -> None:
        """Refuse what is told of our kenmerk (`*`: everything) with this reason; None: accept again."""
        self._memory.put("weigering", kenmerk, reden)

    def reset(self) -> None:
        """Forget everything."""
        self._memory.clear()

    def _prepare(self, story: Story | None, stand: dict[str, Any]) -> None:
        """The faults of the scenario of a betaalopdracht, once."""
        with self._memory.change():
            if story is None or self._memory.get("scenario", stand["betaalkenmerk"]) is not None:
                return
            self._memory.put("scenario", stand["betaalkenmerk"], story.name)
        for operation, texts in story.faults.items():
            self._script.add(operation, texts, reference=stand["kenmerk"])

    def _log(self, bericht: dict[str, Any]) -> None:
        self._memory.put("bericht", str(self._memory.next_number("bericht")), bericht)


class Starter:
    """Starts betalingen at the hub by SOAP, as a permit system would."""

    def __init__(self, config: SimulatorConfig, base_url: str) -> None:
        self._return_url, self.klant = base_url + RETURN_PATH, config.klant
        self._soap = None
        if config.hub_soap_url is not None:
            endpoint = Endpoint(config.hub_soap_url, "betaalhub", config.aansluiting, config.aansluiting_geheim)
            self._soap = SoapClient(wsdl_path("betaalhub-v1.wsdl"), endpoint, typed_faults=True)

    def start(self, product: DemoProduct, token: str) -> str:
        """The BetaalUrl of a new betaalopdracht for one product at its price. Raises NeighbourError when the hub will not."""
        if self._soap is None:
            raise Refusal("GEEN_HUB", "Dit productsysteem kent geen betaalhub.")
        answer = self._soap.call("StartBetaling", **self._message(product, token))
        return str(answer.BetaalUrl)

    def _message(self, product: DemoProduct, token: str) -> dict[str, Any]:
        regel = {
            "Regelnummer": 1,
            "Productcode": product.code,
            "Omschrijving": product.omschrijving,
            "Aantal": 1,
            "BedragInCenten": product.bedrag_cent,
        }
        head = {
            "Zender": product.zender,
            "Referentienummer": secrets.token_hex(16),
            "TijdstipBericht": datetime.now(UTC),
        }
        message: dict[str, Any] = {
            "Stuurgegevens": head,
            "Kenmerk": f"DEMO-{secrets.token_hex(4).upper()}",
            "Productregel": [regel],
            "TotaalInCenten": product.bedrag_cent,
            "TerugkeerUrl": self._return_url,
        }
        if self.klant:
            message["KlantKenmerk"] = self.klant
        return {**message, "Meebetaaltoken": token} if token else message


def make_productsysteem(config: SimulatorConfig, base_url: str, memory: Memory, stop: threading.Event) -> Wsgi:
    """The application. `base_url` is where it can be reached."""
    script = Script(
        lambda operation, _, misstep: memory.put(
            "storing", str(memory.next_number("storing")), f"{operation}: {misstep}"
        )
    )
    statussen = Statussen(memory, script)
    soap = make_element_application(
        {f"{{{NS}}}MeldBetaalstatus": statussen.meld},
        ContractFiles(wsdl_path("betaalstatus-v1.wsdl")),
        url=base_url + SOAP_PATH,
        authenticate=authenticate(config.productsysteem_user, config.productsysteem_password),
    )
    app = new_app(__name__)
    _add_pages(app, statussen, Starter(config, base_url), config.producten)
    _add_eloket(app, Eloket(config))
    app.register_blueprint(_control(app, statussen, script))
    return DispatcherMiddleware(app, {SOAP_PATH: script.door(soap, stop)})


def _add_pages(app: Flask, statussen: Statussen, starter: Starter, producten: tuple[DemoProduct, ...]) -> None:
    @app.get("/")
    def overview() -> ResponseReturnValue:
        token = request.args.get("meebetaaltoken", "")
        standen = statussen.standen()[::-1]
        vrij = next((number for number, product in enumerate(producten) if product.vrij), None)
        return render_template(
            "productsysteem.html",
            standen=standen,
            producten=producten,
            token=token,
            vrij=vrij,
            stories=STORIES,
            klant=starter.klant,
        )

    @app.get(RETURN_PATH)
    def returned() -> ResponseReturnValue:
        text = "U bent terug bij de gemeente. Wij krijgen van de betaalhub te horen of er is betaald."
        return _note("Bedankt", text)

    @app.post("/start")
    def start() -> ResponseReturnValue:
        product = _chosen(producten, request.form.get("product", ""), request.form.get("cent", ""))
        if product is None:
            return _note("Dit product is er niet", ""), 404
        try:
            url = starter.start(product, request.form.get("meebetaaltoken", ""))
        except NeighbourError as error:
            return _note("Het starten van de betaling is niet gelukt", f"Code: {error.code}"), 502
        if urlsplit(url).scheme not in ("http", "https"):
            return _note("De betaalhub gaf geen bruikbaar adres", ""), 502
        return redirect(url, code=303)


def _add_eloket(app: Flask, eloket: Eloket) -> None:
    @app.get(ELOKET_PATH)
    def mine() -> ResponseReturnValue:
        try:
            regels = eloket.overzicht()
        except (NeighbourError, Refusal) as error:
            return _note("Uw betalingen zijn nu niet te zien", f"Code: {error.code}"), 502
        return render_template("eloket.html", regels=regels, klant=eloket.klant)


def _chosen(producten: tuple[DemoProduct, ...], number: str, cents: str) -> DemoProduct | None:
    """The product that a form names, at the price of a scenario when it names one; None when there is no such product."""
    product = {str(index): product for index, product in enumerate(producten)}.get(number)
    if product is None or not cents:
        return product
    prices = {str(story.cents): story.cents for story in STORIES}
    return replace(product, bedrag_cent=prices[cents]) if product.vrij and cents in prices else None


def _control(app: Flask, statussen: Statussen, script: Script) -> Blueprint:
    control = control_blueprint(app, script)

    @control.get("/berichten")
    def listing() -> ResponseReturnValue:
        return jsonify(statussen.listing())

    @control.post("/weiger")
    def refuse() -> ResponseReturnValue:
        """{"reden": text | null, "kenmerk"?: our own kenmerk}; without kenmerk: everything."""
        values = fields({"reden", "kenmerk"})
        statussen.refuse(str(values.get("kenmerk") or "*"), values.get("reden"))
        return ok()

    @control.post("/reset")
    def reset() -> ResponseReturnValue:
        statussen.reset()
        script.clear()
        return ok()

    return control


def _answer(message: etree._Element, versie: int, reden: str | None) -> etree._Element:
    answer = new_answer(message)
    add(answer, "Verwerking", Verwerking.GEWEIGERD if reden else Verwerking.VERWERKT)
    add(answer, "Versie", str(versie))
    if reden:
        add(answer, "Reden", reden)
    return answer


def _read(message: etree._Element) -> dict[str, Any]:
    return {
        "betaalkenmerk": text_of(message, "Betaalkenmerk"),
        "winkelmandje": text_of(message, "Winkelmandje"),
        "kenmerk": text_of(message, "Kenmerk"),
        "status": text_of(message, "Status"),
        "versie": int(text_of(message, "Versie")),
        "leverbaar": text_of(message, "Leverbaar").strip() in ("true", "1"),
        "totaal_cent": int(text_of(message, "TotaalInCenten")),
        "ontvangen_cent": int(text_of(message, "OntvangenInCenten")),
        "terugbetaald_cent": int(text_of(message, "TerugbetaaldInCenten")),
        "teruggeboekt_cent": int(text_of(message, "TeruggeboektInCenten")),
        "betaalmethode": text_of(message, "Betaalmethode") or None,
    }


def _note(title: str, text: str) -> str:
    return render_template("note.html", title=title, text=text)
