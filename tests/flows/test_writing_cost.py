"""What each use of the register costs is bounded: statements, savepoints and round trips (docs/benchmarks.md has the table)."""

from __future__ import annotations

from tests.flows.town import Town
from tests.flows.use_cases import costs

# Statements on a database without the one insert for all; on PostgreSQL; round trips there.
MOST: dict[str, tuple[int, int, int]] = {}


def test_no_use_of_the_register_costs_more_than_it_did(town: Town) -> None:
    found = costs(town)
    for name, cost in found.items():
        print(f"{name:42} {cost}")
    server = town.engine.dialect.name == "postgresql"
    over = {
        name: str(cost)
        for name, cost in found.items()
        if len(cost.statements) > MOST[name][server] or (cost.trips or 0) > MOST[name][2]
    }
    assert not over
    assert found.keys() == MOST.keys()
