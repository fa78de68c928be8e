"""How a town comes to rest: first by itself, then with a worker for whom hours have passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from betaalhub.demo.journey import wait_until
from betaalhub.logs import configure_logging
from betaalhub.storage.database import make_sessions, reading
from tests.journeys.crash_launcher import Plan, run_worker
from tests.journeys.crash_scene import PROCESSES, stop
from tests.journeys.stad import is_idle
from tests.nodes.town import NodesTown

# What is tried again after a minute or an hour, what the PSP is asked at its expiry: each is due in one of these.
_LATER = (timedelta(minutes=2), timedelta(minutes=8), timedelta(minutes=23), timedelta(hours=2), timedelta(hours=8))


class Rest:
    """Waits until nothing is left to do."""

    def __init__(self, town: NodesTown) -> None:
        self._town = town
        self._sessions = make_sessions(town.engine)

    def in_real_time(self, *, seconds: float = 300.0) -> None:
        """Until the town's own workers hold nothing and nothing is due; what failed is tried again later, see below."""
        wait_until("het werk van de workers", lambda: self._idle(timedelta()), seconds=seconds)

    def time_passes(self) -> None:
        """The town's workers stop, and one goes on for whom it is later and later."""
        for worker in self._town.workers:
            worker.stop()
        for ahead in _LATER:
            process = PROCESSES.Process(target=_run_quietly, args=(Plan(self._town.env, ahead),), daemon=True)
            process.start()
            try:
                wait_until(f"het werk van over {ahead}", lambda by=ahead: self._idle(by), seconds=180)
            finally:
                stop(process)

    def _idle(self, ahead: timedelta) -> bool:
        with reading(self._sessions) as session:
            return is_idle(session, datetime.now(UTC) + ahead)


def _run_quietly(plan: Plan) -> None:
    configure_logging("ERROR", True)
    run_worker(plan)
