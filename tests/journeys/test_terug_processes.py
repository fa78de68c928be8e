"""Several administrators at their own terminals, and several workers, on one register: never more than there is, and each once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from betaalhub.storage.tables import TerugbetalingRow, ToewijzingRow
from tests.cli.administrator import Administrator
from tests.journeys.crash_launcher import run_worker
from tests.journeys.crash_scene import Scene
from tests.journeys.stad import Opdracht, Stad
from tests.journeys.test_writing_processes import on_postgres
from tests.storage.conftest import administrators, postgres_server, postgresql_url  # noqa: F401  the storage's server

WAIT = 120


@pytest.fixture(params=["sqlite", "postgresql"])
def scene_on(request: pytest.FixtureRequest, scene: Scene) -> Iterator[Scene]:
    """A town of processes on each database."""
    if request.param == "postgresql":
        scene.stad = on_postgres(scene, request.getfixturevalue("postgresql_url"))
    yield scene
    scene.close()


def paid(scene: Scene) -> Opdracht:
    """A permit that was paid at the PSP."""
    stad = scene.stad
    scene.serve()
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    assert scene.work() is None
    assert stad.status(opdracht) == "BETAALD"
    return opdracht


def at_once(stad: Stad, directory: Path, *commands: list[str]) -> list[str]:
    """Each command in a process of its own, all at the same moment; what each printed."""
    desk = Administrator(directory, dict(stad.env))
    processes: list[subprocess.Popen[str]] = [desk.starts("terugbetaling", *command) for command in commands]
    return ["".join(process.communicate(timeout=WAIT)) for process in processes]


def test_administrators_and_workers_in_their_own_processes(scene_on: Scene, tmp_path: Path) -> None:
    scene, stad = scene_on, scene_on.stad
    opdracht = paid(scene)
    why = ["--reden", "Te veel"]
    ask = ["vraag-aan", opdracht.betaalkenmerk, "--regel", "1=60,00", *why]
    said = at_once(stad, tmp_path, *([*ask, "--door", f"Vrager {n}"] for n in range(4)))
    assert sum("AANGEVRAAGD" in one for one in said) == 3
    assert sum("Dit is meer dan er van deze productregel nog over is." in one for one in said) == 1
    (toewijzing,) = stad.rows(ToewijzingRow)
    assert toewijzing.gereserveerd_cent == 18_000

    numbers = [row.nummer for row in stad.rows(TerugbetalingRow)]
    decisions = [["keur-goed", nummer, "--door", f"Baas {n}"] for nummer in numbers[:2] for n in range(2)]
    said = at_once(stad, tmp_path, *decisions)
    assert sum("Over deze terugbetaling is al beslist" in one for one in said) == 2
    stad.administrator("terugbetaling", "keur-goed", numbers[2], "--door", "Baas 2")

    for _ in range(2):
        scene.launch(run_worker)
    assert scene.work() is None
    (order,) = stad.orders()
    refunds = [one for payment in order["payments"] for one in payment["refunds"]]
    assert sorted(one["name"] for one in refunds) == sorted(numbers)
    assert sum(one["amount"] for one in refunds) == 18_000
    assert {row.status for row in stad.rows(TerugbetalingRow)} <= {"INGEDIEND", "VOLTOOID"}
    stad.check()
