"""How many statements each writing operation sends to the register, for a betaalopdracht with one productregel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from tests.flows.test_writing import asks_back, cannot_deliver, registers, revokes, withdraws
from tests.flows.town import Town

# The most that it may take; docs/decisions/0012 tells them.
MOST = {"withdraw": 24, "register": 43, "ask back": 31, "tell": 25, "revoke": 45}


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def statements(town: Town, work: Callable[[], Any]) -> int:
    """What goes to the database, BEGIN, COMMIT and savepoints left out."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            seen.append(statement)

    engine = town.hub.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_every_writing_operation_is_a_few_dozen_statements(town: Town) -> None:
    first, second, third = town.offers(), town.offers(), town.offers()
    made = registers(town, second)
    found = {
        "withdraw": statements(town, lambda: withdraws(town, first)),
        "register": statements(town, lambda: registers(town, third)),
        "ask back": statements(town, lambda: asks_back(town, third, 100)),
        "tell": statements(town, lambda: cannot_deliver(town, third)),
        "revoke": statements(town, lambda: revokes(town, made)),
    }
    assert not {name: count for name, count in found.items() if count > MOST[name]}, found
