"""Requests per second of our door under gunicorn against the JAX-WS RI, same message, same answer, validated both ways.

Run from the top of the checkout: `make bench`, or `python -m benchmarks.per_seconde --help`. The servers run all the
time and are loaded in turns, round after round, by the same client on the same cores.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.aanroepers import Doel, call
from benchmarks.berichten import start_betaling
from benchmarks.servers import PLAIN, Server, gunicorn, jaxws, wrk

OURS = {
    "gunicorn sync": ("--worker-class", "sync"),
    "gunicorn gthread 1": ("--worker-class", "gthread", "--threads", "1"),
    "gunicorn gthread 4": ("--worker-class", "gthread", "--threads", "4"),
    "our worker 4 (snel)": ("--worker-class", PLAIN, "--threads", "4"),
}
JAXWS = "JAX-WS RI, one JVM"
Client = Callable[[Server, float], float]


@dataclass(slots=True)
class Rounds:
    """Of one server, per round: answers per second, and CPU microseconds of its processes per answer."""

    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    given = _arguments()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="betaalhub-bench-") as name, contextlib.ExitStack() as running:
        folder = Path(name)
        client = _client(folder, given)
        servers = [running.enter_context(gunicorn(one, *arguments)) for one, arguments in OURS.items()]
        java = running.enter_context(jaxws(JAXWS, folder / "jaxws"))
        servers += [java] if java else []
        for server in servers:  # a JVM compiles while it is asked; the others are ready at once
            client(server, given.warm if server is java else 1)
        found = _in_turns(servers, client, given)
    _table(found, given)
    print(f"\n{time.monotonic() - begin:.0f} s in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How many StartBetalingen a second does the door answer?")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each server once per round (7)")
    parser.add_argument("--seconds", type=float, default=4, help="duration of each load (4)")
    parser.add_argument("--warm", type=float, default=20, help="seconds to warm up the JVM (20)")
    parser.add_argument("--callers", type=int, default=8, help="callers at once (8)")
    parser.add_argument("--regels", type=int, default=5, help="productregels in the message (5)")
    return parser.parse_args()


def _client(folder: Path, given: argparse.Namespace) -> Client:
    """The client wrk when it is there, which takes little of the cores; otherwise our own callers, which take more."""
    found = wrk()
    if found is None:
        print("   SKIPPED: wrk is not there (Debian: apt-get install wrk); our own callers take part of the cores")
        return lambda server, seconds: _by_callers(server, seconds, given)
    (folder / "message.xml").write_bytes(start_betaling("1", given.regels))
    script = folder / "post.lua"
    script.write_text(
        f'local file = io.open("{folder}/message.xml", "rb")\nwrk.body = file:read("*a")\nwrk.method = "POST"\n'
        'wrk.headers["Content-Type"] = "text/xml; charset=utf-8"\nwrk.headers["SOAPAction"] = \'""\'\n'
    )
    command = [found, "-t1", f"-c{given.callers}", "-s", str(script)]
    return lambda server, seconds: _by_wrk([*command, f"-d{seconds:g}s", f"http://127.0.0.1:{server.port}/"])


def _by_wrk(command: list[str]) -> float:
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told:
        raise SystemExit(f"No measurement: not every answer was 200\n{told}")
    requests, seconds = re.search(r"(\d+) requests in ([\d.]+)s", told).groups()  # type: ignore[union-attr]
    return int(requests) / float(seconds)


def _by_callers(server: Server, seconds: float, given: argparse.Namespace) -> float:
    doel = Doel(server.port, "/", "", "")
    return call(doel, "load", callers=given.callers, seconds=seconds, regels=given.regels).per_second


def _in_turns(servers: list[Server], client: Client, given: argparse.Namespace) -> dict[str, Rounds]:
    found = {server.name: Rounds() for server in servers}
    for _ in range(given.rounds):
        for server in servers:
            before = server.cpu_seconds()
            per_second = client(server, given.seconds)
            found[server.name].per_second.append(per_second)
            found[server.name].cpu.append((server.cpu_seconds() - before) / (per_second * given.seconds) * 1e6)
    return found


def _table(found: dict[str, Rounds], given: argparse.Namespace) -> None:
    print(
        f"\n4. Requests per second of the door, {given.regels} regels, {given.callers} callers, {given.rounds} rounds"
    )
    print(
        f"   {'2 processes or 1 JVM, 2 cores':32} {'req/s median (best)':>22} {'server CPU us median (least)':>30}",
        end="",
    )
    print("   against JAX-WS: median of rounds, best, CPU")
    java = found.get(JAXWS)
    for name, one in found.items():
        speed = f"{statistics.median(one.per_second):.0f} ({max(one.per_second):.0f})"
        cpu = f"{statistics.median(one.cpu):.0f} ({min(one.cpu):.0f})"
        print(f"   {name:32} {speed:>22} {cpu:>30}   {_against(one, java)}")


def _against(one: Rounds, java: Rounds | None) -> str:
    """The ratios; those per round compare neighbours in time, so a busy machine disturbs them the least."""
    if java is None or java is one:
        return ""
    rounds = statistics.median(ours / theirs for ours, theirs in zip(one.per_second, java.per_second, strict=True))
    best, cpu = max(one.per_second) / max(java.per_second), min(java.cpu) / min(one.cpu)
    return f"{rounds:.2f}, {best:.2f}, {cpu:.2f}"


if __name__ == "__main__":
    main()
