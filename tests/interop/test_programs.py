"""The clients of `make interop` that need nothing but Python: judged as there, on a hub under gunicorn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.clients import CLIENTS, Client
from tests.interop.hub import Served, running_hub
from tests.interop.judge import COLUMNS
from tests.interop.run import Leg

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running_hub(tmp_path_factory.mktemp("hub")) as served:
        yield served


@pytest.mark.parametrize("client", CLIENTS[:2], ids=lambda client: client.title)
def test_a_client_does_everything_that_is_asked_of_it(client: Client, hub: Served, tmp_path: Path) -> None:
    (row,) = Leg(hub, tmp_path, minutes=2).rows(client)
    assert row.cells == dict.fromkeys(COLUMNS, "")
    assert row.obligatory
    assert row.version


def test_when_time_is_up_the_rest_is_skipped(hub: Served, tmp_path: Path) -> None:
    rows = list(Leg(hub, tmp_path, minutes=0).rows(CLIENTS[2]))
    assert [(row.soap, row.skipped) for row in rows] == [("1.1", "no time left"), ("1.2", "no time left")]


def test_every_client_has_its_folder_and_every_folder_its_client() -> None:
    folders = {path.parent.name for path in HERE.glob("*/run.sh")}
    assert folders == {client.folder for client in CLIENTS}
