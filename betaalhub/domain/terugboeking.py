"""Over what a terugboeking is spread: first what was received too much, then the productregels, never more than is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from betaalhub.domain.verdeling import spread


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
    regels = min(within - min(within, max(0, surplus_left)), sum(left.values()))
    surplus = within - regels  # with what was accepted above the amount of the betaling
    shares = zip(sorted(left), spread(regels, [left[key] for key in sorted(left)]), strict=True)
    return Spreiding(surplus, {key: share for key, share in shares if share}, cents - surplus - regels)
