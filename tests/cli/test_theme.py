"""Who makes a thema asks whether it is good, and hears what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.administrator import Administrator
from tests.structure.house import TOP
from tests.web.themas import write_thema

EXAMPLE = TOP / "deploy" / "themes"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "themas"
    folder.mkdir()
    return folder


def test_a_designer_needs_no_settings(tmp_path: Path) -> None:
    designer = Administrator(tmp_path, {})
    said = designer.types("theme", "check", "voorbeeld", "--map", str(EXAMPLE))
    assert "Lezen               goed, Gemeente Voorbeeld" in said and "FOUT" not in said and "let op" not in said
    assert "het thema van Betaalhub zelf" in designer.types("theme", "check", "betaalhub", "--map", str(EXAMPLE))


def test_too_little_contrast_is_told_and_fails(newcomer: Administrator, home: Path) -> None:
    write_thema(home, css=".stad-thema { --bh-accent-tekst: #999; }")
    said = newcomer.types("theme", "check", "stad", "--map", str(home), code=1)
    assert "Kleuren             FOUT: hoofdknop: #999999 op #14508c is" in said and "Verander --bh-accent-tekst" in said


def test_what_can_not_be_read_is_told_and_fails(newcomer: Administrator, home: Path) -> None:
    write_thema(home, telefoon=None)
    said = newcomer.types("theme", "check", "stad", "--map", str(home), code=1)
    assert "Lezen               FOUT:" in said and "telefoon: ontbreekt" in said
    assert "is geen map dorp" in newcomer.types("theme", "check", "dorp", "--map", str(home), code=1)
    assert "zet BETAALHUB_THEMES" in newcomer.types("theme", "check", "stad", code=1)


def test_with_the_settings_it_says_who_would_see_it_and_whether_the_hub_would_start(tmp_path: Path, home: Path) -> None:
    write_thema(home)
    beheer = Administrator.at(tmp_path, themes=home, public_url="https://betalen.stad.example")
    said = beheer.types("theme", "check", "stad")
    assert (
        "Hosts               goed, betalen.stad.example\n" in said
        and "Samen               goed, betaalhub, stad\n" in said
    )
    write_thema(home, "dorp")
    said = beheer.types("theme", "check", "stad", code=1)
    assert "Samen               FOUT:" in said and "staat ook in dorp/theme.json" in said


def test_check_tells_which_themas_there_are(tmp_path: Path, home: Path) -> None:
    write_thema(home)
    beheer = Administrator.at(tmp_path, themes=home, theme="stad")
    assert "Thema's             goed, betaalhub, stad; zonder keuze stad\n" in beheer.types("check", code=1)
    write_thema(home, "dorp", telefoon=None)
    assert "Thema's             FOUT:" in beheer.types("check", code=1)


def test_a_hub_with_a_broken_thema_does_not_start_and_says_why(tmp_path: Path, home: Path) -> None:
    write_thema(home, telefoon=None)
    assert "stad/theme.json: telefoon: ontbreekt" in Administrator.at(tmp_path, themes=home).is_refused("serve")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"themes": "/er/is/niets"}, "BETAALHUB_THEMES: deze map is er niet"),
        ({"theme": "stad"}, "BETAALHUB_THEME: geef ook BETAALHUB_THEMES"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, wrong: dict[str, str], named: str) -> None:
    assert named in Administrator.at(tmp_path, **wrong).types("check", code=2)
