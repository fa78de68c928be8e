"""The ways in which the register is used, one after another in one town, each with what it costs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.checkout import checkout
from betaalhub.flows.keys import make_meebetaaltoken
from betaalhub.flows.record_start import Started, record_start
from betaalhub.flows.stand import vraag_betaalstatus
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.wijzigingen import number_wijzigingen, vraag_wijzigingen
from betaalhub.flows.zoek import find_betalingen
from betaalhub.steps.hold import Hold
from betaalhub.storage.claim import claim
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow
from betaalhub.worker.work import do
from tests.flows.cost import Cost, cost_of
from tests.flows.test_writing import asks_back, cannot_deliver, registers, revokes, withdraws
from tests.flows.town import ESB, PARKEREN, VERGUNNING, Town, rapport

ZENDER = "vergunningen"


def costs(town: Town) -> dict[str, Cost]:
    """What each use costs, by its name; a betaalopdracht has one productregel unless it says otherwise."""
    _Life(town).lived("warm")  # what is made once per process, or per connection, is made
    life = _Life(town, measured={})
    life.lived("measured")
    return life.measured or {}


def lines(number: int) -> list[ProductregelVerzoek]:
    return [ProductregelVerzoek(n, "EVENEMENT", "Evenement", 1, VERGUNNING.bedrag_cent) for n in range(1, number + 1)]


@dataclass
class _Life:
    town: Town
    measured: dict[str, Cost] | None = field(default=None)

    def does(self, name: str, work: Callable[[], Any]) -> Any:
        made: list[Any] = []
        cost = cost_of(self.town.engine, lambda: made.append(work()))
        if self.measured is not None:
            self.measured[name] = cost
        return made[0]

    def reads(self, name: str, flow: Callable[..., Any], **asked: Any) -> None:
        def work() -> None:
            with reading(self.town.hub.sessions) as session:
                flow(session, zender=ZENDER, aanroeper=ESB, **asked)

        self.does(name, work)

    def lived(self, mark: str) -> None:
        for number in (1, 5, 50):
            self.does(f"StartBetaling, regels: {number}", lambda number=number: self.town.offers(*lines(number)))
        self.offered_again(mark)
        paid = self.paid()
        self.asked(paid)
        self.written()

    def offered_again(self, mark: str) -> None:
        town, twice = self.town, ProductregelVerzoek(1, "EVENEMENT", "Evenement", 2, 2 * VERGUNNING.bedrag_cent)
        first = town.offers(kenmerk=mark, referentienummer=mark)
        self.does("StartBetaling, the same message", lambda: town.offers(kenmerk=mark, referentienummer=mark))
        self.does("StartBetaling, the same Kenmerk", lambda: town.offers(kenmerk=mark))
        token = make_meebetaaltoken(town.hub.portaal, town.mandje(first).id, town.clock())
        self.does("StartBetaling, joins", lambda: town.offers(PARKEREN, zender="parkeren", meebetaaltoken=token))
        town.offers(kenmerk=f"{mark}-alone")
        self.does("StartBetaling, Vervang", lambda: town.offers(twice, kenmerk=f"{mark}-alone", vervang=True))

    def paid(self) -> StartBetalingAntwoord:
        town = self.town
        antwoord = town.offers(*lines(5))
        token, wish = town.mandje(antwoord).token, town.wish(antwoord, f"form-{next(town.numbers)}")
        start = {"now": town.clock(), "attempt": town.hub.attempt, "accounts": town.hub.psps.keys()}
        self.does("checkout, regels: 5", lambda: town.does(lambda s: checkout(s, token, wish, **start)))
        betaling = town.all(BetalingRow)[-1]
        key = Started(f"key-{betaling.id}", "https://psp.example/")
        self.does(
            "the PSP opened it",
            lambda: town.does(lambda s: record_start(s, betaling.id, key, wie="burger", now=town.clock())),
        )
        town.clock.forward(seconds=30)
        for name, cents in (
            ("the PSP says nothing new", None),
            ("the PSP says BETAALD, regels: 5", betaling.bedrag_cent),
        ):
            status = PogingStatus.APPROVED if cents else None
            found = rapport(status, at=town.clock(), cents=betaling.bedrag_cent)
            self.does(name, lambda found=found: town.answered(betaling, found))
        holds = self.does("a worker claims what is due", self.claimed)
        wanted = (OutboxSoort.STATUSBERICHT, town.opdracht(antwoord).id)
        (hold,) = [one for one in holds if (one.soort, one.job.object_id) == wanted]
        self.does("a statusbericht is read, told and done", lambda: do(town.hub, hold))
        return antwoord

    def claimed(self) -> list[Hold]:
        hub = self.town.hub
        jobs = claim(hub.sessions, now=hub.clock(), n=10, lease=hub.lease, token=uuid.uuid4().hex)
        return [Hold(job, hub.lease) for job in jobs]

    def asked(self, about: StartBetalingAntwoord) -> None:
        town = self.town
        now = {"portaal": town.hub.portaal, "now": town.clock(), "attempt": town.hub.attempt}
        self.reads("VraagBetaalstatus", vraag_betaalstatus, betaalkenmerk=about.betaalkenmerk, **now)
        zender_id = town.opdracht(about).zender_id
        self.does("the feed is numbered", lambda: town.does(lambda s: number_wijzigingen(s, zender_id)))
        self.reads("VraagWijzigingen", vraag_wijzigingen, vanaf=0, maximum=50)
        page = {"portaal": town.hub.portaal, "maximum": 50, "vervolg": None}
        vraag = Zoekvraag(vanaf=town.clock().date(), tot_en_met=town.clock().date())
        self.does("ZoekBetalingen, a day", lambda: self._finds(vraag, page))

    def _finds(self, vraag: Zoekvraag, page: dict[str, Any]) -> None:
        with reading(self.town.hub.sessions) as session:
            find_betalingen(session, vraag, zender=ZENDER, aanroeper=ESB, **page)

    def written(self) -> None:
        town = self.town
        first, second, third = town.offers(), town.offers(), town.offers()
        made = registers(town, second)
        self.does("TrekBetalingIn", lambda: withdraws(town, first))
        self.does("RegistreerBetaling", lambda: registers(town, third, cents=VERGUNNING.bedrag_cent))
        self.does("VraagTerugbetaling", lambda: asks_back(town, third, 100))
        self.does("MeldLevering, NIET_LEVERBAAR", lambda: cannot_deliver(town, third))
        self.does("HerroepRegistratie", lambda: revokes(town, made))
