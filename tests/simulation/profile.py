"""What kind of day a seed has: which neighbours, which faults, who is busy; every day is a different mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.simulation.network import Faults

STEPS = (40, 100)


class PspKind(StrEnum):
    """What a PSP can do about a call that comes twice."""

    REFUSES = "REFUSES"  # a second create is refused, a second refund gives money back twice (as Docdata)
    REPEATS = "REPEATS"  # the same create or refund is done once, for a day (as Worldline)
    FINDS = "FINDS"  # as the first, and an order is found by our reference


@dataclass(frozen=True, slots=True)
class Profile:
    """Chances are in parts of a thousand."""

    steps: int
    kinds: tuple[PspKind, ...]  # of each PSP account
    crash: int
    interleave: int
    faults: Faults
    erp_refuses: int
    ontvanger_refuses: int
    notifications_lost: int
    differs: int  # amounts and currencies at the PSP
    joins_by_klant: bool
    busy: Mapping[str, int]  # per step: 0 to 3 times as often


def make_profile(seed: int, names: tuple[str, ...], essential: frozenset[str]) -> Profile:
    """The day of this seed; `names` are those of the steps, `essential` those that happen every day."""
    rng = Random(f"{seed}:profile")

    def some(*chances: int) -> int:
        return rng.choice(chances)

    faults = Faults(
        not_arrived=some(0, 0, 20, 100),
        lost_before=some(0, 0, 20, 100),
        lost_after=some(0, 0, 40, 150),
        lands_late=some(0, 0, 40, 150),
        refused=some(0, 0, 0, 30),
        lies=some(0, 0, 60, 300),
        slow=some(0, 100, 300),
    )
    return Profile(
        steps=rng.randint(*STEPS),
        kinds=tuple(rng.sample(list(PspKind), 2)),
        crash=some(0, 60, 200),
        interleave=some(0, 100, 300),
        faults=faults,
        erp_refuses=some(0, 0, 100),
        ontvanger_refuses=some(0, 0, 80),
        notifications_lost=some(0, 100, 500),
        differs=some(0, 0, 100, 300),
        joins_by_klant=rng.random() < 0.3,
        busy={name: some(1, 2) if name in essential else some(0, 1, 1, 2, 3) for name in names},
    )
