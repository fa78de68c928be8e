"""Whoever asks for help gets it, in Dutch; whoever mistypes hears what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from betaalhub.cli import cli
from betaalhub.domain.uitval import UITVAL, UitvalSoort
from betaalhub.flows.resolve_uitval import possible
from tests.cli.administrator import Administrator
from tests.structure.house import TOP

ENGLISH = re.compile(
    r"Usage|Options:|Commands|COMMAND|OPTIONS|Show|exit\.|required|default|\bTEXT\b|INTEGER|PATH|FILE\b"
)
PAGE = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")


def every_command(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The path of every command and group, the top too."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from every_command(found, *path, name)
        else:
            yield (*path, name)


COMMANDS = sorted(every_command(cli))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_dutch(newcomer: Administrator, path: tuple[str, ...]) -> None:
    text = newcomer.types(*path, "--help")
    assert text.startswith(f"Gebruik: {' '.join(('cli', *path))} ")
    assert "Toon deze uitleg." in text
    assert not ENGLISH.findall(text)
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_page_for_administrators_has_an_example_of_every_command(path: tuple[str, ...]) -> None:
    assert " ".join(("betaalhub", *path)) in PAGE


def test_the_page_for_administrators_names_every_option() -> None:
    texts = [cli.get_command(click.Context(cli), name).params for name in cli.list_commands(click.Context(cli))]
    options = {opt for params in texts for one in params for opt in one.opts if opt.startswith("--")}
    assert not {option for option in options if option not in PAGE}


def test_no_first_sentence_is_cut_off_in_the_list(newcomer: Administrator) -> None:
    assert "..." not in newcomer.types() + newcomer.types("uitval")


def test_the_version_is_told(newcomer: Administrator) -> None:
    assert re.fullmatch(r"betaalhub \d+\.\d+\.\d+\n", newcomer.types("--version"))


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("betal", "Fout: De opdracht betal bestaat niet."),
        ("check --alles", "Fout: De optie --alles bestaat niet."),
        ("status", "Fout: KENMERK ontbreekt."),
        ("uitval show", "Fout: NR ontbreekt."),
        ("uitval show een", "Fout: NR: geef een heel getal."),
        ("uitval show 1 2", "Fout: Dit is te veel: 2"),
        ("uitval resolve 1 --oplossing GEEN_ACTIE", "Fout: De optie --door is verplicht."),
        ("uitval resolve 1 --door", "Fout: Achter de optie --door hoort een waarde."),
        ("uitval resolve 1 --door Jan --oplossing NIETS", "Fout: --oplossing: kies een van "),
        ("init --catalogus weg.toml", "Fout: --catalogus: het bestand weg.toml bestaat niet."),
        ("init --catalogus .", "Fout: --catalogus: . is een map, geen bestand."),
    ],
)
def test_a_wrong_command_line_is_explained(newcomer: Administrator, typed: str, heard: str) -> None:
    said = newcomer.types(*typed.split(), code=2)
    assert said.startswith(heard)
    assert "--help" in said.splitlines()[-1]
    assert not ENGLISH.findall(said)


def test_the_page_tells_the_resolutions_that_there_are_now() -> None:
    told = re.findall(r"^\| ([A-Z_]+) \| (ja|nee) \| ([A-Z_, ]+) \|", PAGE, re.MULTILINE)
    assert len(told) >= 13
    for soort, blocks, ways in told:
        assert ways.split(", ") == list(possible(UitvalSoort(soort)))
        assert (blocks == "ja") == UITVAL[UitvalSoort(soort)].blocks_leverbaar
