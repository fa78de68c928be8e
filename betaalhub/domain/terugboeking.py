"""Over what a terugboeking is spread: first what was received too much, then the productregels, never more than is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spreiding:
    """Where the cents of one terugboeking are taken from. `beyond` is what no part of the betaling has left."""

    surplus: int
    toewijzingen: Mapping[int, int]
    beyond: int


def allot_terugboeking(cents: int, *, surplus_left: int, left: Mapping[int, int], whole_left: int) -> Spreiding:
    """Spread `cents` over the surplus and then, in proportion to what each has left, over the toewijzingen (by id).

    `whole_left` is what the betaling has left in all: a betaling that was accepted with less holds less than its
    toewijzingen. Every part stays within what it has left.
    """
    within = min(cents, max(0, whole_left))
    surplus = min(within, max(0, surplus_left))
    regels = min(within - surplus, sum(left.values()))
    return Spreiding(surplus, _in_proportion(regels, left), cents - surplus - regels)


def _in_proportion(cents: int, left: Mapping[int, int]) -> dict[int, int]:
    """The running total rounded down at each step: each part gets its share, within a cent, and the last one the rest."""
    total, seen, given = sum(left.values()), 0, 0
    shares: dict[int, int] = {}
    for key in sorted(left):
        seen += left[key]
        until = cents * seen // total if total else 0
        if until > given:
            shares[key] = until - given
        given = until
    return shares
