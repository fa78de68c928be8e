"""A register to measure with: an invented town of 40 zenders, one of them very large, filled to so many betaalopdrachten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, UniqueConstraint, select
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from betaalhub.domain.operaties import Operatie
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.generate.fill import Wish, fill, generated_before, make_pictures
from betaalhub.generate.pictures import Weighted
from betaalhub.storage.database import make_engine, make_sessions, migrate, reading
from betaalhub.storage.database_fill import freshen
from betaalhub.storage.tables import METADATA, AdministratieRow
from tests.storage.temp_postgres import TempPostgres, find_binaries

ZENDERS, PRODUCTEN = 40, 4  # products of each zender; every third zender also sells one of the largest
URL = "https://betalen.voorbeeld.example"
# What a search looks at: for registers that are too large to fill wholly.
SEARCHED = frozenset({"kenmerk", "winkelmandje", "betaalopdracht", "productregel", "betaling", "toewijzing"})


def catalogus() -> dict[str, Any]:
    """The catalogue of the town."""
    groepen = [
        {
            "code": f"GROEP{n:02d}",
            "naam": f"Groep {n}",
            "dienst": f"Dienst {n % 7}",
            "boekingsleutel": {
                "grootboekrekening": f"83{n:02d}",
                "kostenplaats": f"K{n:03d}",
                "btw": ("BUITEN_HEFFING", "HOOG", "LAAG")[n % 3],
                "geldig_van": datetime(2020, 1, 1, tzinfo=UTC).date(),
            },
        }
        for n in range(ZENDERS)
    ]
    producten = [
        {
            "code": f"PRODUCT-{zender:02d}-{n}",
            "productgroep": f"GROEP{zender:02d}",
            "omschrijving": f"Product {n} van zender {zender}",
            "prijsregel": "VRIJ" if n % 2 else "VAST",
            **({} if n % 2 else {"prijs_cent": 1_000 + 731 * zender + 95 * n}),
            "geldig_van": datetime(2020, 1, 1, tzinfo=UTC).date(),
        }
        for zender in range(ZENDERS)
        for n in range(PRODUCTEN)
    ]
    methode = {"naam_nl": "iDEAL", "naam_en": "iDEAL", "uitleg_nl": "Met uw bank", "uitleg_en": "With your bank"}
    return {
        "administratie": {
            "code": "meetstad",
            "naam": "Gemeente Meetstad",
            "btw_rekening": "1590",
            "te_verrekenen_rekening": "2990",
            "balie_tussenrekening": "1320",
        },
        "psp_account": {
            "code": "psp",
            "koppeling": "docdata",
            "tussenrekening": "1310",
            "productie": False,
            "betaalmethode": [{"code": "IDEAL", **methode}],
        },
        "productgroep": groepen,
        "product": producten,
        "zender": [_zender(n) for n in range(ZENDERS)],
        "aansluiting": [],
    }


def _zender(n: int) -> dict[str, Any]:
    others = ["PRODUCT-00-0"] if n and n % 3 == 0 else []
    return {
        "code": f"zender-{n:02d}",
        "naam": f"Zender {n}",
        "producten": [*(f"PRODUCT-{n:02d}-{place}" for place in range(PRODUCTEN)), *others],
        "operaties": [one.value for one in Operatie],
        "terugkeer_adressen": ["https://terug.voorbeeld.example/"],
        "push_url": "https://push.voorbeeld.example/",
    }


@dataclass
class Place:
    """Where a register stands, and how it goes away."""

    engine: Engine
    server: TempPostgres | None

    def close(self) -> None:
        """Remove it."""
        self.engine.dispose()
        if self.server is not None:
            self.server.stop()


def open_place(database: str, folder: Path, url: str | None) -> Place:
    """An empty register on `sqlite` or a throw-away `postgresql` with 1 GB of shared buffers, or at this URL."""
    server = None
    if url is None and database == "postgresql":
        server = TempPostgres(find_binaries() or Path("/nowhere"))
        for setting in ("shared_buffers = '1GB'", "max_wal_size = '8GB'", "effective_cache_size = '4GB'"):
            server.administer(f"ALTER SYSTEM SET {setting}")
        server.administer("ALTER SYSTEM SET maintenance_work_mem = '512MB'")
        server.halt()
        server.start()
        server.administer("CREATE DATABASE zoeken")
        url = f"{server.url}/zoeken"
    engine = make_engine(url or f"sqlite:///{folder}/register.sqlite3")
    migrate(engine)
    return Place(engine, server)


def fill_place(place: Place, size: int, *, lean: bool, pictures: list[Weighted]) -> tuple[int, float]:
    """Fill up to this size; how many were added, and in how many seconds. `pictures` is filled the first time."""
    engine, now = place.engine, datetime.now(UTC)
    sessions = make_sessions(engine)
    with reading(sessions) as session:
        empty = session.scalar(select(AdministratieRow.id)) is None
    if empty:
        door = Door("catalogus", now)
        with sessions.begin() as session:
            load_catalogus(session, catalogus(), make_hash=lambda _: "unused", door=door)
    more = size - generated_before(engine)
    tables = SEARCHED if lean else None
    if more <= 0:
        return 0, 0.0
    wish = Wish(more, (now - timedelta(days=365)).date(), now, 1, URL, tables)
    pictures[:] = pictures or make_pictures(engine, wish)
    apart = lean and engine.dialect.name == "postgresql"
    began = time.monotonic()
    if apart:
        _without_indexes(engine)
    fill(engine, wish, pictures, done=_tell(more))
    if apart:
        _build_indexes(engine)
    seconds = time.monotonic() - began
    freshen(engine)
    return more, seconds


def _tell(of: int) -> Callable[[int], None]:
    """Says every million how far it is."""

    def tell(done: int) -> None:
        if done % 1_000_000 < 2_500:
            print(f"{time.strftime('%H:%M:%S')}: {done:,} of {of:,}", flush=True)

    return tell


def _searched() -> Iterator[Table]:
    return (table for table in METADATA.sorted_tables if table.name in SEARCHED)


def _uniques(table: Table) -> list[UniqueConstraint]:
    return [one for one in table.constraints if isinstance(one, UniqueConstraint)]


def _without_indexes(engine: Engine) -> None:
    """Rows come in much faster without them, and they are built from the rows afterwards; primary keys stay."""
    with engine.begin() as connection:
        for table in _searched():
            for index in table.indexes:
                connection.execute(DropIndex(index))
            for unique in _uniques(table):
                connection.execute(DropConstraint(unique))


def _build_indexes(engine: Engine) -> None:
    for table in _searched():
        with engine.begin() as connection:
            for index in table.indexes:
                connection.execute(CreateIndex(index))
            for unique in _uniques(table):
                connection.execute(AddConstraint(unique))
