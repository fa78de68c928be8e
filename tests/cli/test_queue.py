"""What waits, for whom and since when: at a glance, and for a monitor."""

from __future__ import annotations

import json
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from betaalhub.storage import circuits
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.storage.tables import OutboxRow
from tests.cli.administrator import SECONDS, Administrator

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def waits(administrator: Administrator, ontvanger: str, *, state: str = "R", due: timedelta = -HOUR, **more) -> None:
    """Something waits for this receiver."""
    engine = make_engine(f"sqlite:///{administrator.directory}/register.sqlite3")
    with make_sessions(engine).begin() as session:
        number = session.query(OutboxRow).count() + 1
        values = {"soort": "STATUSBERICHT", "object_id": number, "ontvanger": ontvanger, "state": state, "due_at": NOW + due,
                  "attempts": 0, "gevraagd": 1, "tijdstip": NOW, **more}  # fmt: skip
        session.execute(insert(OutboxRow), [values])
    engine.dispose()


def is_spared(administrator: Administrator, ontvanger: str) -> None:
    engine = make_engine(f"sqlite:///{administrator.directory}/register.sqlite3")
    with make_sessions(engine).begin() as session:
        circuits.circuit_failure(session, ontvanger, now=NOW)
        circuits.circuit_open(session, ontvanger, until=NOW + HOUR)
    engine.dispose()


def test_nothing_waits(administrator: Administrator) -> None:
    assert administrator.types("queue").splitlines()[1:] == ["  Er wacht niets."]


def test_each_receiver_has_its_line(administrator: Administrator) -> None:
    for _ in range(2):
        waits(administrator, "zender:parkeren", attempts=2)
    waits(administrator, "zender:parkeren", due=HOUR)
    waits(administrator, "hub", soort="VERVAL", state="L")
    waits(administrator, "zender:parkeren", state="X")
    is_spared(administrator, "zender:parkeren")
    _, heading, hub, parkeren = administrator.types("queue").splitlines()
    assert heading.split() == ["ontvanger", "soort", "wacht", "nu", "oudste", "bezig", "geprobeerd", "dood"]
    assert hub.split() == ["hub", "VERVAL", "0", "0", "-", "1", "0", "0", "1", "te", "lang", "bezig"]
    assert re.match(r"  zender:parkeren +STATUSBERICHT +3 +2  1 u \d+ min +0 +2 +1  gespaard tot ", parkeren)


def test_a_monitor_reads_it(administrator: Administrator) -> None:
    waits(administrator, "zender:parkeren")
    is_spared(administrator, "psp:psp")
    told = json.loads(administrator.types("queue", "--json"))
    (werk,), (storing,) = told["werk"], told["storingen"]
    assert (werk["ontvanger"], werk["wacht"], werk["nu"], werk["dood"]) == ("zender:parkeren", 1, 1, 0)
    assert 3600 <= werk["seconden_over_tijd"] < 7200
    assert (storing["ontvanger"], storing["gespaard_tot"][:4]) == ("psp:psp", str((NOW + HOUR).year))
    assert told["klok_verschil_seconden"] is None


@pytest.mark.parametrize(("state", "minutes", "code"), [("R", 59, 1), ("R", 90, 0), ("X", 90, 1), ("L", 0, 0)])
def test_the_alarm_goes_when_work_is_late_or_dead(
    administrator: Administrator, state: str, minutes: int, code: int
) -> None:
    waits(administrator, "zender:parkeren", state=state)
    administrator.types("queue", "--alarm", str(minutes), code=code)


def test_it_follows_until_it_is_stopped(administrator: Administrator) -> None:
    waits(administrator, "zender:parkeren")
    process = administrator.starts("queue", "--volg", "--json")
    assert process.stdout is not None
    seen = [json.loads(process.stdout.readline())["werk"][0]["ontvanger"] for _ in range(2)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)
    assert (seen, process.returncode) == (["zender:parkeren"] * 2, 130)


@pytest.mark.parametrize("number", ["0", "65", "veel"])
def test_the_number_of_threads_of_a_worker_must_be_possible(administrator: Administrator, number: str) -> None:
    said = administrator.types("worker", "--concurrency", number, code=2)
    assert said.startswith("Fout: --concurrency: geef een heel getal")


def test_a_worker_takes_the_number_that_was_asked_and_stops_when_told(
    administrator: Administrator, tmp_path: Path
) -> None:
    process = administrator.starts("worker", "--concurrency", "2")
    assert process.stderr is not None
    said = process.stderr.readline()
    while said and "worker_started" not in said:
        said = process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=SECONDS)[1]
    assert "concurrency" in said
    assert "2" in said
    assert "worker_stopped" in rest
    assert process.returncode == 0
