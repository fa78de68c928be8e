"""A few seeds of the simulation in every run of the tests; `make simulate` runs many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.register import Registers, room
from tests.simulation.sabotage import MUTATIONS, TOP
from tests.simulation.simulate import Result, simulate
from tests.simulation.story import tell


@pytest.fixture(scope="module")
def registers() -> Iterator[Registers]:
    with room() as folder:
        yield Registers(folder)


def played(registers: Registers, seed: int, **how: Any) -> Result:
    with registers.fresh() as engine:
        return simulate(seed, engine, **how)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_register_and_the_money_agree(registers: Registers, seed: int) -> None:
    result = played(registers, seed)
    assert result.broken is None, tell(result)


def test_the_same_seed_is_the_same_story(registers: Registers) -> None:
    once, again = played(registers, 7, steps=25), played(registers, 7, steps=25)
    assert once.story == again.story
    assert once.died == again.died


def test_a_step_that_is_left_out_leaves_the_dice_of_the_others(registers: Registers) -> None:
    whole, part = played(registers, 8, steps=9), played(registers, 8, steps=9, only=(1, 2, 3, 4, 9))
    assert part.story[:4] == whole.story[:4]
    assert len(part.story) == len(whole.story) - 4


def test_every_rule_that_sabotage_breaks_is_still_where_it_says() -> None:
    texts = {one: (TOP / "betaalhub" / one.file).read_text(encoding="utf-8") for one in MUTATIONS}
    assert [one.rule for one, text in texts.items() if text.count(one.old) != 1] == []
