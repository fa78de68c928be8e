"""The style of the house, where a machine can see it."""

from __future__ import annotations

import ast
import re

import betaalhub.errors
from tests.structure.house import Module, called, modules

PURE = ("betaalhub/domain", "betaalhub/errors.py", "betaalhub/ports.py")
NOT_HERE = {"utils", "util", "common", "helpers", "misc", "base", "managers"}

# The edges where anything may arrive and nothing may pass; the last two stand around the application, as gunicorn does.
# The worker has two: work.py around one piece of work, loop.py around the threads that claim, keep house, probe and watch.
EDGES = (
    "betaalhub/wire/serving.py",
    "betaalhub/worker/work.py",
    "betaalhub/worker/loop.py",
    "betaalhub/cli/edge.py",
    "betaalhub/http_server/turns.py",
    "betaalhub/http_server/worker.py",
)

BROAD = {"Exception", "BaseException"}

HOUSE_ERRORS = {name for name, value in vars(betaalhub.errors).items() if isinstance(value, type)}
# Outside the tree, each in its room and for its reason.
FOREIGN_RAISES = {
    "betaalhub/cli": {"SystemExit"},
    "betaalhub/http_server": {"HaltServer"},  # gunicorn's own word for a start that must not be
    "betaalhub": {"AssertionError"},  # a closed table that is not closed: fails at import
    "betaalhub/storage/database_postgres.py": {"InvalidatePoolError"},  # SQLAlchemy's word for a pool that was lost
    "betaalhub/settings": {"ValueError"},  # readers of one setting; from_env gathers them into ConfigurationError
    "gemeentelijke_koppelingen": {
        "AssertionError",
        "ValueError",
        "TimeoutError",
    },  # its client makes them NeighbourError
    "gemeentelijke_koppelingen/simulatoren": {"ConnectionAbortedError"},  # a fault played on purpose
}


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        m.path
        for m in modules()
        if not (ast.get_docstring(m.tree) or "").split("\n\n")[0].rstrip().endswith((".", ":"))
    ]
    assert not silent


def test_every_public_function_and_class_has_a_docstring() -> None:
    silent = [
        f"{m.path}:{node.lineno} {node.name}"
        for m in modules()
        for node in ast.iter_child_nodes(m.tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|NotImpl" r"emented(Error)?)\b")
    left = [
        f"{m.path}:{number}"
        for m in modules("betaalhub", "gemeentelijke_koppelingen", "tests", "benchmarks", migrations=True)
        for number, line in enumerate(m.text.splitlines(), 1)
        if mark.search(line)
    ]
    assert not left


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = [m.path for m in modules() if NOT_HERE & set(m.path.removesuffix(".py").split("/"))]
    assert not drawers


def test_only_the_edges_catch_everything() -> None:
    def swallows(node: ast.AST) -> bool:
        broad = isinstance(node, ast.ExceptHandler) and called(node.type or ast.Name("Exception")) in BROAD
        return broad and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)

    strangers = [m.path for m in modules() if not m.within(*EDGES) and any(map(swallows, ast.walk(m.tree)))]
    assert not strangers


def test_only_exceptions_of_the_house_are_raised() -> None:
    ours = HOUSE_ERRORS | _subclasses_of_house_errors()
    strangers = []
    for m in modules():
        foreign = set().union(*(names for room, names in FOREIGN_RAISES.items() if m.within(room)))
        for node in ast.walk(m.tree):
            name = called(node.exc) if isinstance(node, ast.Raise) and node.exc else ""
            if name[:1].isupper() and name not in ours | foreign:
                strangers.append(f"{m.path}:{node.lineno} {name}")  # type: ignore[attr-defined]
    assert not strangers


def _subclasses_of_house_errors() -> set[str]:
    classes = (node for m in modules() for node in ast.walk(m.tree) if isinstance(node, ast.ClassDef))
    return {node.name for node in classes if {called(base) for base in node.bases} & HOUSE_ERRORS}


def test_values_are_frozen_and_slotted() -> None:
    values = ("betaalhub/domain", "betaalhub/flows", "betaalhub/storage", "betaalhub/steps", "betaalhub/hub.py")
    values += ("betaalhub/ports.py", "betaalhub/errors.py", "betaalhub/settings")
    loose = [
        f"{m.path}:{node.lineno} {node.name}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if called(decorator) == "dataclass"
        and not _says(decorator, "slots", *(["frozen"] if m.within(*values) else []))
    ]
    assert not loose


def _says(decorator: ast.expr, *words: str) -> bool:
    given = {
        k.arg for k in getattr(decorator, "keywords", []) if isinstance(k.value, ast.Constant) and k.value.value is True
    }
    return given >= set(words)


def test_codes_are_str_enums() -> None:
    others = [
        f"{m.path}:{node.lineno} {node.name}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef) and {called(base) for base in node.bases} & {"Enum", "IntEnum", "Flag"}
    ]
    assert not others


def test_money_is_never_a_float_or_a_decimal() -> None:
    rooms = ("betaalhub/domain", "betaalhub/flows", "betaalhub/ports.py", "betaalhub/steps", "betaalhub/soap")
    found = [
        f"{m.path}:{node.lineno} {node.id}"
        for m in _in(*rooms)
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Name) and node.id in {"float", "Decimal"} and not _measures_time(m, node.lineno)
    ]
    assert not found


def _measures_time(module: Module, line: int) -> bool:
    return bool(re.search(r"second|timeout|delay|wacht", module.text.splitlines()[line - 1]))


def test_rules_and_flows_have_no_clock_and_no_dice() -> None:
    forbidden = {
        "now",
        "utcnow",
        "today",
        "time",
        "monotonic",
        "token_urlsafe",
        "token_hex",
        "randbelow",
        "uuid4",
        "random",
    }
    sources = {"datetime", "date", "time", "secrets", "uuid", "random", "datetime.datetime", "datetime.date"}
    found = [
        f"{m.path}:{node.lineno} {called(node)}"
        for m in _in("betaalhub/domain", "betaalhub/flows")
        if m.path != "betaalhub/flows/keys.py"  # the cup of dice itself, handed in by the entry point
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call)
        and called(node).rpartition(".")[0] in sources
        and called(node).rpartition(".")[2] in forbidden
    ]
    assert not found


def test_flows_leave_the_transaction_to_their_caller() -> None:
    found = [
        f"{m.path}:{node.lineno}"
        for m in _in("betaalhub/flows")
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call)
        and called(node) in {"session.commit", "session.rollback", "session.begin", "session.close"}
    ]
    assert not found


def _in(*rooms: str) -> list[Module]:
    return [m for m in modules() if m.within(*rooms)]
