"""`python -m tests.simulation.run`: runs thousands of seeds, tells what was reached, and the story of each that broke."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.reached import Step, not_reached
from tests.simulation.register import Registers, room
from tests.simulation.simulate import Result, simulate
from tests.simulation.story import cause_of, command_of, shrink, tell

_PROGRESS_EVERY = 10.0  # seconds


@dataclass
class Sum:
    """What all seeds together did."""

    seeds: int = 0
    steps: int = 0
    betalingen: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    transitions: Counter[Step] = field(default_factory=Counter)
    broken: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.seeds += 1
        self.steps += result.steps
        self.betalingen += result.betalingen
        self.passed += result.passed
        self.died += result.died
        self.transitions += result.transitions
        if result.broken is not None:
            self.broken.append(result)


_registers: list[Registers] = []


def _open(folder: Path, url: str | None) -> None:
    """This process makes its registers here; the folder is removed by who made it."""
    _registers[:] = [Registers(folder, url)]


def play(seed: int, steps: int | None = None, only: Sequence[int] | None = None) -> Result:
    """One seed on a register of this process."""
    with _registers[0].fresh() as engine:
        return simulate(seed, engine, steps=steps, only=only)


def _results(seeds: Sequence[int], processes: int, folder: Path, url: str | None) -> Iterator[Result]:
    if processes == 1:
        yield from map(play, seeds)
        return
    with ProcessPoolExecutor(processes, initializer=_open, initargs=(folder, url)) as pool:
        yield from pool.map(play, seeds, chunksize=4)


def run(seeds: Sequence[int], folder: Path, *, processes: int, url: str | None, first: bool = False) -> Sum:
    """Run these seeds, with a line of progress now and then."""
    found, begun, told = Sum(), time.monotonic(), time.monotonic()
    for result in _results(seeds, processes, folder, url):
        found.add(result)
        if result.broken is not None:
            _say(f"seed {result.seed} breaks at step {result.at}: {cause_of(result)}")
            if first:
                break
        if time.monotonic() - told > _PROGRESS_EVERY:
            told = time.monotonic()
            passed = told - begun
            _say(
                f"{found.seeds} of {len(seeds)} seeds, {found.steps} steps, {found.betalingen} betalingen, "
                f"{found.betalingen / passed:.1f} per second, {len(found.broken)} broken"
            )
    return found


def summary(found: Sum, seconds: float) -> str:
    """The figures of a run, for people."""
    missing = list(not_reached(found.transitions))
    boundaries = {name for name in found.passed if "commit" in name}
    lines = [
        f"{found.seeds} seeds, {found.steps} steps, {found.betalingen} betalingen in {seconds:.0f} s "
        f"({found.betalingen / seconds:.1f} betalingen and {found.steps / seconds:.0f} steps per second)",
        f"crash points: {len(found.passed)} passed ({len(boundaries)} at commits), "
        f"at {len(found.died)} of them a process died, {found.died.total()} times in all",
        f"steps between statuses: {len(found.transitions)} reached, {len(missing)} not, and 4 that the hub goes by way of GESTART",
        *(f"    {kind}: {van} → {naar}" for kind, van, naar in missing),
        f"broken: {len(found.broken)}",
    ]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _range_of(text: str) -> range:
    """`300` is 0 to 300; `100..200` is those; a single seed is written `7..8`, or `7` with --story."""
    first, dots, last = text.partition("..")
    return range(int(first), int(last)) if dots else range(int(first))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    parser.add_argument("--seeds", default="300", help="how many (300), or which (FROM..TO)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--story", action="store_true", help="tell the story of this one seed")
    parser.add_argument("--steps", type=int, help="cut every seed short after so many steps")
    parser.add_argument("--only", help="keep only these steps, as 1,4,7")
    parser.add_argument("--postgres", help="the URL of a PostgreSQL server without a database name (default: SQLite)")
    parser.add_argument("--no-shrink", action="store_true", help="leave a seed that breaks as long as it is")
    parser.add_argument("--first", action="store_true", help="stop at the first seed that breaks")
    parser.add_argument("--json", type=Path, help="write what was reached to this file too")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run what was asked; 1 when a seed broke."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of a set must be the same the next time
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.simulation.run", *(words or sys.argv[1:])],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    asked = _arguments(words)
    with room() as folder:
        _open(folder, asked.postgres)
        return _story(asked) if asked.story else _many(asked, folder)


def _story(asked: argparse.Namespace) -> int:
    only = [int(one) for one in asked.only.split(",")] if asked.only is not None else None
    result = play(int(asked.seeds), asked.steps, only)
    _say(tell(result))
    return int(result.broken is not None)


def _many(asked: argparse.Namespace, folder: Path) -> int:
    begun = time.monotonic()
    found = run(_range_of(asked.seeds), folder, processes=asked.processes, url=asked.postgres, first=asked.first)
    _say(summary(found, time.monotonic() - begun))
    _tell_broken(found.broken, shorten=not asked.no_shrink)
    if asked.json:
        asked.json.write_text(json.dumps(_as_json(found)), encoding="utf-8")
    return int(bool(found.broken))


def _tell_broken(broken: Sequence[Result], *, shorten: bool) -> None:
    """The story of the first seed of each kind that broke, made short, and how to play it again."""
    kinds: dict[str, list[Result]] = {}
    for result in broken:
        kinds.setdefault(cause_of(result), []).append(result)
    for kind, results in kinds.items():
        first = min(results, key=lambda one: one.at or 0)
        _say(f"\n{len(results)} seeds break: {kind}\n  seeds {[one.seed for one in results][:20]}")
        if shorten:
            shorter, kept = shrink(first, play)
            _say(f"{tell(shorter)}\n\nAgain: {command_of(first.seed, max(kept, default=1), kept)}")
        else:
            _say(f"{tell(first)}\n\nAgain: {command_of(first.seed)}")


def _as_json(found: Sum) -> dict[str, object]:
    return {
        "seeds": found.seeds,
        "steps": found.steps,
        "betalingen": found.betalingen,
        "passed": found.passed,
        "died": found.died,
        "reached": ["/".join(one) for one in sorted(found.transitions)],
        "not_reached": ["/".join(one) for one in not_reached(found.transitions)],
        "broken": [[one.seed, one.at, cause_of(one)] for one in found.broken],
    }


if __name__ == "__main__":
    sys.exit(main())
