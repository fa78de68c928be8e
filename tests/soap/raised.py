"""Which codes the house raises, read from its source: the first argument of every Refusal, WireFault and Finding."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from betaalhub.wire.codes import FindingCode
from tests.structure.house import Module, called, modules

_CALLS = ("Refusal", "WireFault", "Finding")
_TABLES = ("betaalhub/soap/faults.py", "betaalhub/wire/codes.py")  # they say what there is, and raise nothing


def raised_codes() -> dict[str, str]:
    """Code → a module that raises it."""
    return {code: one.path for one in modules("betaalhub") if one.path not in _TABLES for code in _codes(one)}


def _codes(module: Module) -> Iterator[str]:
    constants = {
        target.id: node.value
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node.func) in _CALLS and node.args:
            yield from _code(node.args[0], constants)
        elif isinstance(node, ast.Attribute) and called(node.value) == "FindingCode":
            yield FindingCode[node.attr].value


def _code(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The code that an argument stands for: a text, a constant, or the first of a tuple that is a constant."""
    if isinstance(node, ast.Starred):
        node = node.value
    if isinstance(node, ast.Name):
        node = constants.get(node.id, node)
    if isinstance(node, ast.Tuple):
        node = node.elts[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
