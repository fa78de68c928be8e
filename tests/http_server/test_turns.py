"""One thread takes and does the work; another takes over at once when it is not back soon, and only then."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from betaalhub.http_server.turns import Turns

SOON = 20  # seconds that no good run needs


class Work:
    """Pieces of work to take, and who took each; the looking after happens in a thread of its own."""

    def __init__(self) -> None:
        self._todo: queue.SimpleQueue[Callable[[], None] | OSError] = queue.SimpleQueue()
        self.takers: list[str] = []
        self.failures: list[str] = []
        self.turns = Turns(3, self._take, lambda work: work(), self._failed)
        self._enough = False
        self._thread = threading.Thread(target=self._look_after)
        self.turns.start()
        self._thread.start()

    def _take(self) -> Callable[[], None] | None:
        self.takers.append(threading.current_thread().name)
        with suppress(queue.Empty):
            found = self._todo.get(timeout=0.05)
            if isinstance(found, OSError):
                raise found
            return found
        return None

    def _failed(self, error: BaseException) -> None:
        self.failures.append(str(error))

    def _look_after(self) -> None:
        while not self._enough:
            self.turns.look_after(SOON)  # would sleep so long if nobody woke it

    def do(self, work: Callable[[], None] | OSError) -> None:
        """Some work, or an error in the place of it."""
        self._todo.put(work)

    def done(self) -> str:
        """Which thread does the next piece of work."""
        who: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.do(lambda: who.put(threading.current_thread().name))
        return who.get(timeout=SOON / 2)

    def end(self) -> None:
        self._enough = True
        self.turns.wake()
        self._thread.join(SOON)
        self.turns.stop(SOON)


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.end()


def test_quick_work_stays_with_one_thread(work: Work) -> None:
    assert len({work.done() for _ in range(100)}) == 1


def test_when_one_waits_another_takes_over_and_the_first_does_not_come_back(work: Work) -> None:
    first = work.done()
    go, gone = threading.Event(), threading.Event()

    def wait() -> None:
        go.wait(SOON)
        gone.set()

    work.do(wait)
    second = work.done()
    go.set()
    assert gone.wait(SOON)
    del work.takers[:]
    assert {work.done() for _ in range(20)} == {second} != {first}
    assert set(work.takers) == {second}


def test_when_all_wait_the_first_that_is_back_goes_on(work: Work) -> None:
    free = [threading.Event() for _ in range(3)]
    begun: queue.SimpleQueue[str] = queue.SimpleQueue()

    def wait(event: threading.Event) -> None:
        begun.put(threading.current_thread().name)
        event.wait(SOON)

    for event in free:
        work.do(partial(wait, event))
    names = [begun.get(timeout=SOON) for _ in free]
    assert len(set(names)) == 3
    free[1].set()
    assert work.done() == names[1]
    for event in free:
        event.set()


def test_who_fails_to_take_or_to_serve_says_so_and_goes_on(work: Work) -> None:
    def fail() -> None:
        raise SystemExit("in serve")

    work.do(OSError("in take"))
    work.do(fail)
    assert work.done()
    assert work.failures == ["in take", "in serve"]
    assert work.turns.whole()


def test_at_the_end_no_thread_is_left() -> None:
    work = Work()
    work.done()
    work.end()
    assert not [one for one in threading.enumerate() if one.name.startswith("http-")]
