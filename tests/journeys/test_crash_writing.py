"""kill -9 of the hub around the one commit of each writing operation: repeated, it happened once and is answered the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import test_writing_processes as messages
from tests.journeys.crash_scene import KILLED, Scene, points, stop, survives
from tests.journeys.stad import Stad

ONE_COMMIT = points(commit=1)
CASES = [pytest.param(*case, id=case[0]) for case in messages.CASES]


def dies_at(scene: Scene, point: str) -> Any:
    """A fresh hub that dies at this point; the one before it ends here."""
    for process in scene.processes:
        stop(process)
    return scene.serve(point)


@pytest.mark.parametrize("point", ONE_COMMIT)
@pytest.mark.parametrize(("operatie", "make", "effect"), CASES)
def test_a_hub_that_dies_around_its_commit_answers_once_it_stands_again(
    scene: Scene, operatie: str, make: Callable[[Stad], dict[str, Any]], effect: Any, point: str
) -> None:
    scene.serve()
    message = make(scene.stad)
    before = messages.count(scene.stad, effect)
    hub = dies_at(scene, point)
    call = getattr(scene.stad.client().service, operatie)
    with survives(scene, hub):
        call(**message)
    assert hub.exitcode == KILLED, "the point was never reached"
    assert messages.count(scene.stad, effect) - before == ("after" in point)
    first, again = call(**message), call(**message)
    assert first == again
    assert messages.count(scene.stad, effect) - before == 1
    scene.stad.check()


def test_every_writing_operation_is_one_commit(scene: Scene) -> None:
    scene.serve()
    asked = [(operatie, make(scene.stad)) for operatie, make, _ in messages.CASES]
    stop(scene.processes[-1])
    scene.serve(count=True)
    for operatie, message in asked:
        getattr(scene.stad.client().service, operatie)(**message)
    assert sum(one.startswith("after commit") for one in scene.counted()) == len(asked)
