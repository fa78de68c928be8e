"""Proves a register whole: runs every check over all of it, in one unmoving view, and says what does not hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.flows import (
    verify_boeking,
    verify_feed,
    verify_geld,
    verify_opdracht,
    verify_verhaal,
    verify_verwijzing,
    verify_werk,
)
from betaalhub.flows.verify_check import Check, Mismatch, bounds, spans
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, GebeurtenisRow, JournaalpostRow, UitvalRow

FIRST = 10  # so many of each kind are told by name

CHECKS: tuple[Check, ...] = (
    *verify_verwijzing.CHECKS,
    *verify_opdracht.CHECKS,
    *verify_geld.CHECKS,
    *verify_boeking.CHECKS,
    *verify_verhaal.CHECKS,
    *verify_feed.CHECKS,
    *verify_werk.CHECKS,
)
CODES = tuple(dict.fromkeys(check.code for check in CHECKS))
_COUNTED = (BetaalopdrachtRow, BetalingRow, JournaalpostRow, GebeurtenisRow, UitvalRow)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one rule: how often it does not hold, and the first of those."""

    code: str
    sentence: str
    advice: str
    number: int
    first: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Every rule in order, and of how many rows it was asked."""

    judged: tuple[Judged, ...]
    rows: dict[str, int]

    @property
    def broken(self) -> tuple[Judged, ...]:
        """The rules that do not hold."""
        return tuple(one for one in self.judged if one.number)


def verify(
    session: Session, *, only: Collection[str] = (), progress: Callable[[int, int], None] = lambda done, of: None
) -> Report:
    """Run the checks with these codes, by default all of them, in the caller's view (a snapshot, so that nothing moves).

    Changes nothing. `progress` hears how many steps are done, and of how many. Memory stays flat: a check walks in spans, and
    of each code only the first mismatches are kept.
    """
    asked = [check for check in CHECKS if not only or check.code in only]
    found = {column: bounds(session, column) for column in dict.fromkeys(check.over for check in asked)}
    work = [(check, span) for check in asked for span in spans(check, found[check.over])]
    number: Counter[str] = Counter()
    first: dict[str, list[Mismatch]] = defaultdict(list)
    for done, (check, span) in enumerate(work, 1):
        for mismatch in check.look(session, span):
            number[check.code] += 1
            if len(first[check.code]) < FIRST:
                first[check.code].append(mismatch)
        progress(done, len(work))
    rules = {check.code: check for check in asked}
    judged = tuple(
        Judged(code, rule.sentence, rule.advice, number[code], tuple(first[code])) for code, rule in rules.items()
    )
    rows = {row.__tablename__: session.scalar(select(func.count()).select_from(row)) or 0 for row in _COUNTED}
    return Report(judged, rows)
