"""How long a search takes in a full register: for each kind of question p50 and p95, through the flows that answer it.

Run from the top of the checkout: `python -m benchmarks.search --help`. Fills its own register with invented betaalopdrachten.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.gevuld import Place, fill_place, open_place
from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.keys import Portaal
from betaalhub.flows.zoek import find_betalingen
from betaalhub.flows.zoek_helpdesk import Helpdeskvraag, find_for_helpdesk
from betaalhub.generate.pictures import Weighted
from betaalhub.logs import configure_logging
from betaalhub.storage.database import make_sessions, reading
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, ProductregelRow, ZenderRow

PAGE = 50
WANTED = 50.0  # milliseconds, p95
PORTAAL = Portaal("https://betalen.voorbeeld.example", "signs pages of a benchmark and nothing else")
Ask = Callable[[Session], object]


@dataclass
class Sample:
    """What is in the register: the largest and the smallest of everything, and some of it at random."""

    rng: random.Random
    now: datetime
    zenders: list[str]
    producten: list[str]
    statussen: list[str]
    bedragen: list[int]
    rows: list[Any]
    zaken: list[str]
    referenties: list[str]

    @classmethod
    def of(cls, session: Session, rng: random.Random) -> Sample:
        """Look at the last 90 days, so that a register that was filled by date is seen where people look."""
        row, regel = BetaalopdrachtRow, ProductregelRow
        last = session.scalar(select(func.max(row.id))) or 1
        some = [rng.randrange(1, last + 1) for _ in range(400)]
        since = datetime.now(UTC) - timedelta(days=30)
        zender = select(ZenderRow.code).join(row, row.zender_id == ZenderRow.id).where(row.aangemaakt_op > since)
        return cls(
            rng,
            datetime.now(UTC),
            list(session.scalars(zender.group_by(ZenderRow.code).order_by(func.count().desc()))),
            _by_count(session, regel.productcode, regel.aangemaakt_op > since),
            _by_count(session, row.status, row.aangemaakt_op > since),
            _by_count(session, row.totaal_cent, row.aangemaakt_op > since),
            list(session.scalars(select(row).where(row.id.in_(some)))),
            list(session.scalars(select(regel.zaaknummer).where(regel.id.in_(some), regel.zaaknummer.is_not(None)))),
            list(session.scalars(select(BetalingRow.psp_referentie).where(BetalingRow.id.in_(some)))),
        )

    def days(self, length: int) -> dict[str, date]:
        """A period of so many days that begins somewhere in the last year."""
        back = self.rng.randrange(max(1, 360 - length))
        last = self.now.date() - timedelta(days=back)
        return {"vanaf": last - timedelta(days=length - 1), "tot_en_met": last}

    def row(self) -> BetaalopdrachtRow:
        """Any betaalopdracht."""
        found: BetaalopdrachtRow = self.rng.choice(self.rows)
        return found


def _by_count(session: Session, column: Any, where: Any) -> list[Any]:
    return list(session.scalars(select(column).where(where).group_by(column).order_by(func.count().desc(), column)))


def questions(sample: Sample) -> Iterator[tuple[str, Callable[[], Ask]]]:
    """Each kind of question, and what draws one."""
    yield from _references(sample)
    yield from _periods(sample)
    yield from _regels(sample)
    yield from _per_zender(sample)


def _references(sample: Sample) -> Iterator[tuple[str, Callable[[], Ask]]]:
    yield "helpdesk: betaalkenmerk", lambda: _helpdesk(sample, kenmerk=sample.row().kenmerk)
    yield "helpdesk: own Kenmerk", lambda: _helpdesk(sample, kenmerk=sample.row().eigen_kenmerk)
    yield "helpdesk: PSP reference", lambda: _helpdesk(sample, kenmerk=sample.rng.choice(sample.referenties))
    yield "helpdesk: zaaknummer", lambda: _helpdesk(sample, zaaknummer=sample.rng.choice(sample.zaken))
    yield "helpdesk: KlantKenmerk", lambda: _helpdesk(sample, klant_kenmerk=sample.row().klant_kenmerk or "geen")


def _periods(sample: Sample) -> Iterator[tuple[str, Callable[[], Ask]]]:
    common, rare = sample.statussen[0], sample.statussen[-1]
    for length in (1, 30, 366):
        yield f"helpdesk: {length} days", lambda n=length: _helpdesk(sample, **sample.days(n))
    for name, status in (("common", common), ("rare", rare)):
        statussen = frozenset({BetaalopdrachtStatus(status)})
        yield (
            f"helpdesk: 30 days, {name} status",
            lambda s=statussen: _helpdesk(sample, statussen=s, **sample.days(30)),
        )
    amounts = {"common": sample.bedragen[0], "rare": sample.bedragen[-1], "absent": 3}
    for name, cents in amounts.items():
        yield (
            f"helpdesk: 30 days, {name} amount",
            lambda c=cents: _helpdesk(sample, vanaf_cent=c, tot_en_met_cent=c, **sample.days(30)),
        )
    yield (
        "helpdesk: 30 days, range of amounts",
        lambda: _helpdesk(sample, vanaf_cent=30_000, tot_en_met_cent=31_000, **sample.days(30)),
    )
    yield "helpdesk: 30 days, name", lambda: _helpdesk(sample, naam=_surname(sample), **sample.days(30))
    yield "helpdesk: 30 days, 3 letters", lambda: _helpdesk(sample, naam=_surname(sample)[:3], **sample.days(30))
    yield "helpdesk: 366 days, name", lambda: _helpdesk(sample, naam=_surname(sample), **sample.days(366))


def _surname(sample: Sample) -> str:
    return str(sample.row().betaler_naam).split()[-1]


def _regels(sample: Sample) -> Iterator[tuple[str, Callable[[], Ask]]]:
    for name, product in (("common", sample.producten[0]), ("rare", sample.producten[-1])):
        for length in (30, 366):
            yield (
                f"helpdesk: {length} days, {name} product",
                lambda p=product, n=length: _helpdesk(sample, productcode=p, **sample.days(n)),
            )
    paid = frozenset({BetaalopdrachtStatus(sample.statussen[-1])})
    yield (
        "helpdesk: 30 days, common product, rare status",
        lambda: _helpdesk(sample, productcode=sample.producten[0], statussen=paid, **sample.days(30)),
    )


def _per_zender(sample: Sample) -> Iterator[tuple[str, Callable[[], Ask]]]:
    sizes = {
        "large": sample.zenders[0],
        "medium": sample.zenders[len(sample.zenders) // 3],
        "small": sample.zenders[-1],
    }
    rare, common = (frozenset({BetaalopdrachtStatus(sample.statussen[n])}) for n in (-1, 0))
    for name, zender in sizes.items():
        asks: dict[str, dict[str, Any]] = {
            "30 days": {},
            "30 days, rare status": {"statussen": rare},
            "30 days, common status": {"statussen": common},
            "30 days, common product": {"productcode": sample.producten[0]},
            "30 days, rare product": {"productcode": sample.producten[-1]},
            "30 days, common amount": {"vanaf_cent": sample.bedragen[0], "tot_en_met_cent": sample.bedragen[0]},
        }
        for what, values in asks.items():
            yield f"{name} zender: {what}", lambda z=zender, v=values: _zender(sample, z, **v, **sample.days(30))
        yield (
            f"{name} zender: 366 days, rare status",
            lambda z=zender: _zender(sample, z, statussen=rare, **sample.days(366)),
        )
    yield "large zender: tenth page", lambda: _pages(sample, sizes["large"])


def _helpdesk(sample: Sample, *, kenmerk: str | None = None, naam: str | None = None, **values: Any) -> Ask:
    vraag = Helpdeskvraag(Zoekvraag(**values), kenmerk=kenmerk, naam=naam)
    return lambda session: find_for_helpdesk(session, vraag, now=sample.now, maximum=PAGE)


def _zender(sample: Sample, zender: str, vervolg: str | None = None, **values: Any) -> Ask:
    caller = Aanroeper(1, "meting", frozenset(sample.zenders))
    return lambda session: find_betalingen(
        session, Zoekvraag(**values), zender=zender, aanroeper=caller, portaal=PORTAAL, maximum=PAGE, vervolg=vervolg
    )


def _pages(sample: Sample, zender: str) -> Ask:
    """Ten pages of the same question: the time of ten."""
    period = sample.days(366)

    def ask(session: Session) -> object:
        vervolg = None
        for _ in range(10):
            found: Any = _zender(sample, zender, vervolg, **period)(session)
            vervolg = found.vervolg or vervolg
        return found

    return ask


@dataclass
class Watch:
    """The statements of the last question, with their values."""

    engine: Engine
    seen: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._note)

    def close(self) -> None:
        """Look no longer: what is filled afterwards is not kept."""
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        self.seen.append((statement, values))

    def plans(self) -> Iterator[str]:
        """How the database did each of them."""
        explain = "EXPLAIN (ANALYZE, BUFFERS) " if self.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        selects = [one for one in self.seen if one[0].lstrip().startswith("SELECT")]
        with self.engine.connect() as connection:
            for statement, values in selects:
                yield "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values))


class Cpu:
    """The CPU time of this process and of the server process that works for it, where that is on this machine; milliseconds.

    Other work on the machine makes a question wait, and does not make it work more.
    """

    def __init__(self, session: Session) -> None:
        self._file = None
        if session.get_bind().dialect.name == "postgresql":
            pid = session.scalar(select(func.pg_backend_pid()))
            self._file = Path(f"/proc/{pid}/schedstat")

    def __call__(self) -> float:
        """So far."""
        server = int(self._file.read_text().split()[0]) / 1e6 if self._file and self._file.exists() else 0.0
        return 1000 * time.process_time() + server


@dataclass
class Times:
    """Milliseconds per question: as long as it took, and as much as it worked; and the statements of the one that worked most."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    worst: list[Any] = field(default_factory=list)


def measure(sessions: sessionmaker[Session], draw: Callable[[], Ask], watch: Watch, rounds: int) -> Times:
    """Ask so many; the first two are not counted."""
    times = Times()
    for number in range(rounds + 2):
        ask = draw()
        with reading(sessions) as session:
            cpu = Cpu(session)
            watch.seen.clear()
            began, worked = time.perf_counter(), cpu()
            ask(session)
            passed, worked = 1000 * (time.perf_counter() - began), cpu() - worked
        if number >= 2:
            if worked >= max(times.cpu, default=0.0):
                times.worst = list(watch.seen)
            times.wall.append(passed)
            times.cpu.append(worked)
    return times


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def run(place: Place, given: argparse.Namespace, size: int) -> bool:
    """Ask everything and print the table; are all within bounds?"""
    sessions, watch = make_sessions(place.engine), Watch(place.engine)
    with reading(sessions) as session:
        sample = Sample.of(session, random.Random(4827))
    print(f"\n{place.engine.dialect.name}, {size:,} betaalopdrachten; load {os.getloadavg()[0]:.1f}\n")
    print("| question | p50 ms | p95 ms | CPU p50 ms | CPU p95 ms |\n|---|---:|---:|---:|---:|")
    slow = False
    for name, draw in questions(sample):
        if given.only and given.only not in name:
            continue
        times = measure(sessions, draw, watch, given.rounds)
        figures = [statistics.median(times.wall), _p95(times.wall), statistics.median(times.cpu), _p95(times.cpu)]
        print(f"| {name} | " + " | ".join(f"{one:.1f}" for one in figures) + " |", flush=True)
        slow = slow or figures[1] > WANTED
        if given.plans and figures[3] > given.plans:
            watch.seen = times.worst
            print(*(f"\n{plan}\n" for plan in watch.plans()))
    watch.close()
    return not slow


def main() -> None:
    """Measure and print; exit code 1 when a question on PostgreSQL is too slow."""
    given = _arguments()
    configure_logging("ERROR", json=False)
    print(f"Python {platform.python_version()} on {os.cpu_count()} cores; page of {PAGE}, {given.rounds} rounds, warm")
    good = True
    for database in given.databases:
        with tempfile.TemporaryDirectory(prefix="betaalhub-search-", dir=given.map) as name:
            place, pictures = open_place(database, Path(name), given.url), list[Weighted]()
            try:
                for size in sorted(given.sizes):
                    many, seconds = fill_place(place, size, lean=size > given.whole, pictures=pictures)
                    if many:
                        print(f"\n{database}: {many:,} added in {seconds:.0f} s, {many / seconds:,.0f}/s")
                    good = run(place, given, size) and good
            finally:
                place.close()
    if not good:
        raise SystemExit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How long does a search take?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200_000], help="betaalopdrachten (200000)")
    parser.add_argument("--databases", nargs="+", default=["postgresql"], choices=["postgresql", "sqlite"])
    parser.add_argument("--rounds", type=int, default=60, help="questions of each kind (60)")
    parser.add_argument(
        "--whole", type=int, default=2_000_000, help="larger registers get only what is searched (2000000)"
    )
    parser.add_argument("--url", default=None, help="a register that is there (empty or filled by this script), kept")
    parser.add_argument("--map", default=None, help="folder of a SQLite register")
    parser.add_argument("--only", default=None, help="only questions with this in their name")
    parser.add_argument(
        "--plans", type=float, default=None, help="show the plans where the CPU takes more ms than this"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
