"""The administrator of a town on several nodes: she approves every terugbetaling that a product system asked for."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling_besluit import decide
from betaalhub.storage.database import make_sessions, reading, with_retries
from betaalhub.storage.tables import TerugbetalingRow

_LOOK = 1.0  # seconds


class Desk:
    """One person with the register at hand."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = make_sessions(engine)

    def approves_until(self, stop: threading.Event) -> None:
        """Approve what waits, until told to stop; a register that is away is asked again."""
        while not stop.wait(_LOOK):
            try:
                self.approves()
            except DBAPIError:
                continue

    def approves(self) -> None:
        """Approve what waits."""
        waiting = select(TerugbetalingRow.nummer).where(TerugbetalingRow.status == TerugbetalingStatus.AANGEVRAAGD)
        with reading(self._sessions) as session:
            nummers = list(session.scalars(waiting))
        for nummer in nummers:
            door = Door("J. de Vries", datetime.now(UTC))
            with_retries(
                self._sessions, lambda session, one=nummer, who=door: decide(session, one, goedkeuren=True, door=who)
            )
