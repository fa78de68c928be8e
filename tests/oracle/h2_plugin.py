"""Runs the register's tests through the real Oracle dialects on H2: `pytest -p tests.oracle.h2_plugin` (see h2_leg.py).

Of the tests that run on every database only the Oracle turn is left. What H2 can not stand in for is listed here, each with its
reason: what is refused there and taken by Oracle is expected to fail, and must; what would wait for ever is left out.
"""

from __future__ import annotations

import pytest

from tests.oracle.h2_child import DRIVER

# A part of the test's name: why it can not succeed here, though nothing of it says that Oracle would refuse it.
FAILS: dict[str, str] = {}
# A part of the test's name: why it is not even tried.
LEFT_OUT: dict[str, str] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep Oracle's turn of each test, and mark what H2 can not do."""
    kept = [item for item in items if _is_oracles(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
    for item in items:
        for part, why in LEFT_OUT.items():
            if part in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=why))
        for part, why in FAILS.items():
            if part in item.nodeid:
                item.add_marker(pytest.mark.xfail(reason=why, strict=True))


def _is_oracles(item: pytest.Item) -> bool:
    turn = getattr(item, "callspec", None)
    if item.path.parent.name == "oracle":
        return "on_oracle" in item.path.name
    return turn is not None and "oracle" in turn.params.values()


def pytest_report_header() -> str:
    """What this is, and what it is not."""
    return f"the Oracle dialect of {DRIVER} on H2 in Oracle mode: a stand-in, NOT Oracle (docs/oracle.md)"
