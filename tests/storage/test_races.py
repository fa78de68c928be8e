"""Several processes want the same at the same moment: one effect, one answer, on every database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from betaalhub.storage.tables import (
    AntwoordRow,
    BetaalopdrachtRow,
    BetalingRow,
    KenmerkRow,
    WijzigingRow,
    WijzigingTellerRow,
)
from tests.flows.town import Town, make_town

TOP = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds after which racers that hang are ended
RACERS, ROUNDS = 3, 5
Race = Callable[[str], list[list[Any]]]


@pytest.fixture(scope="module")
def racers() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that know the hub already when a race begins."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, "-m", "tests.storage.racer"]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TOP, env=environment)
        for _ in range(RACERS)
    ]
    watchdogs = [threading.Timer(PATIENCE, one.kill) for one in started]
    for watchdog in watchdogs:
        watchdog.start()
    yield started
    for watchdog, one in zip(watchdogs, started, strict=True):
        watchdog.cancel()
        one.kill()
        one.communicate()


def tell(racer: subprocess.Popen[str], line: str) -> None:
    assert racer.stdin is not None
    racer.stdin.write(line + "\n")
    racer.stdin.flush()


def hear(racer: subprocess.Popen[str]) -> str:
    assert racer.stdout is not None
    return racer.stdout.readline().strip()


@pytest.fixture
def town(engine: Engine) -> Town:
    return make_town(engine)


@pytest.fixture
def race(racers: list[subprocess.Popen[str]], url: str, town: Town) -> Race:
    """Runs this race in every process at once; gives per round what each one got."""

    def run(name: str) -> list[list[Any]]:
        for me, racer in enumerate(racers):
            tell(racer, json.dumps({"url": url, "race": name, "me": me, "rounds": ROUNDS}))
        assert [hear(racer) for racer in racers] == ["ready"] * RACERS
        for racer in racers:
            tell(racer, "go")
        found = [json.loads(hear(racer)) for racer in racers]
        assert not [one for one in found if "error" in one]
        return [list(one) for one in zip(*found, strict=True)]

    return run


def test_the_same_message_at_once_gets_the_same_answer(town: Town, race: Race) -> None:
    for answers in race("same_message"):
        assert answers.count(answers[0]) == RACERS
    assert len(town.all(BetaalopdrachtRow)) == len(town.all(AntwoordRow)) == ROUNDS
    assert len(town.all(KenmerkRow)) == 2 * ROUNDS  # what the losers had taken was given back


def test_of_different_offers_under_one_kenmerk_one_is_taken(town: Town, race: Race) -> None:
    made = []
    for answers in race("same_kenmerk"):
        assert answers.count("KENMERK_BEZET") == RACERS - 1
        made += [one for one in answers if one != "KENMERK_BEZET"]
    assert sorted(row.kenmerk for row in town.all(BetaalopdrachtRow)) == sorted(made)
    assert len(town.all(AntwoordRow)) == ROUNDS  # a refusal is not kept


def test_of_several_who_pay_one_winkelmandje_one_betaling_lives(town: Town, race: Race) -> None:
    for _ in range(ROUNDS):
        town.offers()
    found = race("same_mandje")
    betalingen = town.all(BetalingRow)
    assert [row.volgnummer for row in betalingen] == [1] * ROUNDS
    assert {row.psp_referentie for row in betalingen} == {
        str(url).rpartition("/")[2] for answers in found for url in answers if url
    }


def test_writers_that_number_one_feed_leave_no_gap_and_no_double(town: Town, race: Race) -> None:
    made = sorted(kenmerk for answers in race("same_feed") for kenmerk in answers)
    kenmerken = {row.id: row.kenmerk for row in town.all(BetaalopdrachtRow)}
    feed = town.all(WijzigingRow)
    assert sorted(row.nummer for row in feed) == list(range(1, RACERS * ROUNDS + 1))
    assert sorted(kenmerken[row.betaalopdracht_id] for row in feed) == made
    assert [row.laatste for row in town.all(WijzigingTellerRow)] == [len(made)]
