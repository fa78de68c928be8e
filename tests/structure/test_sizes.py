"""Small enough to read: files, functions and parameter lists of the house and of its tests."""

from __future__ import annotations

from tests.structure.house import modules

FILE_LINES = 400
FUNCTION_LINES = 70
POSITIONAL = 5


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        m.path: lines
        for m in modules("betaalhub", "gemeentelijke_koppelingen", "tests", "benchmarks")
        if (lines := m.text.count("\n")) > FILE_LINES
    }
    assert not long


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{m.path}:{f.lineno} {f.name}: {size}"
        for m in modules("betaalhub", "gemeentelijke_koppelingen", "tests", "benchmarks")
        for f in m.functions()
        if (size := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION_LINES
    ]
    assert not long


def test_no_function_takes_more_than_five_positional_parameters() -> None:
    wide = []
    for m in modules():
        for f in m.functions():
            names = [arg.arg for arg in (*f.args.posonlyargs, *f.args.args)]
            if len(names) - (names[:1] in (["self"], ["cls"])) > POSITIONAL:
                wide.append(f"{m.path}:{f.lineno} {f.name}")
    assert not wide
