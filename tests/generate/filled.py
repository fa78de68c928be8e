"""A town whose register is filled, and what a look at every row of it finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from betaalhub.generate.fill import Weighted, Wish, fill, make_pictures
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetaalopdrachtRow, BoekingsregelRow, JournaalpostRow
from tests.flows.town import Town
from tests.journeys.invariants import check_register

_TOLD: dict[str, list[Weighted]] = {}  # the pictures of the demo catalogue, per kind of database


def filled(
    town: Town, aantal: int, *, days: int = 300, seed: int = 1, done: Callable[[int], object] = lambda many: None
) -> Mapping[str, int]:
    """Add so many betaalopdrachten, of the last days; how many of each kind. `done` hears how many are stored."""
    now = town.clock()
    wish = Wish(aantal, (now - timedelta(days=days)).date(), now, seed, "https://betalen.example")
    kind = town.engine.dialect.name
    if kind not in _TOLD:
        _TOLD[kind] = make_pictures(town.engine, wish)
    return fill(town.engine, wish, _TOLD[kind], done=done)


def check_whole(town: Town) -> None:
    """The register agrees with itself; what the neighbours would list is taken from it."""
    with reading(town.hub.sessions) as session:
        lines: defaultdict[int, list[Any]] = defaultdict(list)
        for line in session.scalars(select(BoekingsregelRow).order_by(BoekingsregelRow.id)):
            lines[line.journaalpost_id].append({"debet_cent": line.debet_cent, "credit_cent": line.credit_cent})
        booked = [
            {
                "journaalpostnummer": post.nummer,
                "boekstuknummer": post.boekstuknummer,
                "regels": lines[post.id],
            }
            for post in session.scalars(select(JournaalpostRow))
        ]
        told = [
            {
                "betaalkenmerk": row.kenmerk,
                "versie": row.versie_bevestigd,
                "status": row.status,
                "leverbaar": row.leverbaar,
                "ontvangen_cent": row.ontvangen_cent,
            }
            for row in session.scalars(select(BetaalopdrachtRow).where(BetaalopdrachtRow.versie_bevestigd > 0))
        ]
        check_register(session, erp={"journaalposten": booked}, productsysteem={"standen": told, "berichten": []})
