"""Before the doors open: are the settings, the register and the neighbours good?"""

from __future__ import annotations

import pytest

from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.builders import CATALOGUS, WORLDLINE
from tests.cli.administrator import Administrator
from tests.ports import free_port
from tests.wire.identities import identity


@pytest.fixture
def connected(administrator: Administrator, neighbours: RunningSimulators) -> Administrator:
    return administrator.with_env(
        BETAALHUB_PSP_URL=neighbours.psp_url,
        BETAALHUB_PSP_MENU_URL=neighbours.psp_menu_url,
        BETAALHUB_ERP_URL=neighbours.erp_url,
    )


def test_all_good_is_seven_good_lines(connected: Administrator) -> None:
    lines = connected.types("check").splitlines()
    assert [line[:20].strip() for line in lines] == [
        "Instellingen",
        "Register",
        "Klok",
        "Catalogus",
        "Aansluitingen",
        "PSP",
        "Financieel systeem",
    ]
    assert all(line[20:].startswith("goed") for line in lines)


def test_a_psp_that_is_down_is_named_and_the_rest_is_checked_too(connected: Administrator) -> None:
    port = free_port()
    said = connected.with_env(BETAALHUB_PSP_URL=f"http://127.0.0.1:{port}/psp").types("check", code=1)
    assert f"PSP                 FOUT: er luistert niemand op http://127.0.0.1:{port}/psp" in said
    assert "Financieel systeem  goed" in said


def test_an_address_for_an_administratie_that_is_not_there_is_told(connected: Administrator) -> None:
    own = connected.with_env(BETAALHUB_PUBLIC_URLS="demostad=https://betalen.demostad.example")
    assert "Eigen adressen      goed, https://betalen.demostad.example\n" in own.types("check")
    wrong = own.with_env(BETAALHUB_PUBLIC_URLS="dorp=https://betalen.dorp.example")
    assert "Eigen adressen      FOUT: BETAALHUB_PUBLIC_URLS: deze administratie is er niet: dorp" in wrong.types(
        "check", code=1
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "dorp",
        "dorp=betalen.dorp.example",
        "dorp=http://betalen.dorp.example",
        "dorp=https://betalen.dorp.example/nl",
        "dorp=https://a:b@betalen.dorp.example",
        "dorp=https://Betalen.dorp.example",
        "dorp=https://betalen.dorp.example,dorp=https://dorp.example",
        "dorp=https://dorp.example,stad=https://dorp.example/",
        "dorp=https://dorp.example,",
    ],
)
def test_an_own_address_must_be_a_site_and_stand_there_once(newcomer: Administrator, wrong: str) -> None:
    assert "BETAALHUB_PUBLIC_URLS: " in newcomer.with_env(BETAALHUB_PUBLIC_URLS=wrong).types("check", code=2)


def test_the_common_address_is_nobody_s_own(newcomer: Administrator) -> None:
    same = newcomer.with_env(BETAALHUB_PUBLIC_URL="https://b.example", BETAALHUB_PUBLIC_URLS="dorp=https://b.example")
    assert "laat het hier weg" in same.types("check", code=2)


@pytest.mark.parametrize("who", ["PSP", "ERP"])
def test_a_wrong_password_is_told_with_its_setting(connected: Administrator, who: str) -> None:
    setting = f"BETAALHUB_{who}_PASSWORD"
    said = connected.with_env(**{setting: "verkeerd"}).types("check", code=1)
    (line,) = [line for line in said.splitlines() if "FOUT" in line]
    assert "neemt ons niet aan" in line
    assert setting in line
    assert "verkeerd" not in said


def test_another_system_on_the_address_is_told(connected: Administrator, neighbours: RunningSimulators) -> None:
    said = connected.with_env(BETAALHUB_ERP_URL=neighbours.productsysteem_base).types("check", code=1)
    assert "staat daar wel het goede systeem?" in said


def test_a_register_that_is_behind_is_told_and_not_touched(newcomer: Administrator) -> None:
    said = newcomer.types("check", code=1)
    assert "Register            FOUT: Het register loopt achter of is nog leeg; draai eerst: betaalhub migrate" in said
    assert newcomer.types("migrate") == "Register is bijgewerkt.\n"


def test_an_empty_catalogue_is_told(newcomer: Administrator) -> None:
    newcomer.types("migrate")
    assert "er zijn nog geen producten en geen zenders en geen aansluitingen" in newcomer.types("check", code=1)


def test_every_psp_account_is_tried(connected: Administrator, neighbours: RunningSimulators) -> None:
    second = {f"BETAALHUB_PSP2_{name.upper()}": value for name, value in WORLDLINE.items()}
    both = connected.with_env(**second, BETAALHUB_PSP2_URL=neighbours.worldline_base)
    said = both.types("check", code=1)
    assert "het register kent geen PSP-account wl (BETAALHUB_PSP2_ACCOUNT)" in said
    assert f"PSP wl              goed, worldline op {neighbours.worldline_base}" in said
    assert "PSP psp             goed, docdata op" in said
    wrong = both.with_env(BETAALHUB_PSP2_PASSWORD="verkeerd").types("check", code=1)
    assert "klopt BETAALHUB_PSP2_MERCHANT met BETAALHUB_PSP2_PASSWORD?" in wrong and "verkeerd" not in wrong


def test_a_method_that_the_koppeling_cannot_open_is_told(
    connected: Administrator, neighbours: RunningSimulators
) -> None:
    catalogus = connected.directory / "catalogus.toml"
    demo = CATALOGUS.read_text(encoding="utf-8").replace('koppeling = "docdata"', 'koppeling = "worldline"')
    catalogus.write_text(demo.replace('code = "CREDITCARD"', 'code = "TIKKIE"'), encoding="utf-8")
    connected.types("init", "--catalogus", str(catalogus))
    first = {f"BETAALHUB_PSP_{name.upper()}": value for name, value in WORLDLINE.items() if name != "account"}
    said = connected.with_env(**first, BETAALHUB_PSP_URL=neighbours.worldline_base).types("check", code=1)
    assert "PSP-account psp: koppeling worldline kent TIKKIE niet; kies uit: BANCONTACT, CREDITCARD, IDEAL" in said
    assert f"PSP                 goed, worldline op {neighbours.worldline_base}" in said


@pytest.mark.parametrize(
    ("setting", "value", "heard"),
    [
        ("BETAALHUB_PSP_ACCOUNT", "ander", "het register kent geen PSP-account ander"),
        ("BETAALHUB_PSP_KOPPELING", "adyen", "heeft koppeling docdata, BETAALHUB_PSP_KOPPELING is adyen"),
    ],
)
def test_settings_that_do_not_fit_the_catalogue_are_told(
    connected: Administrator, setting: str, value: str, heard: str
) -> None:
    assert heard in connected.with_env(**{setting: value}).types("check", code=1)


@pytest.mark.parametrize(
    ("days", "code", "heard"), [((-3000, 3000), 0, "dagen geldig"), ((-3000, -900), 1, "verlopen")]
)
def test_the_certificate_that_answers_are_signed_with_is_looked_at(
    connected: Administrator, days: tuple[int, int], code: int, heard: str
) -> None:
    hub = identity("hub", days=days)
    paths = {"KEY": connected.directory / "sleutel.pem", "CERTIFICATE": connected.directory / "certificaat.pem"}
    paths["KEY"].write_bytes(hub.key_pem)
    paths["CERTIFICATE"].write_bytes(hub.pem)
    signing = connected.with_env(**{f"BETAALHUB_SOAP_{name}_PEM": str(path) for name, path in paths.items()})
    (line,) = [one for one in signing.types("check", code=code).splitlines() if one.startswith("Ondertekenen")]
    assert heard in line
