"""A register is made, a catalogue is loaded, mended and refused, and secrets are shown once."""

from __future__ import annotations

import stat

import pytest
from argon2 import PasswordHasher

from betaalhub.storage.database import make_engine, make_sessions, reading
from betaalhub.storage.tables import AansluitingRow, BewijsRow, ProductRow, TerugkeerAdresRow, ZenderProductRow
from tests.builders import CATALOGUS
from tests.cli.administrator import Administrator, secret_in

DEMO = CATALOGUS.read_text(encoding="utf-8")
OWN = DEMO.replace('"demostad"', '"dorpsveld"').replace("Gemeente Demostad", "Gemeente Dorpsveld")


def rows(administrator: Administrator, row_class: type) -> list:
    engine = make_engine(str(administrator.env["BETAALHUB_DATABASE_URL"]))
    with reading(make_sessions(engine)) as session:
        found = session.query(row_class).all()
    engine.dispose()
    return found


def saved(administrator: Administrator, text: str) -> str:
    path = administrator.directory / "eigen.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_fresh_start_shows_the_secret_that_works(newcomer: Administrator) -> None:
    printed = newcomer.types("init")
    assert (
        "Catalogus van Gemeente Demostad is geladen: 3 productgroepen, 6 producten, 3 zenders, 1 aansluiting."
        in printed
    )
    (bewijs,) = rows(newcomer, BewijsRow)
    assert PasswordHasher().verify(bewijs.geheim, secret_in(printed))


def test_a_second_time_changes_nothing_and_shows_no_secret(administrator: Administrator) -> None:
    before = rows(administrator, BewijsRow)[-1].geheim
    printed = administrator.types("init")
    assert "Aansluiting esb-demo houdt haar geheim." in printed
    assert len(rows(administrator, ProductRow)) == 6
    assert rows(administrator, BewijsRow)[-1].geheim == before


def test_secrets_go_to_a_file_that_only_she_can_read(newcomer: Administrator) -> None:
    path = newcomer.directory / "geheimen"
    path.touch(mode=0o644)
    printed = newcomer.types("init", "--geheim-naar", str(path))
    naam, _, geheim = path.read_text().strip().partition("=")
    assert naam == "esb-demo"
    assert geheim not in printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_stays_behind_when_there_is_no_new_secret(administrator: Administrator) -> None:
    path = administrator.directory / "geheimen"
    administrator.types("init", "--geheim-naar", str(path))
    assert not path.exists()


def test_a_file_that_cannot_be_written_loses_no_secret(newcomer: Administrator) -> None:
    path = newcomer.directory / "er" / "niet" / "geheimen"
    assert f"{path} is niet te schrijven" in newcomer.types("init", "--geheim-naar", str(path), code=2)
    assert secret_in(newcomer.types("init"))


def test_a_lost_secret_is_renewed(administrator: Administrator) -> None:
    geheim = secret_in(administrator.types("init", "--nieuw-geheim", "esb-demo"))
    assert PasswordHasher().verify(rows(administrator, BewijsRow)[-1].geheim, geheim)


def test_only_an_aansluiting_of_the_catalogue_gets_a_new_secret(administrator: Administrator) -> None:
    assert "kent geen aansluiting esb" in administrator.types("init", "--nieuw-geheim", "esb", code=2)


def test_an_own_catalogue_is_loaded(newcomer: Administrator) -> None:
    assert "Gemeente Dorpsveld" in newcomer.types("init", "--catalogus", saved(newcomer, OWN))


def test_the_demo_catalogue_never_lands_beside_an_own_one(newcomer: Administrator) -> None:
    newcomer.types("init", "--catalogus", saved(newcomer, OWN))
    said = newcomer.types("init", code=2)
    assert "Dit register is van Gemeente Dorpsveld" in said
    assert "--catalogus" in said


def test_what_is_taken_off_a_list_is_taken_away(administrator: Administrator) -> None:
    mended = DEMO.replace('producten = ["PARKEREN", "MARKT", "AFVALPAS"]', 'producten = ["PARKEREN"]')
    mended = mended.replace("http://127.0.0.1:8093/terug", "https://www.demostad.example/klaar")
    administrator.types("init", "--catalogus", saved(administrator, mended))
    sold = {row.productcode for row in rows(administrator, ZenderProductRow)}
    assert sold == {"EVENEMENT", "OMGEVING", "UITTREKSEL", "PARKEREN"}
    assert {row.adres for row in rows(administrator, TerugkeerAdresRow)} == {"https://www.demostad.example/klaar"}
    assert len(rows(administrator, ProductRow)) == 6


def test_an_aansluiting_is_switched_off(administrator: Administrator) -> None:
    administrator.types("init", "--catalogus", saved(administrator, DEMO + "actief = false\n"))
    assert not rows(administrator, AansluitingRow)[0].actief


def test_a_psp_account_that_the_settings_do_not_use_is_pointed_out(newcomer: Administrator) -> None:
    other = OWN.replace('code = "psp" ', 'code = "psp-2" ')
    printed = newcomer.types("init", "--catalogus", saved(newcomer, other))
    assert "Let op: zet BETAALHUB_PSP_ACCOUNT op psp-2" in printed


def test_a_koppeling_or_logo_that_does_not_exist_is_told_with_those_that_do(newcomer: Administrator) -> None:
    strange = OWN.replace('koppeling = "docdata"', 'koppeling = "docdat"').replace('logo = "bank"', 'logo = "ideal"')
    printed = newcomer.types("init", "--catalogus", saved(newcomer, strange))
    koppeling = "PSP-account psp: koppeling docdat bestaat niet; kies uit: docdata, worldline"
    logo = "betaalmethode IDEAL: logo ideal bestaat niet; kies uit: bank, kaart"
    assert f"Let op: {koppeling}.\nLet op: {logo}.\n" in printed
    assert f"Catalogus           FOUT: {koppeling}; {logo}; " in newcomer.types("check", code=1)
    assert "bestaat niet" not in newcomer.types("init", "--catalogus", saved(newcomer, OWN))


@pytest.mark.parametrize(
    ("right", "wrong", "heard"),
    [
        ("[administratie]", "[administratie", "is geen goede TOML; regel 4, kolom"),
        ('naam = "Gemeente Demostad"\n', "", "[administratie]: naam ontbreekt"),
        ('btw_rekening = "1590"', "btw_rekening = 1590", "[administratie]: btw_rekening moet een tekst zijn"),
        (
            'prijsregel = "MAXIMUM"',
            'prijsregel = "HOOGSTENS"',
            "[[product]] PARKEREN: prijsregel moet een zijn van: VAST",
        ),
        ("prijs_cent = 12000", "prijs_cent = 120.00", "PARKEREN: prijs_cent moet een heel aantal centen zijn"),
        ("prijs_cent = 12000\n", "", "PARKEREN: prijs_cent ontbreekt"),
        (
            "geldig_van = 2020-01-01\n\n[[product]]",
            'geldig_van = "2020"\n\n[[product]]',
            "geldig_van moet een datum zijn",
        ),
        ('btw = "HOOG"', 'btw = "21%"', "AFVALPAS, boekingsleutel: btw moet een zijn van"),
        ('omschrijving_en = "Market stall"', 'engels = "Market stall"', "[[product]] MARKT: engels bestaat hier niet"),
        ('productgroep = "BURGERZAKEN"', 'productgroep = "BURGER"', "UITTREKSEL: productgroep BURGER is er niet"),
        ('code = "MARKT"', 'code = "PARKEREN"', "[[product]] PARKEREN, 2020-01-01 staat er 2 keer in"),
        (
            'producten = ["UITTREKSEL"]',
            'producten = ["UITREKSEL"]',
            "[[zender]] burgerzaken: product UITREKSEL is er niet",
        ),
        (
            'zenders = ["vergunningen"',
            'zenders = ["vergunning"',
            "[[aansluiting]] esb-demo: zender vergunning is er niet",
        ),
        ("[[aansluiting]]", "[[aansluitingen]]", "[aansluitingen] bestaat niet in een catalogus"),
        ("[[zender]]", "[zender]", "geen goede TOML"),
        (
            "[psp_account]",
            '[psp_account]\ncode = "tweede"\n\n[[psp_account]]',
            "[psp_account] staat er al met enkele haken; gebruik overal [[psp_account]].",
        ),
    ],
)
def test_a_wrong_catalogue_is_refused_with_the_place(
    newcomer: Administrator, right: str, wrong: str, heard: str
) -> None:
    assert right in DEMO
    said = newcomer.types("init", "--catalogus", saved(newcomer, DEMO.replace(right, wrong)), code=2)
    assert heard in said


def test_a_refused_catalogue_leaves_nothing_in_the_register(newcomer: Administrator) -> None:
    wrong = DEMO.replace('zenders = ["vergunningen"', 'zenders = ["vergunning"')
    newcomer.types("init", "--catalogus", saved(newcomer, wrong), code=2)
    assert [*rows(newcomer, ProductRow), *rows(newcomer, AansluitingRow)] == []


def test_everything_that_is_wrong_is_told_at_once(newcomer: Administrator) -> None:
    wrong = DEMO.replace('dienst = "Stadsbeheer"\n', "").replace('naam_en = "Credit card"\n', "")
    said = newcomer.types("init", "--catalogus", saved(newcomer, wrong), code=2)
    assert "[[psp_account]] psp, betaalmethode CREDITCARD: naam_en ontbreekt" in said
    assert "[[productgroep]] BUITENRUIMTE: dienst ontbreekt" in said


def test_a_catalogue_in_another_encoding_is_refused(newcomer: Administrator) -> None:
    path = newcomer.directory / "eigen.toml"
    path.write_bytes(OWN.replace("Dorpsveld", "Skarsterlân").encode("latin-1"))
    assert "is geen UTF-8" in newcomer.types("init", "--catalogus", str(path), code=2)
