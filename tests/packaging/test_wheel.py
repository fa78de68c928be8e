"""The wheel works where there is no checkout: everything it needs travels inside it."""

from __future__ import annotations

import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest

from betaalhub.resources import paper_paths
from betaalhub.soap.contract_pack import contract_pack
from tests.packaging.conftest import Installed
from tests.structure.house import TOP

# Calls the installed application as a server would, and prints the status line and the body.
ASK = """
import sys
from wsgiref.util import setup_testing_defaults
from betaalhub.wsgi import application

environ = {"PATH_INFO": sys.argv[1], "QUERY_STRING": sys.argv[2], "REQUEST_METHOD": "GET"}
setup_testing_defaults(environ)
body = application(environ, lambda status, headers, *_: print(status))
print(b"".join(body).decode())
"""


def data_files() -> set[str]:
    """Every file of the packages that is not code, as git sees them."""
    kinds = {".html", ".css", ".js", ".svg", ".png", ".ico", ".woff2", ".po", ".mo", ".mako", ".ini"}
    rooms = (path for room in ("betaalhub", "gemeentelijke_koppelingen") for path in (TOP / room).rglob("*"))
    return {
        path.relative_to(TOP).as_posix() for path in rooms if path.suffix in kinds and "node_modules" not in path.parts
    }


def contract_files() -> set[str]:
    found = (path for folder in ("wsdl", "xsd") for path in (TOP / folder).rglob("*") if path.is_file())
    return {path.relative_to(TOP).as_posix() for path in [*found, *paper_paths().values()]}


def test_the_wheel_carries_contract_pages_and_migrations(distribution: Path) -> None:
    names = set(zipfile.ZipFile(next(distribution.glob("*.whl"))).namelist())
    assert not {f"betaalhub/_contract/{name}" for name in contract_files()} - names
    assert not data_files() - names
    assert [name for name in names if name.startswith("betaalhub/storage/migrations/versions/")]


def test_the_wheel_carries_nothing_else_at_the_top(distribution: Path) -> None:
    names = zipfile.ZipFile(next(distribution.glob("*.whl"))).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"betaalhub", "gemeentelijke_koppelingen"}


def test_the_sdist_carries_the_contract_where_people_look(distribution: Path) -> None:
    with tarfile.open(next(distribution.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert contract_files() <= names
    assert {"LICENSE", "deploy/env.example"} <= names


def test_the_command_explains_itself(installed: Installed) -> None:
    assert "serve" in installed.run("betaalhub", "--help")


def test_the_code_and_the_contract_come_from_the_wheel(installed: Installed) -> None:
    script = "from betaalhub import resources as r; print(r.wsdl_path('betaalhub-v1.wsdl'), r.xsd_path('betaalhub-typen-v1.xsd'))"
    found = installed.run("python", "-c", script).split()
    assert all("site-packages/betaalhub/_contract/" in path and str(TOP) not in path for path in found)


@pytest.fixture(scope="session")
def register(installed: Installed) -> Path:
    """A register that the installed command made."""
    installed.run("betaalhub", "migrate")
    return Path(installed.env["BETAALHUB_DATABASE_URL"].removeprefix("sqlite:///"))


def test_the_register_is_made(register: Path) -> None:
    with sqlite3.connect(register) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    assert {"betaalopdracht", "betaling", "journaalpost", "alembic_version"} <= tables


@pytest.mark.parametrize("query", ["wsdl", "singleWsdl"])
def test_the_wsdl_is_served(installed: Installed, register: Path, query: str) -> None:
    answer = installed.run("python", "-c", ASK, "/soap/v1", query)
    assert answer.startswith("200") and "StartBetaling" in answer


def test_the_contract_pack_of_the_wheel_is_that_of_the_checkout(installed: Installed) -> None:
    script = "from betaalhub.soap.contract_pack import contract_pack as c; print(c('https://betalen.example.nl').etag)"
    assert installed.run("python", "-c", script).strip() == contract_pack("https://betalen.example.nl").etag


def test_a_page_of_the_portal_is_served(installed: Installed, register: Path) -> None:
    answer = installed.run("python", "-c", ASK, f"/nl/winkelmandje/{'a' * 43}", "")
    assert answer.startswith("404") and '<html lang="nl"' in answer


def test_an_editable_install_leaves_no_copy_of_the_contract() -> None:
    assert not (TOP / "betaalhub" / "_contract").exists()
