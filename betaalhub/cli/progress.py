"""Shows on standard error how far something long is: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

_EVERY = 10.0  # seconds between two lines


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told how many are done, and of how many; nothing is shown before it is told for the first time."""
    with ExitStack() as stack:
        bars: list[Callable[[int], None]] = []

        def tell(done: int, of: int) -> None:
            if not bars:
                bars.append(stack.enter_context(_bar(label, of)) if sys.stderr.isatty() else _lines(label, of))
            bars[0](done)

        yield tell


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _lines(label: str, length: int) -> Callable[[int], None]:
    said = time.monotonic()

    def tell(done: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY:
            said = time.monotonic()
            click.echo(f"{label}: {done} van {length}", err=True)

    return tell
