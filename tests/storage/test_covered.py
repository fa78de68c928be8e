"""The suite watches itself: a named read that no test of this folder asks for is told here."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

from betaalhub.storage import queries, terugbetaling_queries

HERE = Path(__file__).parent


def promised(module: ModuleType) -> set[str]:
    """The functions that this module offers."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def asked(module: ModuleType) -> set[str]:
    """The functions of it that a test of this folder calls, as `module.function(…)`."""
    name = module.__name__.rpartition(".")[2]
    calls = (
        node.func
        for path in HERE.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return {func.attr for func in calls if isinstance(func.value, ast.Name) and func.value.id == name}


@pytest.mark.parametrize("module", [queries, terugbetaling_queries], ids=lambda one: one.__name__.rpartition(".")[2])
def test_every_named_read_is_asked_for_by_a_test(module: ModuleType) -> None:
    assert promised(module)
    assert promised(module) - asked(module) == set()
