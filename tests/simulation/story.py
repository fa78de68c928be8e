"""Tells a seed that broke as a story, with the command that plays it again, and makes it shorter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.simulation.simulate import Result

Play = Callable[[int, int | None, Sequence[int] | None], Result]


def command_of(seed: int, steps: int | None = None, only: Sequence[int] | None = None) -> str:
    """What plays exactly this again."""
    words = ["PYTHONHASHSEED=0 python -m tests.simulation.run", f"--seeds {seed}", "--story"]
    if only is not None:
        words.append(f"--only {','.join(map(str, only))}")
    elif steps is not None:
        words.append(f"--steps {steps}")
    return " ".join(words)


def tell(result: Result) -> str:
    """The whole story of one seed; of one that broke also what does not hold, and where."""
    lines = [f"Seed {result.seed}", *result.story]
    if result.broken is not None:
        lines += [f"Step {result.at} breaks: {result.broken}"]
    return "\n".join(lines)


def cause_of(result: Result) -> str:
    """What broke, without the numbers that differ from seed to seed: so that two of a kind are seen to be one."""
    last = (result.broken or "").strip().splitlines()[-1:]
    return " ".join("…" if any(sign.isdigit() for sign in word) else word for word in " ".join(last).split())


def shrink(result: Result, play: Play, *, tries: int = 120) -> tuple[Result, tuple[int, ...]]:
    """The same failure with as few steps as can be found: parts of the steps are left out for as long as it still breaks.

    Every step has dice of its own, so the others stay what they were.
    """
    kind = cause_of(result)
    kept = tuple(range(1, (result.at or 1) + 1))
    steps = max(kept)
    best, size = result, max(1, len(kept) // 2)
    while size >= 1 and tries > 0:
        place, shorter = 0, False
        while place < len(kept) and tries > 0:
            tries -= 1
            without = kept[:place] + kept[place + size :]
            found = play(result.seed, steps, without)
            if found.broken is not None and cause_of(found) == kind:
                best, kept, shorter = found, without, True
            else:
                place += size
        if not shorter or size > 1:
            size //= 2
    return best, kept
