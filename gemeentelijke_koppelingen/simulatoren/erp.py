"""The simulated financial system: grootboek-v1, a page with what it booked, and a control API for tests."""

from __future__ import annotations

import threading
from typing import Any

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue
from lxml import etree
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from betaalhub.errors import Refusal
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import make_element_application
from gemeentelijke_koppelingen.simulatoren.config import SimulatorConfig
from gemeentelijke_koppelingen.simulatoren.control import control_blueprint, fields, ok
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.messages import add, authenticate, new_answer, text_of
from gemeentelijke_koppelingen.simulatoren.scenarios import Buur, Story, find_story
from gemeentelijke_koppelingen.simulatoren.script import Script, Wsgi
from gemeentelijke_koppelingen.simulatoren.templates import new_app

SOAP_PATH = "/soap/grootboek"
NS = "urn:betaalhub:grootboek:v1"


class Grootboek:
    """The books: batches by number, journaalposten by number, and which rekeningen are unknown."""

    def __init__(self, memory: Memory, script: Script) -> None:
        self._memory = memory
        self._script = script

    def verwerk(self, message: etree._Element, caller: Any) -> etree._Element:
        """VerwerkBoekingsbatch: a known batch gives its first results, a booked journaalpost is never booked again."""
        batchnummer = text_of(message, "Batchnummer")
        posten = [_read(element) for element in message.iterchildren(f"{{{NS}}}Journaalpost")]
        for post in posten:
            self._prepare(post, batchnummer)
        self._script.play("VerwerkBoekingsbatch", batchnummer)
        with self._memory.change():
            batch = self._memory.get("batch", batchnummer)
            if batch is None:
                batch = {"batchnummer": batchnummer, "posten": posten, "resultaten": [self._book(p) for p in posten]}
                self._memory.put("batch", batchnummer, batch)
        if batch["posten"] != posten:
            raise Refusal("BATCH_ANDERS", "Deze batch is eerder met een andere inhoud ontvangen.")
        return self._answer(message, batch["resultaten"])

    def vraag(self, message: etree._Element, caller: Any) -> etree._Element:
        """VraagBoekingsbatch: whether the batch is known, and its results."""
        batchnummer = text_of(message, "Batchnummer")
        self._script.play("VraagBoekingsbatch", batchnummer)
        batch = self._memory.get("batch", batchnummer)
        return self._answer(message, batch["resultaten"] if batch else [], known=batch is not None)

    def journaalposten(self) -> list[dict[str, Any]]:
        """Every journaalpost with what became of it, the oldest first."""
        return self._memory.all("journaalpost")

    def listing(self) -> dict[str, Any]:
        """Everything, for the control API."""
        return {
            "journaalposten": self.journaalposten(),
            "batches": self._memory.all("batch"),
            "storingen": self._memory.all("storing"),
        }

    def set_unknown(self, rekeningen: list[str]) -> None:
        """From now on these grootboekrekeningen do not exist."""
        self._memory.put("instelling", "onbekend", rekeningen)

    def reset(self) -> None:
        """Forget all bookings."""
        self._memory.clear()

    def _prepare(self, post: dict[str, Any], batchnummer: str) -> None:
        """The faults of the scenario of a journaalpost, once per journaalpost."""
        story = _story(post)
        with self._memory.change():
            if story is None or self._memory.get("scenario", post["journaalpostnummer"]) is not None:
                return
            self._memory.put("scenario", post["journaalpostnummer"], story.name)
        for operation, texts in story.faults.items():
            self._script.add(operation, texts, reference=batchnummer)

    def _book(self, post: dict[str, Any]) -> dict[str, Any]:
        """Book one journaalpost, or refuse it; a second time the same number gives the first boekstuknummer."""
        nummer = post["journaalpostnummer"]
        known = self._memory.get("journaalpost", nummer) or {}
        boekstuk, reden = known.get("boekstuknummer"), None
        if boekstuk is None:
            reden = self._reason(post)
            year = post["boekdatum"][:4]
            boekstuk = None if reden else f"{year}-{self._memory.next_number(f'boekstuk {year}'):06d}"
            self._memory.put("journaalpost", nummer, {**post, "boekstuknummer": boekstuk, "reden": reden})
        return {"journaalpostnummer": nummer, "boekstuknummer": boekstuk, "reden": reden}

    def _reason(self, post: dict[str, Any]) -> str | None:
        """Why a journaalpost cannot be booked, or None."""
        regels = post["regels"]
        if any((regel["debet_cent"] > 0) == (regel["credit_cent"] > 0) for regel in regels):
            return "Een regel moet debet of credit zijn, en niet allebei."
        if sum(regel["debet_cent"] - regel["credit_cent"] for regel in regels) != 0:
            return "De journaalpost is niet in evenwicht."
        story = _story(post)
        if story is not None and "refuse" in story.values:
            return str(story.values["refuse"])
        unknown = {regel["grootboekrekening"] for regel in regels} & set(self._unknown())
        return f"Grootboekrekening {min(unknown)} is onbekend." if unknown else None

    def _unknown(self) -> list[str]:
        return self._memory.get("instelling", "onbekend") or []

    def _answer(
        self, message: etree._Element, resultaten: list[dict[str, Any]], *, known: bool | None = None
    ) -> etree._Element:
        answer = new_answer(message)
        add(answer, "Batchnummer", text_of(message, "Batchnummer"))
        if known is not None:
            add(answer, "Bekend", "true" if known else "false")
        for resultaat in resultaten:
            element = add(answer, "Journaalpostresultaat")
            add(element, "Journaalpostnummer", resultaat["journaalpostnummer"])
            add(element, "Verwerking", "GEBOEKT" if resultaat["boekstuknummer"] else "AFGEKEURD")
            if resultaat["boekstuknummer"]:
                add(element, "Boekstuknummer", resultaat["boekstuknummer"])
            else:
                add(element, "Reden", resultaat["reden"])
        return answer


def make_erp(config: SimulatorConfig, base_url: str, memory: Memory, stop: threading.Event) -> Wsgi:
    """The application. `base_url` is where it can be reached."""
    script = Script(
        lambda operation, _, misstep: memory.put(
            "storing", str(memory.next_number("storing")), f"{operation}: {misstep}"
        )
    )
    grootboek = Grootboek(memory, script)
    soap = make_element_application(
        {f"{{{NS}}}VerwerkBoekingsbatch": grootboek.verwerk, f"{{{NS}}}VraagBoekingsbatch": grootboek.vraag},
        ContractFiles(wsdl_path("grootboek-v1.wsdl")),
        url=base_url + SOAP_PATH,
        authenticate=authenticate(config.erp_user, config.erp_password),
    )
    app = new_app(__name__)
    control = control_blueprint(app, script)

    @app.get("/")
    def journaal() -> ResponseReturnValue:
        return render_template("journaal.html", posten=grootboek.journaalposten()[::-1])

    @control.get("/journaalposten")
    def listing() -> ResponseReturnValue:
        return jsonify(grootboek.listing())

    @control.post("/rekeningen")
    def rekeningen() -> ResponseReturnValue:
        """{"onbekend": ["8000", …]}: the ERP refuses these from now on."""
        grootboek.set_unknown([str(one) for one in fields({"onbekend"}).get("onbekend") or ()])
        return ok()

    @control.post("/reset")
    def reset() -> ResponseReturnValue:
        grootboek.reset()
        script.clear()
        return ok()

    app.register_blueprint(control)
    return DispatcherMiddleware(app, {SOAP_PATH: script.door(soap, stop)})


def _story(post: dict[str, Any]) -> Story | None:
    """The scenario of a journaalpost: by what it debits in all, or by a word in its omschrijving."""
    return find_story(Buur.ERP, sum(regel["debet_cent"] for regel in post["regels"]), post["omschrijving"])


def _read(element: etree._Element) -> dict[str, Any]:
    return {
        "journaalpostnummer": text_of(element, "Journaalpostnummer"),
        "soort": text_of(element, "Soort"),
        "boekdatum": text_of(element, "Boekdatum").strip(),
        "omschrijving": text_of(element, "Omschrijving"),
        "betaalkenmerk": text_of(element, "Betaalkenmerk") or None,
        "regels": [
            {
                "volgnummer": int(text_of(regel, "Volgnummer")),
                "grootboekrekening": text_of(regel, "Grootboekrekening"),
                "kostenplaats": text_of(regel, "Kostenplaats") or None,
                "project": text_of(regel, "Project") or None,
                "btw_code": text_of(regel, "BtwCode"),
                "debet_cent": int(text_of(regel, "DebetInCenten")),
                "credit_cent": int(text_of(regel, "CreditInCenten")),
                "omschrijving": text_of(regel, "Omschrijving"),
            }
            for regel in element.iterchildren(f"{{{NS}}}Boekingsregel")
        ],
    }
