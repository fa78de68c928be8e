"""The tests themselves: short, and never with our own code patched away."""

from __future__ import annotations

import re
from statistics import median

from tests.structure.house import modules


def test_the_median_test_is_at_most_12_lines() -> None:
    sizes = [
        (f.end_lineno or f.lineno) - f.lineno + 1
        for m in modules("tests")
        for f in m.functions()
        if f.name.startswith("test_")
    ]
    assert median(sizes) <= 12


def test_nothing_of_ours_is_patched() -> None:
    patching = re.compile(
        r"monkeypatch\.(set" r"attr|set" r"item|del" r"attr)|Magic" r"Mock|unittest\.mo" r"ck|\bpatch\("
    )
    found = [
        f"{m.path}:{number}"
        for m in modules("tests")
        for number, line in enumerate(m.text.splitlines(), 1)
        if patching.search(line)
    ]
    assert not found


def test_no_test_is_switched_off() -> None:
    off = re.compile(r"@pytest\.mark\.(ski" r"p\b|xfa" r"il)")
    assert not [m.path for m in modules("tests") if off.search(m.text)]


def test_every_test_says_a_sentence() -> None:
    terse = [
        f"{m.path}:{f.lineno} {f.name}"
        for m in modules("tests")
        for f in m.functions()
        if f.name.startswith("test_") and f.name.count("_") < 2
    ]
    assert not terse
