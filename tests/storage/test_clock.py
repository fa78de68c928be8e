"""How far the clock of a node is from that of the register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage.database_clock import clock_difference


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(minutes=-3)])
def test_a_clock_that_is_minutes_off_is_told(sessions: sessionmaker[Session], ahead: timedelta) -> None:
    found = clock_difference(sessions, lambda: datetime.now(UTC) + ahead)
    if sessions.kw["bind"].dialect.name == "sqlite":
        assert found is None  # it is this machine's own
    else:
        assert found is not None
        assert abs(found - ahead) < timedelta(minutes=1)
