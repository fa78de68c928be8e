"""What the real cases share: how a case stands at its end, and how things happen at the PSP behind the hub's back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from betaalhub.storage.tables import GebeurtenisRow, TerugbetalingRow
from tests.journeys.burger import Burger
from tests.journeys.stad import Opdracht, Stad

_CALLS = ("create", "status", "cancel", "refund")


@dataclass(frozen=True, slots=True)
class Einde:
    """How a betaalopdracht stands: its status, Leverbaar, cents received, how often it was booked, and what waits for a person."""

    status: str
    leverbaar: bool
    ontvangen: int
    geboekt: int
    uitval: tuple[str, ...] = ()


def einde(stad: Stad, opdracht: Opdracht) -> Einde:
    """The end of a betaalopdracht; its product system was told exactly this, or nothing when it is as it was offered."""
    stand = stad.stand(opdracht)
    told = stad.told(opdracht)
    assert not told or told[-1] == (stand.Versie, stand.Status, stand.Leverbaar), told
    waits = tuple(sorted(row.soort for row in stad.uitval()))
    return Einde(stand.Status, stand.Leverbaar, stand.OntvangenInCenten, len(stad.booked(opdracht)), waits)


def betaald(cents: int) -> Einde:
    """Paid once, booked once, nothing waits."""
    return Einde("BETAALD", True, cents, 1)


def order_made(stad: Stad, code: str = "EVENEMENT", **scenario: object) -> tuple[Opdracht, Burger]:
    """A betaalopdracht of which the citizen stands at the PSP; the PSP plays `scenario` for it."""
    opdracht = stad.offers(code)
    if scenario:
        stad.psp("scenario", **{"notification": "withhold", **scenario})
    return opdracht, stad.burger(opdracht).presses_pay()


def happens(stad: Stad, opdracht: Opdracht, event: str, *, attempt: int = 1, told: bool = True, **more: object) -> None:
    """Something happens at the PSP; it notifies the hub unless it is silent, and the worker does what follows."""
    reference = stad.reference(opdracht, attempt)
    stad.psp(f"orders/{reference}/event", event=event, **more)
    if told:
        stad.psp(f"orders/{reference}/notify")
        stad.work()


def approves(stad: Stad) -> None:
    """A second person approves every terugbetaling that waits for one."""
    for row in stad.rows(TerugbetalingRow):
        if row.status == "AANGEVRAAGD":
            stad.administrator("terugbetaling", "keur-goed", row.nummer, "--door", "A. Bakker")


def at_once(*calls: Callable[[], object]) -> None:
    """All of these at the same moment; what one raises is raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            call()
        except BaseException as failure:  # raised below, in the thread of the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure


def times_paid(stad: Stad) -> int:
    """How often a betaling became BETAALD, in the history."""
    rows = stad.rows(GebeurtenisRow)
    return sum(row.onderwerp == "BETALING" and row.naar == "BETAALD" for row in rows)


def calls(stad: Stad) -> list[str]:
    """What the hub asked of the PSP, in order: create, status, cancel, refund; also when there was no right answer.

    A misstep in answering stands beside what was done: in the place of it only when nothing was done.
    """
    told = [one["what"].split(": ") for one in stad.happenings()]
    beside = ("storing delay", "_after")
    return [words[0] for words in told if words[0] in _CALLS and not any(one in words[1] for one in beside)]
