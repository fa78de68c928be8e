"""A town in which a test decides what the neighbours answer, and who does what at the same time."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Limits, ProductregelVerzoek
from betaalhub.domain.evidence import PogingStatus, PspPoging, PspRapport
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.flows.process_psp_status import process_psp_status
from betaalhub.flows.start_betaling import Omgeving, StartBetalingAntwoord, start_betaling
from betaalhub.flows.winkelmandje import join
from betaalhub.hub import Hub
from betaalhub.ports import (
    BetaalopdrachtStand,
    BoekingsbatchBericht,
    Boekingsresultaat,
    Capabilities,
    Handover,
    Ontvangst,
    StartedPspBetaling,
    StartPspBetaling,
    Verwerking,
)
from betaalhub.steps.pay import PayResult, pay
from betaalhub.storage.database import make_sessions, reading, with_retries
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, WinkelmandjeRow
from tests.builders import demo_catalogus, load

T = TypeVar("T")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TERUG = "http://127.0.0.1:8093/terug"
WAIT = 15  # seconds in which every thread of a test must be done
VERGUNNING = ProductregelVerzoek(1, "EVENEMENT", "Evenementenvergunning", 1, 18_750)
PARKEREN = ProductregelVerzoek(1, "PARKEREN", "Parkeervergunning", 1, 9_600)
ESB = Aanroeper(1, "esb-demo", frozenset({"vergunningen", "burgerzaken", "parkeren"}))


def rapport(
    status: PogingStatus | None, *, cents: int = 18_750, at: datetime = NOW, registered: int | None = None
) -> PspRapport:
    """What the PSP says: one attempt in this status (None: no attempt yet), asked at that time."""
    approved = cents if status == PogingStatus.APPROVED else 0
    poging = PspPoging("1", "IDEAL", status or PogingStatus.STARTED, "WOORD", cents, approved, 0, 0, "EUR")
    total = cents if registered is None else registered
    return PspRapport(at, total, "EUR", (poging,) if status else (), (), (), None)


# What Docdata can do: a reference is unique for ever, and nothing is found by it.
CAPABILITIES = Capabilities(
    lookup_by_reference=False,
    idempotent_create=False,
    cancel=True,
    partial_refund=True,
    capture=True,
    signed_notification=False,
    repeat_hours=None,
    idempotent_refund=False,
)


@dataclass
class Psp:
    """A PSP that opens every order and gives the answer that the test put ready; `during` runs while it is asked."""

    code = "proef"
    capabilities: Capabilities = field(default_factory=lambda: CAPABILITIES)
    answer: PogingStatus | None = None
    started: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    probed: int = 0
    during_start: Callable[[], object] = lambda: None
    during_cancel: Callable[[], object] = lambda: None
    during_health: Callable[[], object] = lambda: None
    during_status: Callable[[], object] = lambda: None

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        self.started.append(command.reference)
        self.during_start()
        return StartedPspBetaling(
            f"sleutel-{command.reference}", Handover("GET", f"https://psp.example/{command.reference}")
        )

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        answer = self.answer
        self.during_status()
        return rapport(answer, at=now)

    def cancel(self, psp_key: str) -> None:
        self.cancelled.append(psp_key)
        self.during_cancel()

    def health(self) -> None:
        self.probed += 1
        self.during_health()


@dataclass
class Erp:
    """A financial system that books everything, or does what the test says first."""

    before: Callable[[], object] = lambda: None
    refuses: bool = False
    seen: list[BoekingsbatchBericht] = field(default_factory=list)

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> Sequence[Boekingsresultaat]:
        self.before()
        self.seen.append(batch)
        return [
            Boekingsresultaat(post.journaalpostnummer, not self.refuses, None if self.refuses else "2026-1", None)
            for post in batch.journaalposten
        ]

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> Sequence[Boekingsresultaat] | None:
        return None


@dataclass
class Ontvanger:
    """A product system that takes every statusbericht."""

    told: list[BetaalopdrachtStand] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        self.before()
        self.told.append(stand)
        return Ontvangst(Verwerking.VERWERKT, stand.versie, None)


@dataclass
class Clock:
    """The hub's time: moves only when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **passed: float) -> None:
        self.now += timedelta(**passed)


@dataclass
class Town:
    """The hub, its neighbours, and what people do with it."""

    engine: Engine
    hub: Hub
    clock: Clock
    psp: Psp
    erp: Erp
    ontvanger: Ontvanger
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def offers(self, *regels: ProductregelVerzoek, zender: str = "vergunningen", **more: Any) -> StartBetalingAntwoord:
        """A product system starts a betaling; with a Referentienummer and a Kenmerk of its own unless given."""
        number, lines = next(self.numbers), regels or (VERGUNNING,)
        values: dict[str, Any] = {
            "referentienummer": f"ref-{number}",
            "kenmerk": f"zaak-{number}",
            "totaal_cent": sum(regel.bedrag_cent for regel in lines),
            "terugkeer_url": TERUG,
            **more,
        }
        verzoek = BetaalopdrachtVerzoek(zender=zender, regels=lines, **values)
        omgeving = Omgeving(self.clock(), self.hub.keys, self.hub.limits, self.hub.portaal)
        return self.does(lambda session: start_betaling(session, verzoek, aanroeper=ESB, omgeving=omgeving))

    def does(self, work: Callable[[Session], T]) -> T:
        """One transaction, as every entry point makes them."""
        return with_retries(self.hub.sessions, work)

    def opdracht(self, antwoord: StartBetalingAntwoord) -> BetaalopdrachtRow:
        with reading(self.hub.sessions) as session:
            return session.scalars(
                select(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == antwoord.betaalkenmerk)
            ).one()

    def mandje(self, antwoord: StartBetalingAntwoord) -> WinkelmandjeRow:
        """The winkelmandje in which it lies now."""
        with reading(self.hub.sessions) as session:
            return session.get_one(WinkelmandjeRow, self.opdracht(antwoord).winkelmandje_id)

    def all(self, row_class: type[T]) -> list[T]:
        """Every row of this kind, in the order of its key: for numbered rows that in which they were made."""
        with reading(self.hub.sessions) as session:
            return list(session.scalars(select(row_class).order_by(*inspect(row_class).primary_key)))

    def wish(self, antwoord: StartBetalingAntwoord, form_key: str = "formulier") -> PayWish:
        """The form of the page as it stands now."""
        mandje = self.mandje(antwoord)
        return PayWish("IDEAL", form_key, mandje.versie, mandje.totaal_cent, "nl")

    def pays(self, antwoord: StartBetalingAntwoord, wish: PayWish | None = None) -> PayResult:
        """The citizen presses the button."""
        return pay(self.hub, self.mandje(antwoord).token, wish or self.wish(antwoord, f"form-{next(self.numbers)}"))

    def started(self) -> tuple[StartBetalingAntwoord, BetalingRow]:
        """An event permit that is being paid."""
        antwoord = self.offers()
        assert self.pays(antwoord).url
        return antwoord, self.all(BetalingRow)[-1]

    def answered(self, betaling: BetalingRow, found: PspRapport) -> BetalingStatus:
        """The PSP's answer is written down now."""
        door = Door("worker", self.clock())
        return self.does(lambda session: process_psp_status(session, betaling.id, found, door=door, keys=self.hub.keys))

    def paid(self) -> tuple[StartBetalingAntwoord, BetalingRow]:
        """An event permit that is paid."""
        antwoord, betaling = self.started()
        self.clock.forward(seconds=30)
        self.answered(betaling, rapport(PogingStatus.APPROVED, at=self.clock()))
        return antwoord, self.all(BetalingRow)[-1]

    def joins(self, antwoord: StartBetalingAntwoord, into: StartBetalingAntwoord) -> bool:
        """The citizen puts it into another winkelmandje."""
        return self.does(self.joining(antwoord, into))

    def joining(self, antwoord: StartBetalingAntwoord, into: StartBetalingAntwoord) -> Callable[[Session], bool]:
        return self.joining_row(self.opdracht(antwoord), into)

    def joining_row(self, row: BetaalopdrachtRow, into: StartBetalingAntwoord) -> Callable[[Session], bool]:
        target, door = self.mandje(into).id, Door("burger", self.clock())
        return lambda session: join(session, target, row.id, limits=self.hub.limits, door=door)

    @contextmanager
    def holding(self, work: Callable[[Session], object]) -> Iterator[None]:
        """This work is done in a transaction that is committed only at the end of the block."""
        with self.hub.sessions.begin() as session:
            work(session)
            yield

    def wait_for_lock(self) -> None:
        """Until somebody waits for a row lock on PostgreSQL; on SQLite a transaction waits before it reads anything."""
        until = time.monotonic() + WAIT
        while self.engine.dialect.name == "postgresql":
            with self.engine.connect() as connection:
                waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if connection.scalar(waits) or time.monotonic() > until:
                    return
            time.sleep(0.01)


def make_town(engine: Engine) -> Town:
    """A town on this migrated, empty register."""
    load(make_sessions(engine), demo_catalogus(terug=TERUG, push="http://127.0.0.1:9/push"))
    return enter_town(engine)


def enter_town(engine: Engine) -> Town:
    """The town that was made on this register, maybe by another process; with neighbours of its own."""
    sessions, clock, psp, erp, ontvanger = make_sessions(engine), Clock(), Psp(), Erp(), Ontvanger()
    hub = Hub(
        sessions=sessions,
        psps={"psp": psp},  # type: ignore[dict-item]  # what these tests need of a PSP
        erp=erp,
        productsysteem=lambda _: ontvanger,
        clock=clock,
        keys=Keys(),
        limits=Limits(),
        portaal=Portaal("https://betalen.example", "a secret of more than thirty-two characters"),
        soap_url="https://betalen.example/soap/v1",
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
    )
    return Town(engine, hub, clock, psp, erp, ontvanger)


def together(*work: Callable[[], T]) -> list[T]:
    """Do these at the same time; gives what each one gave, or raises what one of them raised."""
    start, found, errors = threading.Barrier(len(work)), dict[int, T](), list[BaseException]()

    def run(number: int) -> None:
        try:
            start.wait(WAIT)
            found[number] = work[number]()
        except BaseException as error:  # brought to the test's own thread below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    if errors:
        raise errors[0]
    return [found[number] for number in range(len(work))]


class Aside:
    """Something that goes on in another thread; `result` waits for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._found: list[Any] = []
        self._thread = threading.Thread(target=lambda: self._found.extend(together(work)), daemon=True)
        self._thread.start()

    def result(self) -> Any:
        self._thread.join(WAIT)
        return self._found[0]
