"""Runs the register's tests through the real Oracle dialects on H2: `pytest -p tests.oracle.h2_plugin` (see h2_leg.py).

Of the tests that run on every database only the Oracle turn is left. What H2 can not stand in for is listed here, each with its
reason: what is refused there and taken by Oracle is expected to fail, and must.
"""

from __future__ import annotations

import pytest

from tests.oracle.h2_child import DRIVER

# A part of the test's name: why it can not succeed here, though nothing of it says that Oracle would refuse it.
FAILS = {
    "test_a_text_fits_by_its_characters_and_not_its_bytes": "H2 counts a sign outside the first 65536 as two",
    "test_a_row_that_somebody_holds_is_passed_over": "H2 2.1 has no SKIP LOCKED: it waits",
    "test_the_backlog_tells_who_waits_since_when": "H2 does not know what kind of value is bound inside a CASE",
    "test_a_database_is_told_with_its_version": "the stand-in says that it is H2, and no Oracle",
    "test_the_migrated_schema_is_the_schema_of_the_tables": "H2 has only the part of Oracle's dictionary that h2.py makes",
    "test_the_migrated_checks_have_the_names_of_the_tables": "H2 has only the part of Oracle's dictionary that h2.py makes",
}
# What it refuses only of some of the values that the test thinks up, so that it can not be asked to fail.
SKIPS = {
    "test_any_text_comes_back_and_is_found_by_itself": "H2 counts a sign outside the first 65536 as two",
}
# Of the first of FAILS: the tables that hold no free text, so that nothing is asked of H2.
NO_FREE_TEXT = frozenset(
    {
        "aansluiting_zender",
        "kenmerk",
        "terugbetaling_regel",
        "terugboeking_regel",
        "toewijzing",
        "wijziging",
        "wijziging_teller",
    }
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep Oracle's turn of each test, and mark what H2 can not do."""
    kept = [item for item in items if _is_oracles(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
    for item in items:
        turn = getattr(item, "callspec", None)
        if turn is not None and not NO_FREE_TEXT.isdisjoint(item.name.strip("]").split("-")):
            continue
        for name, why in FAILS.items():
            if item.name.startswith(name):
                item.add_marker(pytest.mark.xfail(reason=why, strict=True))
        for name, why in SKIPS.items():
            if item.name.startswith(name):
                item.add_marker(pytest.mark.skip(reason=why))


def _is_oracles(item: pytest.Item) -> bool:
    turn = getattr(item, "callspec", None)
    if item.path.parent.name == "oracle":
        return "on_oracle" in item.path.name
    return turn is not None and "oracle" in turn.params.values()


def pytest_report_header() -> str:
    """What this is, and what it is not."""
    return f"the Oracle dialect of {DRIVER} on H2 in Oracle mode: a stand-in, NOT Oracle (docs/oracle.md)"
