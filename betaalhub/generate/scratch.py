"""A scratch register with the target's own catalogue, and a hub on it whose neighbours are in memory and whose clock the story holds."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.operaties import Operatie
from betaalhub.domain.producten import Product, is_valid
from betaalhub.errors import ConfigurationError
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.catalogus import aanbod_of, boekingsleutel_for
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.generate.neighbours import MemoryErp, MemoryProductsysteem, MemoryPsp
from betaalhub.hub import Hub
from betaalhub.storage.database import make_sessions, reading
from betaalhub.storage.database_fill import scratch_engine
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalmethodeRow,
    BoekingsleutelRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
    Row,
    TerugkeerAdresRow,
    ZenderOperatieRow,
    ZenderProductRow,
    ZenderRow,
)

CONFIGURED: tuple[type[Row], ...] = (
    AdministratieRow,
    ZenderRow,
    ZenderProductRow,
    TerugkeerAdresRow,
    ProductgroepRow,
    ProductRow,
    BoekingsleutelRow,
    PspAccountRow,
    BetaalmethodeRow,
)
_NOBODY = 1  # the number of an aansluiting that proves nothing: no SOAP comes in here


@dataclass(frozen=True, slots=True)
class Seller:
    """A zender that can sell: what, and where the citizen goes back to. The first products are the common ones."""

    id: int
    code: str
    administratie_id: int
    terugkeer_url: str
    producten: tuple[Product, ...]


@dataclass(slots=True)
class Clock:
    """The time of the stories, in UTC: stands still until somebody moves it."""

    now: datetime

    def __call__(self) -> datetime:
        """Now."""
        return self.now


@dataclass(slots=True)
class Scratch:
    """Everything a story needs."""

    engine: Engine
    hub: Hub
    clock: Clock
    psp: MemoryPsp
    erp: MemoryErp
    sellers: tuple[Seller, ...]
    caller: Aanroeper
    rng: random.Random
    began: datetime
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))


@contextmanager
def make_scratch(target: Engine, *, now: datetime, portal_url: str, rng: random.Random) -> Iterator[Scratch]:
    """Copy the catalogue and put a hub on it. ConfigurationError: nobody in the catalogue can sell anything."""
    with TemporaryDirectory(prefix="betaalhub-generate-") as directory:
        engine = scratch_engine(Path(directory), keeps=frozenset(row.__tablename__ for row in CONFIGURED))
        try:
            sessions = make_sessions(engine)
            with reading(make_sessions(target)) as there, sessions.begin() as here:
                _copy(there, here)
            with reading(sessions) as session:
                accounts = list(session.scalars(select(PspAccountRow.code).where(PspAccountRow.actief.is_(True))))
                sellers = tuple(_sellers(session, now))
            if not sellers:
                raise ConfigurationError(
                    "De catalogus heeft geen actieve zender met een geldig product, een boekingsleutel en een terugkeeradres; "
                    "laad er eerst een: betaalhub init --catalogus MIJN.toml"
                )
            psp, erp, clock = MemoryPsp(), MemoryErp(), Clock(now)
            hub = _make_hub(engine, clock, psp, erp, accounts=accounts, portal_url=portal_url)
            caller = Aanroeper(_NOBODY, "generator", frozenset(one.code for one in sellers))
            yield Scratch(engine, hub, clock, psp, erp, sellers, caller, rng, now)
        finally:
            engine.dispose()


def _copy(there: Session, here: Session) -> None:
    """The catalogue under its own numbers; every zender may ask everything here."""
    for row_class in CONFIGURED:
        rows = [dict(row) for row in there.execute(select(*row_class.__table__.columns)).mappings()]
        if rows:
            here.execute(insert(row_class), rows)
    zenders = there.scalars(select(ZenderRow.id)).all()
    rights = [{"zender_id": one, "operatie": operatie} for one in zenders for operatie in Operatie]
    if rights:
        here.execute(insert(ZenderOperatieRow), rights)


def _sellers(session: Session, now: datetime) -> Iterator[Seller]:
    on = boekdatum(now)
    for row in session.scalars(select(ZenderRow).where(ZenderRow.actief.is_(True)).order_by(ZenderRow.id)):
        codes = session.scalars(select(ZenderProductRow.productcode).where(ZenderProductRow.zender_id == row.id)).all()
        aanbod = aanbod_of(session, row.code, codes, on)
        sold = tuple(
            product
            for product in aanbod.producten.values()
            if is_valid(product, on) and boekingsleutel_for(session, row.administratie_id, product.code, on)
        )
        if aanbod.terugkeer_adressen and sold:
            yield Seller(row.id, row.code, row.administratie_id, min(aanbod.terugkeer_adressen), sold)


def _make_hub(
    engine: Engine, clock: Clock, psp: MemoryPsp, erp: MemoryErp, *, accounts: list[str], portal_url: str
) -> Hub:
    """A hub whose random values are recognised in everything that is stored."""
    tokens, numbers, draws = itertools.count(1), itertools.count(1), random.Random(0)
    productsysteem = MemoryProductsysteem()
    return Hub(
        sessions=make_sessions(engine),
        psps=dict.fromkeys(accounts, psp),
        erp=erp,
        productsysteem=lambda _: productsysteem,
        clock=clock,
        keys=Keys(
            draw=draws.randrange,
            token=lambda: f"sjabloontoken{next(tokens):030d}",
            number=lambda: f"SJABLOONNUMMER{next(numbers):012d}",
        ),
        limits=Limits(),
        portaal=Portaal(portal_url, "signs nothing that anybody ever sees"),
        soap_url=f"{portal_url}/soap/v1",
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
    )
