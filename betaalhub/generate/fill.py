"""Fills a register with invented betaalopdrachten, a batch per transaction; what is there stays, so it may be done again."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate

from sqlalchemy import Connection, Engine, func, insert, select, update

from betaalhub.errors import ConfigurationError
from betaalhub.generate.calendar import moments
from betaalhub.generate.copier import Copier
from betaalhub.generate.marks import MARKER
from betaalhub.generate.pictures import TABLES, Weighted, take_pictures
from betaalhub.generate.scratch import make_scratch
from betaalhub.generate.template import Template
from betaalhub.storage.database_fill import bulk_insert, cell_format, next_numbers, take_numbers, trust_rows
from betaalhub.storage.tables import (
    METADATA,
    BetaalopdrachtRow,
    KenmerkRow,
    PspAccountRow,
    WijzigingRow,
    WijzigingTellerRow,
    WinkelmandjeRow,
)

BATCH = 2_000  # winkelmandjes per transaction
_FEEDS = select(WijzigingTellerRow.zender_id, WijzigingTellerRow.laatste)
_FEWER = 0.94  # winkelmandjes per betaalopdracht, or a little less


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: so many betaalopdrachten more (a few above it: a winkelmandje is never cut), from this day until now.

    `tables`: only rows of these (None: all); a register that lacks some of them is not whole.
    """

    aantal: int
    first: date
    now: datetime
    seed: int
    portal_url: str
    tables: frozenset[str] | None = None


class Chooser:
    """Draws a template that a register may hold at an age."""

    def __init__(self, pictures: Sequence[Weighted], rng: random.Random) -> None:
        """The pictures in any order."""
        self._pictures, self._rng = pictures, rng
        self._bounds = sorted({bound for one in pictures for bound in (one.youngest, one.oldest)})
        self._pool = cache(self._find_pool)

    def __call__(self, age: timedelta, *, alone: bool = False) -> Template:
        """One that fits; `alone`: one betaalopdracht in its winkelmandje."""
        templates, weights = self._pool(bisect_right(self._bounds, age), alone)
        return self._rng.choices(templates, cum_weights=weights)[0]

    def _find_pool(self, place: int, alone: bool) -> tuple[list[Template], list[float]]:
        """What fits between two bounds; the youngest picture of all where nothing is so young."""
        bound = self._bounds[max(0, place - 1)]
        fit = [one for one in self._pictures if one.youngest <= bound < one.oldest]
        fit = [one for one in fit if not alone or one.template.opdrachten == 1]
        fit = fit or [min(self._pictures, key=lambda one: one.youngest)]
        return [one.template for one in fit], list(accumulate(one.weight for one in fit))


def generated_before(engine: Engine) -> int:
    """How many betaalopdrachten were generated. ConfigurationError: there are others, or an account of production."""
    with engine.connect() as connection:
        _refuse_real(connection, since=0)
        return connection.scalar(select(func.count()).select_from(BetaalopdrachtRow)) or 0


def _refuse_real(connection: Connection, *, since: int) -> None:
    """ConfigurationError when there is an account of production, or a betaalopdracht from this number on that is real."""
    production = connection.scalar(select(func.count()).where(PspAccountRow.productie.is_(True)))
    if production:
        raise ConfigurationError(
            "Dit register heeft een PSP-account van productie; betaalhub generate vult alleen een register om te proberen."
        )
    row = BetaalopdrachtRow
    real = select(row.kenmerk).where(row.id >= since, row.inhoud_hash != MARKER).limit(1)
    if connection.scalar(real) is not None:
        raise ConfigurationError(
            "Dit register heeft betaalopdrachten die niet verzonnen zijn; neem een leeg register "
            "(BETAALHUB_DATABASE_URL) en laad daar uw catalogus in."
        )


def make_pictures(
    engine: Engine, wish: Wish, *, told: Callable[[int, int], object] = lambda done, of: None
) -> list[Weighted]:
    """Tell every story for this register's catalogue; `told` hears how many are told, and of how many.

    ConfigurationError as in `generated_before`, and when nobody in the catalogue can sell anything.
    """
    rng = random.Random(f"{wish.seed}:{generated_before(engine)}")
    with make_scratch(engine, now=wish.now, portal_url=wish.portal_url, rng=rng) as scratch:
        return take_pictures(scratch, fmt=cell_format(engine), told=told)


def fill(
    engine: Engine, wish: Wish, pictures: Sequence[Weighted], *, done: Callable[[int], object] = lambda many: None
) -> Mapping[str, int]:
    """Add what is asked; gives how many betaalopdrachten of each kind. `done` hears how many are stored.

    ConfigurationError as in `generated_before`. Nobody else may write meanwhile.
    """
    before = generated_before(engine)
    rng = random.Random(f"{wish.seed}:{before}")
    with engine.connect() as connection:
        copier = Copier(
            fmt=cell_format(engine),
            rng=rng,
            now=wish.now,
            numbers=next_numbers(connection),
            feed={row.zender_id: row.laatste for row in connection.execute(_FEEDS)},
            kenmerken=connection.scalar(select(func.count()).select_from(KenmerkRow)) or 0,
            opdrachten=before,
            wanted=wish.tables or frozenset(table.name for table in TABLES),
        )
    opdrachten = BetaalopdrachtRow.__tablename__
    fresh = copier.numbers[opdrachten]
    for template, moment in _plan(copier, Chooser(pictures, rng), wish, upto=before + wish.aantal):
        copier.copy(template, moment)
        if len(copier.rows[WinkelmandjeRow.__tablename__]) >= BATCH:
            _store(engine, copier, fresh)
            fresh = copier.numbers[opdrachten]
            done(copier.opdrachten - before)
    _store(engine, copier, fresh)
    done(copier.opdrachten - before)
    return copier.counted


def _plan(copier: Copier, choose: Chooser, wish: Wish, *, upto: int) -> Iterator[tuple[Template, datetime]]:
    """What is copied and when it began, in order of time; at the end some that stand alone, so that the count is exact."""
    mandjes = int(wish.aantal * _FEWER)
    for moment in moments(copier.rng, mandjes, first=wish.first, now=wish.now):
        template = choose(wish.now - moment)
        if copier.opdrachten + template.opdrachten <= upto:
            yield template, moment
    for moment in moments(copier.rng, upto - copier.opdrachten, first=wish.first, now=wish.now):
        yield choose(wish.now - moment, alone=True), moment


def _store(engine: Engine, copier: Copier, fresh: int) -> None:
    """Everything that was gathered, in one transaction; nothing of it when the hub made a betaalopdracht meanwhile, which has
    a number from `fresh` on, the first of this batch."""
    with engine.begin() as connection:
        trust_rows(connection)
        take_numbers(connection, copier.numbers)
        _refuse_real(connection, since=fresh)
        for table in METADATA.sorted_tables:
            bulk_insert(connection, table, copier.rows[table.name])
        if WijzigingRow.__tablename__ in copier.wanted:
            _store_feed(connection, copier.feed)
    copier.rows.clear()


def _store_feed(connection: Connection, feed: Mapping[int, int]) -> None:
    """The last number of every zender."""
    known = set(connection.scalars(select(WijzigingTellerRow.zender_id)))
    for zender_id, laatste in feed.items():
        if zender_id in known:
            mine = update(WijzigingTellerRow).where(WijzigingTellerRow.zender_id == zender_id)
            connection.execute(mine.values(laatste=laatste))
        else:
            connection.execute(insert(WijzigingTellerRow).values(zender_id=zender_id, laatste=laatste))
