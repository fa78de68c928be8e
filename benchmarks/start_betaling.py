"""One run that tells what a StartBetaling costs: against stock Spyne, end to end under load, in memory and in start-up time.

Run from the top of the checkout: `make bench`, or `python -m benchmarks.start_betaling --help`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import in_proces
from benchmarks.aanroepers import call
from benchmarks.bediening import memory, serving
from benchmarks.in_proces import Timing
from betaalhub.logs import configure_logging

MOST_MIB, MOST_SECONDS = 150, 10


def main() -> None:
    """Measure and print; exit code 1 when a process is too large or too slow to start."""
    given = _arguments()
    begin = time.monotonic()
    configure_logging("WARNING", json=True)  # in this process; the served hub logs as it does in production
    _machine()
    with tempfile.TemporaryDirectory(prefix="betaalhub-bench-", dir=given.map) as name:
        folder = Path(name)
        _cpu(folder, given)
        _work(folder)
        good = _served(folder, given)
    print(f"\n{time.monotonic() - begin:.0f} s in all")
    if not good:
        raise SystemExit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What does a StartBetaling cost?")
    parser.add_argument("--rounds", type=int, default=7, help="rounds in process, each door once per round (7)")
    parser.add_argument("--messages", type=int, default=100, help="messages per round (100)")
    parser.add_argument("--seconds", type=float, default=5, help="duration of each load (5)")
    parser.add_argument("--callers", type=int, default=8, help="callers at once in the heavy load (8)")
    parser.add_argument("--map", default=None, help="folder for the registers; their disk decides what a commit costs")
    return parser.parse_args()


def _machine() -> None:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("spyne", "lxml", "SQLAlchemy", "gunicorn"))
    print(f"Python {platform.python_version()} on {os.cpu_count()} cores, {_processor()}; {libraries}")
    print(f"load before: {os.getloadavg()[0]:.1f}; both doors run without Spyne's gc.collect() inside a request")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _cpu(folder: Path, given: argparse.Namespace) -> None:
    print("\n1. CPU per StartBetaling in process, microseconds: median (least)")
    print(f"   {'':34} {'ours':>16} {'stock Spyne':>16}   stock / ours by least")
    for regels in (5, 50):
        few = max(10, given.messages * 5 // regels)
        _row(f"door only, {regels} regels", in_proces.wire_only(regels, rounds=given.rounds, messages=few))
    # The register costs both the same; a few rounds show how much.
    timing = in_proces.with_register(folder, 5, rounds=max(3, given.rounds // 2), messages=given.messages // 2)
    _row("with register and commit, 5 regels", timing)


def _row(label: str, timing: dict[str, Timing]) -> None:
    ours, stock = timing["ours"], timing["stock"]
    cells = [f"{one.median:8.0f} ({one.least:5.0f})" for one in (ours, stock)]
    print(f"   {label:34} {cells[0]:>16} {cells[1]:>16}   {stock.least / ours.least:.2f}", flush=True)


def _work(folder: Path) -> None:
    print("\n2. What one StartBetaling asks of the register")
    for regels in (5, 50):
        work = in_proces.register_work(folder, regels)
        print(f"   {regels} regels: {work.total} statements, {work.savepoints} savepoints, {work.commits} commit(s)")
        print("     " + ", ".join(f"{count} × {name}" for name, count in work.statements.items()))


def _served(folder: Path, given: argparse.Namespace) -> bool:
    print(f"\n3. End to end: `betaalhub serve` on SQLite, {given.seconds:g} s per load, callers on the same cores")
    print("   processes  callers     req/s   p50 ms   p99 ms   refused  lost   server CPU ms/req")
    good = True
    for processes in (1, 2):
        with serving(folder / f"hub-{processes}", processes=processes) as hub:
            call(hub.doel, "warm", callers=2, seconds=1)
            for callers in (1, given.callers):
                before = hub.cpu_seconds()
                load = call(hub.doel, f"load{callers}", callers=callers, seconds=given.seconds)
                cpu = (hub.cpu_seconds() - before) / max(1, len(load.answers)) * 1000
                print(
                    f"   {processes:9}  {callers:7}  {load.per_second:8.1f} {load.percentile(0.5):8.1f} "
                    f"{load.percentile(0.99):8.1f}  {load.refused:8} {load.lost:5}   {cpu:.2f}",
                    flush=True,
                )
            good &= _footprint(hub)
    return good


def _footprint(hub) -> bool:  # type: ignore[no-untyped-def]
    sizes = [memory(pid) for pid in hub.workers]
    told = ", ".join(f"PSS {one.pss:.0f} RSS {one.rss:.0f} MiB" for one in sizes)
    good = max(one.rss for one in sizes) < MOST_MIB and hub.ready_seconds < MOST_SECONDS
    print(
        f"   {'':9}  per process after load: {told}; ready in {hub.ready_seconds:.1f} s{'' if good else '   TOO MUCH'}"
    )
    return good


if __name__ == "__main__":
    main()
