"""Runs the hub or the worker as a process of its own that kills itself at a chosen point, without touching our code.

A point is `when what number`: `before commit 3`, `after psp.start 1`. Commits are seen by events of the engine and its
sessions, calls by an object around each port. Without a point every commit and call is counted into a file.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from werkzeug.serving import make_server

from betaalhub.app import make_application, make_hub
from betaalhub.hub import Hub
from betaalhub.settings import Settings
from betaalhub.worker.keeping import look_after
from betaalhub.worker.loop import run_once
from tests.journeys.stad import Quiet

WATCH = "worker-watch"  # the thread of which nothing is counted


@dataclass(frozen=True, slots=True)
class Plan:
    """How one process runs: its environment, how far its clock is ahead, where it dies, where it counts."""

    env: Mapping[str, str]
    ahead: timedelta = timedelta()
    point: str = ""
    counts: Path | None = None


class Points:
    """Counts what happens in this process and kills it at the point of the plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._committing = threading.local()

    def reach(self, when: str, what: str) -> None:
        """This happens now; nothing of this process lives after its point."""
        with self._lock:
            self._seen[f"{when} {what}"] += 1
            here = f"{when} {what} {self._seen[f'{when} {what}']}"
            if self._plan.counts:
                with self._plan.counts.open("a", encoding="utf-8") as file:
                    file.write(here + "\n")
            if here == self._plan.point:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_commits(self, hub: Hub) -> None:
        """Every COMMIT of the register, just before and just after it."""

        def before(_connection: Any) -> None:
            self._committing.now = threading.current_thread().name != WATCH  # it looks whenever it likes
            if self._committing.now:
                self.reach("before", "commit")

        def after(_session: Any) -> None:
            if getattr(self._committing, "now", False):  # not the end of a savepoint
                self._committing.now = False
                self.reach("after", "commit")

        event.listen(hub.sessions.kw["bind"], "commit", before)
        event.listen(hub.sessions, "after_commit", after)


class Watched:
    """A port of which every call passes a point before and after."""

    def __init__(self, port: Any, name: str, points: Points, calls: frozenset[str]) -> None:
        self._port, self._name, self._points, self._calls = port, name, points, calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name not in self._calls:
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            self._points.reach("before", f"{self._name}.{name}")
            answer = found(*arguments, **options)
            self._points.reach("after", f"{self._name}.{name}")
            return answer

        return call


def watched_hub(plan: Plan) -> tuple[Settings, Hub]:
    """The hub as `app` makes it, with its points and its clock."""
    settings, points = Settings.from_env(plan.env), Points(plan)
    hub = make_hub(settings)
    points.watch_commits(hub)

    def around(name: str, *calls: str) -> Callable[[Any], Any]:
        return lambda port: Watched(port, name, points, frozenset(calls))

    psp, erp = (
        around("psp", "start", "status", "cancel", "refund", "health"),
        around("erp", "verwerk_boekingsbatch", "vraag_boekingsbatch"),
    )
    productsysteem = around("productsysteem", "meld_betaalstatus")
    return settings, dataclasses.replace(
        hub,
        psps={code: psp(port) for code, port in hub.psps.items()},
        erp=erp(hub.erp),
        productsysteem=lambda address: productsysteem(hub.productsysteem(address)),
        clock=lambda: datetime.now(UTC) + plan.ahead,
    )


def run_worker(plan: Plan) -> None:
    """Be a worker that does one thing after another, so that its points can be counted, until killed or asked to stop."""
    settings, hub = watched_hub(plan)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    watch = threading.Thread(target=look_after, args=(hub, lambda work: work()), name=WATCH)
    watch.start()
    watch.join()
    while not stop.is_set():
        if not run_once(hub, batch=1):
            stop.wait(settings.worker_poll_ms / 1000)


def run_hub(plan: Plan) -> None:
    """Be the hub until killed."""
    settings, hub = watched_hub(plan)
    host, _, port = settings.bind.rpartition(":")
    application = make_application(settings, hub)
    make_server(host, int(port), application, threaded=True, request_handler=Quiet).serve_forever()
