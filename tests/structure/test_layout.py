"""The top of the house: what stands there, what it depends on, and that its papers agree with each other."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys

import betaalhub
from tests.structure.house import TOP, modules
from tests.structure.test_rooms import imports

TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "MANIFEST.in", "Makefile", "README.md", "SECURITY.md", "THIRD-PARTY.md",
    "benchmarks", "betaalhub", "constraints", "deploy", "docs", "gemeentelijke_koppelingen", "publiccode.yml", "pyproject.toml",
    "setup.cfg", "setup.py", "tests", "wsdl", "xsd",
}  # fmt: skip


def setup_cfg() -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.read(TOP / "setup.cfg", encoding="utf-8")
    return found


def requirements() -> set[str]:
    """The names in setup.cfg: what the hub needs and what its extras add, in lower case."""
    cfg = setup_cfg()
    texts = [cfg["options"]["install_requires"], *cfg["options.extras_require"].values()]
    names = (re.match(r"[\w.-]+", line.strip()) for text in texts for line in text.splitlines() if line.strip())
    return {name[0].lower() for name in names if name} - {"betaalhub"}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=TOP, capture_output=True, text=True
    )
    if listed.returncode:  # not a git checkout: an unpacked sdist
        return [path.name for path in TOP.iterdir() if path.name in TOP_LEVEL]
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_the_plan_says() -> None:
    assert {path.split("/")[0] for path in tracked()} == TOP_LEVEL


def test_every_dependency_has_a_line_with_its_reason() -> None:
    text = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = {name.lower() for name in re.findall(r"^\| `([\w.-]+)`", text, re.MULTILINE)}
    assert told == requirements()


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    spelled = {"argon2-cffi": "argon2", "onlinepayments-sdk-python3": "onlinepayments"}
    needed_unseen = {"tzdata", "legacy-cgi"}  # by zoneinfo where there are no zone files; by Spyne on Python 3.13
    lines = setup_cfg()["options"]["install_requires"].splitlines()
    declared = {re.match(r"[\w.-]+", line)[0].lower() for line in lines if line} - needed_unseen  # type: ignore[index]
    seen = {name.split(".")[0] for m in modules() for _, name in imports(m)}
    foreign = seen - sys.stdlib_module_names - {"betaalhub", "gemeentelijke_koppelingen"}
    assert foreign == {spelled.get(name, name) for name in declared}


def test_every_dependency_has_a_tested_version() -> None:
    optional = {"psycopg", "oracledb", "cx_oracle", "setuptools"}
    pinned = {
        line.split("==")[0].lower()
        for line in (TOP / "constraints" / "tested.txt").read_text().splitlines()
        if "==" in line
    }
    assert not requirements() - optional - pinned


def test_one_version_everywhere() -> None:
    version = setup_cfg()["metadata"]["version"]
    assert betaalhub.__version__ == version
    assert f"softwareVersion: {version}" in (TOP / "publiccode.yml").read_text(encoding="utf-8")
    assert f"## {version}" in (TOP / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_decision_is_in_the_index() -> None:
    folder = TOP / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert not [path.name for path in folder.glob("0*.md") if f"({path.name})" not in index]


def test_links_between_our_own_papers_lead_somewhere() -> None:
    papers = [TOP / name for name in tracked() if name.endswith(".md")]
    broken = [
        f"{paper.relative_to(TOP)}: {target}"
        for paper in papers
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
        if not (paper.parent / target).exists()
    ]
    assert not broken


def test_every_make_target_explains_itself() -> None:
    text = (TOP / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())  # type: ignore[index]
    assert phony == set(re.findall(r"^([a-z0-9-]+):.*## ", text, re.MULTILINE))


def test_the_makefile_runs_modules_that_exist() -> None:
    named = re.findall(
        r"python -m ((?:benchmarks|betaalhub|tests)[\w.]*)", (TOP / "Makefile").read_text(encoding="utf-8")
    )
    assert named
    assert not [name for name in named if not (TOP / (name.replace(".", "/") + ".py")).exists()]
