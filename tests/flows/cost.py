"""What a piece of work costs the register: statements, savepoints, and how often the hub waits for an answer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_WORK = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Cost:
    """`statements`: those that read or write. `trips`: round trips to PostgreSQL, with BEGIN, SAVEPOINT and COMMIT; None
    where there is no server. Not counted: what a connection does once (to connect, to prepare a statement), and the ping of
    one that rested."""

    statements: list[str] = field(default_factory=list)
    savepoints: int = 0
    trips: int | None = None

    def __str__(self) -> str:
        return f"{len(self.statements)} statements, {self.savepoints} savepoints, {self.trips} round trips"


def cost_of(engine: Engine, work: Callable[[], Any]) -> Cost:
    """Do this work on an engine that does nothing else meanwhile."""
    cost = Cost()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(maxsplit=1)[0] in _WORK:
            cost.statements.append(statement)

    def saved(*_: Any) -> None:
        cost.savepoints += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "savepoint", saved)
    with _traced(engine) as trace:
        work()
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "savepoint", saved)
    if engine.dialect.name == "postgresql":
        cost.trips = _turns(trace)
    return cost


@contextmanager
def _traced(engine: Engine) -> Iterator[list[str]]:
    """What libpq says and hears, in the order in which it does: one list of its own lines per connection."""
    found: list[str] = []
    if engine.dialect.name != "postgresql":
        yield found
        return
    with tempfile.TemporaryFile("r") as file:

        def out(connection: Any, *_: Any) -> None:
            connection.pgconn.trace(file.fileno())

        def back(connection: Any, *_: Any) -> None:
            connection.pgconn.untrace()

        event.listen(engine, "checkout", out)
        event.listen(engine, "checkin", back)
        yield found
        event.remove(engine, "checkout", out)
        event.remove(engine, "checkin", back)
        file.seek(0)
        found += file.read().splitlines()


def _turns(lines: list[str]) -> int:
    """How often the hub said something after it had heard an answer: what it says in one turn, however many messages, it says
    without waiting. A line is time, F(rontend) or B(ackend), length, message. A turn that only prepares a statement comes
    once in the life of a connection, and does not count."""
    turns: list[list[str]] = []
    before = "B"
    for line in lines:
        parts = line.split("\t")
        if len(parts) < 4 or parts[1] not in ("F", "B"):
            continue  # a statement of several lines goes on
        if parts[1] == "F" and before == "B":
            turns.append([])
        if parts[1] == "F":
            turns[-1].append(parts[3].split()[0])
        before = parts[1]
    return sum("Execute" in turn or "Query" in turn for turn in turns)
