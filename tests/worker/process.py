"""A worker in a process of its own, on the register of a town; what it tells a product system it writes in a file.

    python -m tests.worker.process URL FOLDER LEASE AHEAD

LEASE and AHEAD are seconds; AHEAD is how far its clock is ahead of this machine's. Where a file FOLDER/freeze-before lies, the
process stops (SIGSTOP) once, just before it calls; with freeze-during while it is being answered. Such a process does one thing
after another: a second thread might hold a lock in the register while it stands still.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.hub import Hub
from betaalhub.logs import configure_logging
from betaalhub.ports import BetaalopdrachtStand, Ontvangst, Verwerking
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.worker.loop import Worker, run_once
from tests.flows.town import Erp

POLL = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Productsysteem:
    """Takes every statusbericht and notes its versie, one line each."""

    folder: Path

    def of(self, _address: str) -> Productsysteem:
        self.freeze("freeze-before")
        return self

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        with (self.folder / "told").open("a", encoding="utf-8") as file:
            file.write(f"{stand.versie}\n")
        self.freeze("freeze-during")
        return Ontvangst(Verwerking.VERWERKT, stand.versie, None)

    def freeze(self, name: str) -> None:
        """Stop this process, once, where that is wanted."""
        wanted = self.folder / name
        if wanted.exists():
            wanted.rename(self.folder / "frozen")
            os.kill(os.getpid(), signal.SIGSTOP)


def make_hub(url: str, folder: Path, lease: timedelta, ahead: timedelta) -> Hub:
    """The town's hub as this process sees it."""
    return Hub(
        sessions=make_sessions(make_engine(url)),
        psps={},
        erp=Erp(),
        productsysteem=Productsysteem(folder).of,
        clock=lambda: datetime.now(UTC) + ahead,
        keys=Keys(),
        limits=Limits(),
        portaal=Portaal("https://betalen.example", "a secret of more than thirty-two characters"),
        soap_url="https://betalen.example/soap/v1",
        attempt=timedelta(minutes=20),
        lease=lease,
    )


def work(hub: Hub) -> None:
    """Be a worker with two threads until asked to stop."""
    worker = Worker(hub, concurrency=2, poll_seconds=POLL)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.start()
    worker.join()


def work_alone(hub: Hub) -> None:
    """Do one thing after another until asked to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        if not run_once(hub, batch=1):
            stop.wait(POLL)


if __name__ == "__main__":
    configure_logging("WARNING", json=True)
    directory = Path(sys.argv[2])
    length, ahead = (timedelta(seconds=float(value)) for value in sys.argv[3:5])
    freezes = any((directory / name).exists() for name in ("freeze-before", "freeze-during"))
    (work_alone if freezes else work)(make_hub(sys.argv[1], directory, length, ahead))
