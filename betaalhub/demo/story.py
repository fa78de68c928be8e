"""How the demo speaks: headings, steps and facts that stand under each other in a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Callable

import click

Say = Callable[[str], None]
_WIDTH = 96


class Story:
    """Tells what happens, step by step."""

    def __init__(self, say: Say) -> None:
        """`say` prints one line."""
        self._say = say
        self._steps = 0

    def line(self, text: str = "") -> None:
        """A line as it is."""
        self._say(text)

    def heading(self, text: str) -> None:
        """What the following is about."""
        self._say(f"\n{click.style(text, bold=True)}\n{'─' * len(text)}")

    def ready(self, what: str, detail: str) -> None:
        """Something has started."""
        self._say(f"  {click.style('✓', fg='green')} {what:<16}{detail}")

    def step(self, text: str, how: str) -> None:
        """The next step, and over which line it goes."""
        self._steps += 1
        number = click.style(f"{self._steps}", bold=True)
        room = _WIDTH - 3 - len(how)
        self._say(f"\n{number}  {click.style(f'{text:<{room}}', bold=True)}{click.style(how, dim=True)}")

    def fact(self, name: str, value: str) -> None:
        """One thing to know about the step."""
        self._say(f"     {name:<18}{value}")

    def amounts(self, rows: list[tuple[str, str, str]]) -> None:
        """Name, description and amount, the amounts under each other."""
        for name, text, amount in rows:
            self._say(f"     {name:<18}{text:<44}{amount:>12}")
