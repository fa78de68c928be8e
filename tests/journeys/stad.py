"""A town to travel through: register, hub and worker, the three neighbours over HTTP, a clock that can be moved."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import requests
import zeep
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler

from betaalhub.app import WsgiApplication, make_application, make_hub
from betaalhub.cli import cli
from betaalhub.demo.journey import soap_client, stuurgegevens
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.boekingsbatch import has_unbatched
from betaalhub.flows.wijzigingen import zenders_behind
from betaalhub.hub import Hub
from betaalhub.settings import Settings
from betaalhub.storage.circuits import CIRCUIT_THRESHOLD
from betaalhub.storage.database import reading
from betaalhub.storage.outbox import LEASED, PSP, READY
from betaalhub.storage.tables import BetalingRow, CircuitRow, OutboxRow, UitvalRow
from betaalhub.worker.loop import run_until_idle
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.builders import ESB, GEHEIM, regels, settings_env, start_message, utc_now, zender_of
from tests.journeys.burger import Burger
from tests.journeys.invariants import check_register


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


class Clock:
    """The hub's time; it moves only when told to."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Neighbourhood:
    """What outlives a town: the simulators, and one HTTP address behind which the town of the moment stands."""

    simulators: RunningSimulators
    address: str
    register: Path  # migrated, with the catalogue: every town gets a copy
    application: WsgiApplication | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert self.application is not None
        return self.application(environ, start_response)

    def settings(self, register: Path, **changes: object) -> dict[str, str]:
        """The environment of a hub of this neighbourhood."""
        near = self.simulators
        addresses = {"psp_url": near.psp_url, "psp_menu_url": near.psp_menu_url, "erp_url": near.erp_url}
        return settings_env(register, **{"public_url": self.address, **addresses, **changes})


@dataclass(frozen=True, slots=True)
class Opdracht:
    """A betaalopdracht as its product system knows it."""

    zender: str
    kenmerk: str
    betaalkenmerk: str
    winkelmandje: str
    url: str


@dataclass(slots=True)
class Stad:
    """One municipality, fresh; what a test does in it is said in the words of the trade."""

    near: Neighbourhood
    env: dict[str, str]
    hub: Hub
    clock: Clock
    opdrachten: list[Opdracht] = field(default_factory=list)

    @classmethod
    def found(cls, near: Neighbourhood, directory: Path, **changes: object) -> Stad:
        """A town whose neighbours remember nothing; its PSP notifies nobody until a test says so."""
        env = near.settings(Path(shutil.copy(near.register, directory / "register.sqlite3")), **changes)
        settings, clock = Settings.from_env(env), Clock()
        hub = dataclasses.replace(make_hub(settings), clock=clock)
        near.application = make_application(settings, hub)
        stad = cls(near, env, hub, clock)
        for base in (near.simulators.psp_base, near.simulators.erp_base, near.simulators.productsysteem_base):
            stad.control(base, "reset")
        stad.psp("scenario", default=True, notification="withhold")
        return stad

    def moves_to(self, hub: Hub) -> Stad:
        """The same town behind another hub, on the same register and clock."""
        self.hub = hub
        self.near.application = make_application(Settings.from_env(self.env), hub)
        return self

    def close(self) -> None:
        """The worker finishes, everything must be right, the register is closed."""
        self.hub.sessions.kw["bind"].dispose()

    def check(self) -> None:
        """Whatever happened: the register agrees with itself and with its neighbours."""
        with reading(self.hub.sessions) as session:
            check_register(session, erp=self.journaal(), productsysteem=self.productsysteem_listing())

    # --- the product system, by SOAP

    def client(self, aansluiting: str = ESB) -> zeep.Client:
        """A foreign SOAP client, made from the served WSDL."""
        return _client(self.near.address, aansluiting)

    def message(self, *codes: str, **more: Any) -> dict[str, Any]:
        """A StartBetaling for one of each product, at its price."""
        lines = more.pop("Productregel", None) or regels(*codes)
        return start_message(zender_of(lines), lines, terug=self.near.simulators.terugkeer_url, **more)

    def offers(self, *codes: str, **more: Any) -> Opdracht:
        """A product system offers a betaalopdracht for one of each product."""
        message = self.message(*codes, **more)
        answer = self.client().service.StartBetaling(**message)
        opdracht = Opdracht(
            message["Stuurgegevens"]["Zender"],
            message["Kenmerk"],
            answer.Betaalkenmerk,
            answer.Winkelmandje,
            answer.BetaalUrl,
        )
        self.opdrachten.append(opdracht)
        return opdracht

    def stand(self, opdracht: Opdracht) -> Any:
        """What VraagBetaalstatus answers."""
        return self.client().service.VraagBetaalstatus(
            Stuurgegevens=stuurgegevens(opdracht.zender, f"vraag-{opdracht.betaalkenmerk}"),
            Betaalkenmerk=opdracht.betaalkenmerk,
        )

    def status(self, opdracht: Opdracht) -> str:
        """The status of a betaalopdracht."""
        return str(self.stand(opdracht).Status)

    def told(self, opdracht: Opdracht) -> list[tuple[int, str, bool]]:
        """What the product system took in, in order: versie, status, Leverbaar."""
        return [
            (one["versie"], one["status"], one["leverbaar"])
            for one in self.productsysteem_listing()["berichten"]
            if one["betaalkenmerk"] == opdracht.betaalkenmerk and one["toegepast"]
        ]

    # --- the citizen

    def burger(self, opdracht: Opdracht) -> Burger:
        """A citizen with the BetaalUrl in her browser."""
        return Burger(opdracht.url)

    # --- the worker and the clock

    def work(self) -> None:
        """The worker does what is due now."""
        run_until_idle(self.hub)

    def passes(self, **time: float) -> None:
        """Time passes, and the worker does everything when it is due."""
        until = self.clock.now + timedelta(**time)
        self.work()
        while (moment := self.next_due()) is not None and moment <= until:
            assert moment > self.clock.now, "work that is due must be done"
            self.clock.now = moment
            self.work()
        self.clock.now = until
        with self.hub.sessions.begin() as session:
            find_too_old(session, until)
        self.work()

    def next_due(self) -> datetime | None:
        """When the worker has something to do again."""
        with self.register() as session:
            return due_in(session)

    # --- the neighbours

    def control(self, base: str, path: str, **values: object) -> None:
        """Tell a simulator something."""
        response = requests.post(f"{base}/control/{path}", json=values, timeout=10)
        assert response.status_code == 200, response.text

    def psp(self, path: str, **values: object) -> None:
        """Tell the PSP something."""
        self.control(self.near.simulators.psp_base, path, **values)

    def erp(self, path: str, **values: object) -> None:
        """Tell the ERP something."""
        self.control(self.near.simulators.erp_base, path, **values)

    def productsysteem(self, path: str, **values: object) -> None:
        """Tell the product system something."""
        self.control(self.near.simulators.productsysteem_base, path, **values)

    def notify(self, opdracht: Opdracht, *, attempt: int = 1, times: int = 1) -> None:
        """The PSP notifies the hub and waits for its answer."""
        self.psp(f"orders/{self.reference(opdracht, attempt)}/notify", times=times)

    def reference(self, opdracht: Opdracht, attempt: int = 1) -> str:
        """The PSP's reference of the n-th betaling of the winkelmandje in which this betaalopdracht lies."""
        return f"{self.stand(opdracht).Winkelmandje}-{attempt}"

    def orders(self) -> list[dict[str, Any]]:
        """The orders at the PSP."""
        return list(self._see(self.near.simulators.psp_base, "orders")["orders"])

    def happenings(self) -> list[dict[str, Any]]:
        """What happened at the PSP, in its own account."""
        return list(self._see(self.near.simulators.psp_base, "happenings")["happenings"])

    def journaal(self) -> dict[str, Any]:
        """What the ERP has."""
        return self._see(self.near.simulators.erp_base, "journaalposten")

    def booked(self, opdracht: Opdracht) -> list[dict[str, Any]]:
        """The journaalposten of a betaalopdracht that the ERP gave a boekstuknummer."""
        posten = self.journaal()["journaalposten"]
        return [one for one in posten if one["betaalkenmerk"] == opdracht.betaalkenmerk and one["boekstuknummer"]]

    def productsysteem_listing(self) -> dict[str, Any]:
        """What the product system has."""
        return self._see(self.near.simulators.productsysteem_base, "berichten")

    def _see(self, base: str, path: str) -> dict[str, Any]:
        return dict(requests.get(f"{base}/control/{path}", timeout=10).json())

    # --- the administrator

    @contextmanager
    def register(self) -> Iterator[Session]:
        """A look into the register."""
        with reading(self.hub.sessions) as session:
            yield session

    def rows(self, row_class: type[Any]) -> list[Any]:
        """Every row of a kind, the oldest first."""
        with self.register() as session:
            return list(session.scalars(select(row_class).order_by(row_class.id)))

    def rows_of(self, row_class: type[Any]) -> list[Any]:
        """Every row of a kind that has no number of its own."""
        with self.register() as session:
            return list(session.scalars(select(row_class)))

    def betalingen(self) -> list[str]:
        """The statuses of all betalingen, the first attempt first."""
        return [row.status for row in self.rows(BetalingRow)]

    def uitval(self, soort: str | None = None, *, open_only: bool = True) -> list[Any]:
        """The uitval that waits for a person."""
        found = [row for row in self.rows(UitvalRow) if not open_only or row.status != "OPGELOST"]
        return [row for row in found if soort is None or row.soort == soort]

    def administrator(self, *arguments: str) -> str:
        """Run `betaalhub ARGUMENTS` and give what it prints."""
        result = CliRunner().invoke(cli, list(arguments), env=self.env, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def resolves(self, soort: str, oplossing: str, **options: str) -> str:
        """The administrator resolves the only open uitval of a kind."""
        (row,) = self.uitval(soort)
        extra = [text for name, value in options.items() for text in (f"--{name}", value)]
        return self.administrator(
            "uitval", "resolve", str(row.id), "--oplossing", oplossing, "--door", "J. de Vries", *extra
        )


def due_in(session: Session) -> datetime | None:
    """When a worker has something to do again; a receiver that is spared waits until it is not, and a PSP account until the
    worker has probed it."""
    circuits = session.scalars(select(CircuitRow)).all()
    spared = {row.ontvanger: row.open_tot for row in circuits}
    waiting = session.scalars(select(OutboxRow).where(OutboxRow.state.in_((READY, LEASED)))).all()
    moments = [max(row.due_at, spared.get(row.ontvanger, row.due_at)) for row in waiting]
    probes = [row.open_tot for row in circuits if row.ontvanger.startswith(PSP) and row.fouten >= CIRCUIT_THRESHOLD]
    return min([*moments, *probes], default=None)


def is_idle(session: Session, moment: datetime) -> bool:
    """Is nothing held by a worker, nothing to be gathered or numbered, and nothing due at this moment?"""
    held = select(OutboxRow.id).where(OutboxRow.state == LEASED).limit(1)
    if has_unbatched(session) or zenders_behind(session) or session.scalar(held):
        return False
    due = due_in(session)
    return due is None or due > moment


@cache
def _client(address: str, aansluiting: str) -> zeep.Client:
    return soap_client(f"{address}/soap/v1?wsdl", aansluiting, GEHEIM)


NewStad = Callable[..., Stad]
