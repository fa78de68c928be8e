"""A register that is filled with invented betaalopdrachten is as whole as one that the hub filled itself."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.kenmerk import is_kenmerk
from betaalhub.errors import ConfigurationError
from betaalhub.generate.fill import Wish, make_pictures
from betaalhub.generate.stories import SHARES
from betaalhub.storage.database import make_engine
from betaalhub.storage.tables import (
    AntwoordRow,
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    JournaalpostRow,
    KenmerkRow,
    OutboxRow,
    ProductregelRow,
    PspAccountRow,
    TerugbetalingRow,
    UitvalRow,
    WinkelmandjeRow,
    ZenderRow,
)
from tests.flows.town import Town, make_town, rapport
from tests.generate.filled import check_whole, filled


def test_everything_in_it_agrees_and_the_hub_goes_on_where_it_ended(town: Town) -> None:
    counted = filled(town, 400)
    assert sum(counted.values()) == 400 == len(town.all(BetaalopdrachtRow))
    check_whole(town)
    assert sum(filled(town, 100).values()) == 100
    antwoord, betaling = town.started()
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(PogingStatus.APPROVED, at=town.clock()))
    assert town.opdracht(antwoord).status == "BETAALD"
    check_whole(town)


def test_every_kind_of_end_comes_and_most_are_simply_paid(small_town: Town) -> None:
    counted = Counter(filled(small_town, 4_000))
    rare = {"in_betaling"}  # only of the last minutes
    assert set(counted) >= {kind for kind, share in SHARES.items() if share >= 0.5} - rare
    assert counted["betaald"] > 2_400
    assert {row.soort for row in small_town.all(UitvalRow)} >= {"TERUGBOEKING", "NIET_LEVERBAAR"}


def test_what_is_given_back_is_given_back(small_town: Town) -> None:
    """Approved, at the PSP, and done: the worker that goes on finds none that waits too long for a decision."""
    filled(small_town, 4_000)
    assert {row.status for row in small_town.all(BetaalopdrachtRow)} >= {"TERUGBETAALD", "DEELS_TERUGBETAALD"}
    assert {row.status for row in small_town.all(TerugbetalingRow)} == {"VOLTOOID"}


def test_nothing_in_it_is_of_the_future_but_work_that_waits(small_town: Town) -> None:
    filled(small_town, 500)
    now = small_town.clock()
    for row_class in (WinkelmandjeRow, BetaalopdrachtRow, BetalingRow, JournaalpostRow):
        assert all(row.aangemaakt_op <= now for row in small_town.all(row_class))
    assert all(row.tijdstip <= now for row in small_town.all(GebeurtenisRow))
    assert all(row.due_at > now for row in small_town.all(OutboxRow) if row.state == "R")
    opdrachten = {row.id: row for row in small_town.all(BetaalopdrachtRow)}
    assert all(row.vervalt_op > now for row in opdrachten.values() if row.status == "OPEN")


def test_kenmerken_are_good_ones_and_nothing_of_a_template_is_left(small_town: Town) -> None:
    filled(small_town, 300)
    assert all(is_kenmerk(row.kenmerk) for row in small_town.all(KenmerkRow))
    by_kenmerk = {row.kenmerk: row for row in small_town.all(BetaalopdrachtRow)}
    for row in small_town.all(AntwoordRow):
        inhoud = json.loads(row.inhoud)
        assert inhoud["betaalkenmerk"] in by_kenmerk
        if "betaal_url" in inhoud:
            assert inhoud["betaal_url"].endswith(by_kenmerk[inhoud["betaalkenmerk"]].token)
    everything = [
        repr(vars(row))
        for row_class in (BetaalopdrachtRow, ProductregelRow, BetalingRow, AntwoordRow, GebeurtenisRow, UitvalRow)
        for row in small_town.all(row_class)
    ]
    assert not [text for text in everything if "sjabloon" in text.lower()]


def test_the_same_seed_gives_the_same_register(small_town: Town, sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.sqlite3")
    other = make_town(make_engine(f"sqlite:///{tmp_path}/other.sqlite3"))
    assert filled(small_town, 200, seed=7) == filled(other, 200, seed=7)

    def shown(one: Town) -> list[tuple[object, ...]]:
        rows = one.all(BetaalopdrachtRow)
        return [(row.kenmerk, row.betaler_naam, row.totaal_cent, row.status, row.aangemaakt_op) for row in rows]

    assert shown(small_town) == shown(other)
    other.engine.dispose()


def test_it_never_stands_beside_real_ones(small_town: Town) -> None:
    small_town.offers()
    with pytest.raises(ConfigurationError, match="niet verzonnen"):
        filled(small_town, 10)


def test_a_real_one_that_comes_while_it_fills_stops_it_and_nothing_more_is_stored(small_town: Town) -> None:
    town = small_town
    stored: list[int] = []

    def citizen_comes(many: int) -> None:
        stored.append(many)
        if len(stored) == 1:
            town.offers()

    with pytest.raises(ConfigurationError, match="niet verzonnen"):
        filled(town, 5_000, done=citizen_comes)
    assert len(stored) == 1
    assert len(town.all(BetaalopdrachtRow)) == stored[0] + 1


def test_nothing_is_invented_where_an_account_of_production_is(small_town: Town) -> None:
    with small_town.hub.sessions.begin() as session:
        session.scalars(select(PspAccountRow)).one().productie = True
    with pytest.raises(ConfigurationError, match="productie"):
        filled(small_town, 10)


def test_a_catalogue_in_which_nobody_sells_is_told(small_town: Town) -> None:
    with small_town.hub.sessions.begin() as session:
        for zender in session.scalars(select(ZenderRow)):
            zender.actief = False
    now = small_town.clock()
    with pytest.raises(ConfigurationError, match="betaalhub init"):
        make_pictures(small_town.engine, Wish(1, now.date(), now, 1, "https://betalen.example"))
