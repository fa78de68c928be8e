"""The rooms of the house know each other in one direction only."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator

import pytest
from importlinter.api import read_configuration
from importlinter.application import use_cases

from tests.structure.house import TOP, Module, modules

# What a connector may import from the hub, and nothing more.
FOR_CONNECTORS = ("betaalhub.ports", "betaalhub.domain", "betaalhub.errors", "betaalhub.wire", "betaalhub.resources")
READERS_OF_SETTINGS = (
    "betaalhub/app.py",
    "betaalhub/cli",
    "betaalhub/demo",
    "betaalhub/wsgi.py",
    "betaalhub/gunicorn_conf.py",
    "betaalhub/settings",
)
KNOWERS_OF_CONNECTORS = ("betaalhub/app.py", "betaalhub/cli", "betaalhub/demo", "gemeentelijke_koppelingen")


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Every absolute module name that a module imports, `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_import_contracts_of_setup_cfg_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(TOP))
    assert read_configuration(str(TOP / "setup.cfg"))["contracts_options"]
    kept = use_cases.lint_imports(config_filename=os.fspath(TOP / "setup.cfg"), cache_dir=None)
    assert kept, capsys.readouterr().out


def test_the_rules_need_only_the_standard_library() -> None:
    ours = ("betaalhub.domain", "betaalhub.errors")
    strangers = [
        f"{m.path}:{line} {name}"
        for m in modules("betaalhub/domain")
        for line, name in imports(m)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(ours)
    ]
    assert not strangers


def test_connectors_know_only_the_porch_of_the_hub() -> None:
    strangers = [
        f"{m.path}:{line} {name}"
        for m in modules("gemeentelijke_koppelingen")
        for line, name in imports(m)
        if name.split(".")[0] == "betaalhub" and not name.startswith(FOR_CONNECTORS)
    ]
    assert not strangers


def test_connectors_do_not_know_each_other() -> None:
    shared = {"soap_client", "http_exchange", "deadline", "closed_tables", "simulatoren"}
    strangers = []
    for m in modules("gemeentelijke_koppelingen"):
        own = m.path.split("/")[1].removesuffix(".py")
        for line, name in imports(m):
            parts = name.split(".")
            if (
                parts[0] == "gemeentelijke_koppelingen"
                and own not in {"__init__", *shared}
                and parts[1] not in {own, *shared}
            ):
                strangers.append(f"{m.path}:{line} {name}")
    assert not strangers


@pytest.mark.parametrize(
    ("name", "readers"),
    [("betaalhub.settings", READERS_OF_SETTINGS), ("gemeentelijke_koppelingen", KNOWERS_OF_CONNECTORS)],
)
def test_only_the_composition_root_imports(name: str, readers: tuple[str, ...]) -> None:
    strangers = [
        f"{m.path}:{line}"
        for m in modules()
        for line, found in imports(m)
        if found.startswith(name) and not m.within(*readers)
    ]
    assert not strangers


def test_only_one_file_reads_the_environment() -> None:
    allowed = ("betaalhub/settings", "betaalhub/cli", "betaalhub/demo")
    allowed += ("betaalhub/http_server/worker.py",)  # SCRIPT_NAME, which gunicorn takes from there
    strangers = [m.path for m in modules() if "environ" in m.text and "os.environ" in m.text and not m.within(*allowed)]
    assert not strangers
