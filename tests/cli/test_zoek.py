"""The helpdesk knows an amount, a day or a name, and finds the betaalopdracht."""

from __future__ import annotations

import json

import pytest

from tests.cli.administrator import Administrator


@pytest.fixture(scope="module")
def full(loaded_copy: Administrator) -> Administrator:
    """A helpdesk with a register of invented betaalopdrachten."""
    loaded_copy.types("generate", "60", "--maanden", "1")
    return loaded_copy


@pytest.fixture(scope="module")
def loaded_copy(tmp_path_factory: pytest.TempPathFactory) -> Administrator:
    administrator = Administrator.at(tmp_path_factory.mktemp("full"))
    administrator.types("init")
    return administrator


def test_the_newest_stand_first_a_page_at_a_time(full: Administrator) -> None:
    told = full.types("zoek", "--aantal", "3").splitlines()
    assert told[0].split()[:5] == ["AANGEBODEN", "BETAALKENMERK", "ZENDER", "KENMERK", "STATUS"]
    assert len(told[1:4]) == 3
    na = told[-1].split()[-1]
    assert "gevonden van" in told[-2]
    following = full.types("zoek", "--aantal", "3", "--na", na)
    assert not set(told[1:4]) & set(following.splitlines())


def test_as_json_for_another_program(full: Administrator) -> None:
    found = json.loads(full.types("zoek", "--aantal", "2", "--json"))
    one = found["gevonden"][0]
    bedrag = f"{one['totaal_cent'] // 100},{one['totaal_cent'] % 100:02d}"
    again = json.loads(full.types("zoek", "--json", "--bedrag", bedrag, "--kenmerk", one["betaalkenmerk"]))
    assert [each["betaalkenmerk"] for each in again["gevonden"]] == [one["betaalkenmerk"]]
    assert (again["aantal"], again["meer"], again["na"]) == (1, False, None)


def test_a_name_is_searched_by_somebody_with_a_name(full: Administrator) -> None:
    assert "--door" in full.types("zoek", "--naam", "Appel", code=2)
    told = full.types("zoek", "--naam", "Appel", "--door", "F. de Vries", "--status", "BETAALD", "--status", "OPEN")
    assert "NAAM" in told or "Niets gevonden" in told


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("--van 31-01-2027", "--van: geef een datum als 2027-01-31."),
        ("--bedrag 1e3", "--bedrag: geef een bedrag als 187,50"),
        ("--bedrag 1..2..3", "--bedrag: geef een bedrag als 187,50"),
        ("--bedrag 250..100", "--bedrag: het eerste bedrag is hoger dan het tweede."),
        ("--aantal 0", "--aantal: geef een heel getal van 1 tot en met 500."),
        ("--aantal x", "--aantal: geef een heel getal."),
        ("--naam Appel", "Fout: Zoekt u op naam, zeg dan met --door wie u bent."),
        ("--van 2024-01-01", "Fout: Een periode is hooguit 366 dagen; geef --tot."),
        ("--product NIETS", "Fout: Er is geen product NIETS"),
        ("--status KWIJT", "--status: kies een van"),
        ("--van 2026-02-01 --tot 2026-01-01", "Fout: De laatste dag ligt voor de eerste."),
        ("--zender niemand", "Fout: Er is geen zender niemand"),
        ("--naam x --door Jan", "Fout: Geef ten minste 2 letters van de naam."),
    ],
)
def test_a_mistake_is_told_with_what_to_do(full: Administrator, typed: str, heard: str) -> None:
    assert heard in full.types("zoek", *typed.split(), code=2)
