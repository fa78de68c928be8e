"""The source of the house as the structure tests read it: every module once, parsed, with its path from the top."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CODE = ("betaalhub", "gemeentelijke_koppelingen")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its path from the top with forward slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))

    def within(self, *rooms: str) -> bool:
        return any(self.path == room or self.path.startswith(room.rstrip("/") + "/") for room in rooms)


@cache
def modules(*folders: str, migrations: bool = False) -> tuple[Module, ...]:
    """Every module under the folders (default: the code of the house), without generated migration scripts."""
    found = []
    for folder in folders or CODE:
        for path in sorted((TOP / folder).rglob("*.py")):
            name = path.relative_to(TOP).as_posix()
            if "node_modules" in name or (not migrations and "/migrations/versions/" in name):
                continue
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, text, ast.parse(text, name)))
    return tuple(found)


def called(node: ast.expr) -> str:
    """The dotted name of an expression: `datetime.now` for `datetime.now`, "" for what has none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}".lstrip(".")
    return called(node.func) if isinstance(node, ast.Call) else ""


def words(identifier: str) -> list[str]:
    """The words of an identifier in lower case, over snake_case and CamelCase."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)]


def identifiers(module: Module) -> Iterator[tuple[int, str]]:
    """Every name that this module gives to something: functions, classes, arguments, variables."""
    for node in ast.walk(module.tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
