"""What must not start does not start, and says which setting is wrong."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import pytest

from betaalhub.app import access_choices, make_hub
from betaalhub.settings import Settings
from tests.cli.administrator import SECONDS, Administrator
from tests.ports import free_port, free_ports

REQUIRED = ("SECRET_KEY", "PSP_PASSWORD", "ERP_PASSWORD", "PRODUCTSYSTEEM_PASSWORD")


@pytest.mark.parametrize("command", ["init", "migrate", "check", "serve", "worker"])
def test_every_setting_that_is_missing_is_named(tmp_path: Path, command: str) -> None:
    said = Administrator(tmp_path, {f"BETAALHUB_{name}": None for name in REQUIRED}).types(command, code=2)
    assert said.startswith("Fout: Instellingen kloppen niet:\n")
    assert [line.split(":")[0].strip() for line in said.splitlines()[1:]] == [f"BETAALHUB_{name}" for name in REQUIRED]


def test_every_wrong_setting_is_named_with_what_it_should_be(newcomer: Administrator) -> None:
    wrong = newcomer.with_env(
        BETAALHUB_PROCESSES="veel", BETAALHUB_TLS_PROXY="yes", BETAALHUB_BIND="8080", BETAALHUB_SECRET_KEY="kort"
    )
    said = wrong.types("serve", code=2)
    for told in (
        "BETAALHUB_PROCESSES: geef een heel getal van 1 tot en met 64",
        "BETAALHUB_TLS_PROXY: geef ja of nee",
        "BETAALHUB_BIND: geef adres:poort",
        "BETAALHUB_SECRET_KEY: geef ten minste 32 tekens",
    ):
        assert told in said


def test_a_setting_that_does_not_exist_is_refused(newcomer: Administrator) -> None:
    said = newcomer.with_env(BETAALHUB_PSP_PASWORD="oeps").types("check", code=2)
    assert "BETAALHUB_PSP_PASWORD: deze instelling bestaat niet; zie deploy/env.example" in said
    assert "oeps" not in said


def test_a_secret_may_lie_in_a_file(administrator: Administrator) -> None:
    path = administrator.directory / "sleutel"
    path.write_text("k" * 32 + "\n")
    apart = administrator.with_env(BETAALHUB_SECRET_KEY=None, BETAALHUB_SECRET_KEY_FILE=str(path))
    assert "Geen uitval" in apart.types("uitval", "list")
    path.unlink()
    assert "bestand uit BETAALHUB_SECRET_KEY_FILE is niet te lezen" in apart.types("uitval", "list", code=2)


def test_a_secret_comes_from_one_place(administrator: Administrator) -> None:
    both = administrator.with_env(BETAALHUB_PSP_PASSWORD_FILE="/etc/hostname")
    assert "BETAALHUB_PSP_PASSWORD_FILE, niet allebei" in both.types("uitval", "list", code=2)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"SOAP_ENDPOINTS": "vrij,2w-be-se"},
            "SOAP_ENDPOINTS: geef een of meer van, met komma's ertussen: vrij, 2w-be, 2w-be-s",
        ),
        ({"SOAP_ENDPOINTS": "vrij,vrij"}, "SOAP_ENDPOINTS: geef een of meer van"),
        (
            {"SOAP_ENDPOINTS": "vrij,2w-be-s"},
            "SOAP_ENDPOINTS: op 2w-be-s wordt elk antwoord ondertekend; geef BETAALHUB_SOAP_KEY_PEM",
        ),
        ({"SOAP_KEY_PEM": "/etc/hostname"}, "SOAP_KEY_PEM en BETAALHUB_SOAP_CERTIFICATE_PEM: geef ze allebei"),
        ({"SOAP_KEY_PEM": "/er/is/niets"}, "SOAP_KEY_PEM: dit bestand is er niet"),
        ({"SOAP_KEY_PEM": "/etc/hostname", "SOAP_CERTIFICATE_PEM": "/etc/hostname"}, "geen leesbare PEM"),
    ],
)
def test_a_hub_that_should_sign_starts_only_with_what_it_needs(
    newcomer: Administrator, given: dict[str, str], told: str
) -> None:
    assert told in newcomer.with_env(**{f"BETAALHUB_{name}": value for name, value in given.items()}).types(
        "serve", code=2
    )


def test_the_hub_listens_to_the_world_only_behind_a_tls_proxy(newcomer: Administrator) -> None:
    said = newcomer.with_env(BETAALHUB_BIND="0.0.0.0:8080").types("serve", code=2)
    assert "BETAALHUB_BIND: de hub luistert alleen op loopback" in said
    assert "BETAALHUB_TLS_PROXY=ja" in said


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        ({"CLIENT_CERTIFICATES": "ja", "TLS_PROXY": "ja"}, "geef BETAALHUB_PROXY_SECRET"),
        ({"CLIENT_CERTIFICATES": "ja", "PROXY_SECRET": "s" * 32}, "zet BETAALHUB_TLS_PROXY=ja"),
        ({"PROXY_SECRET": "kort"}, "BETAALHUB_PROXY_SECRET: geef ten minste 32 tekens"),
        ({"USERNAMETOKEN": "ja"}, "geef ook BETAALHUB_USERNAMETOKEN_KEY"),
        ({"SOAP_PER_MINUTE": "-1"}, "BETAALHUB_SOAP_PER_MINUTE: geef een heel getal van 0"),
    ],
)
def test_a_way_to_prove_oneself_needs_all_its_settings(
    newcomer: Administrator, given: dict[str, str], heard: str
) -> None:
    said = newcomer.with_env(**{f"BETAALHUB_{name}": value for name, value in given.items()}).types("check", code=2)
    assert heard in said
    assert "kort" not in said.replace("geef ten minste", "")


def test_certificates_count_only_where_they_are_switched_on(newcomer: Administrator) -> None:
    secret = {"BETAALHUB_PROXY_SECRET": "s" * 32, "BETAALHUB_TLS_PROXY": "ja"}
    for on, known in (("nee", None), ("ja", "s" * 32)):
        env = newcomer.with_env(**secret, BETAALHUB_CLIENT_CERTIFICATES=on).env
        choices = access_choices(Settings.from_env(env))  # type: ignore[arg-type]
        assert choices.proxy_secret == known
        assert "sss" not in repr(choices)


def test_simulators_do_not_start_beside_a_production_account(newcomer: Administrator) -> None:
    production = newcomer.with_env(BETAALHUB_PSP_PRODUCTIE="ja")
    assert "BETAALHUB_PSP_PRODUCTIE" in production.types("simulators", code=2)
    demo = production.types("demo", "--map", str(newcomer.directory / "demo"), code=2)
    assert "BETAALHUB_PSP_PRODUCTIE" in demo


SECOND = {
    "ACCOUNT": "wl",
    "KOPPELING": "worldline",
    "URL": "http://127.0.0.1:1",
    "MERCHANT": "GemeenteDemo",
    "KEY_ID": "sleutel",
    "PASSWORD": "geheim-van-worldline",
    "WEBHOOK_KEY_ID": "webhook",
    "WEBHOOK_SECRET": "geheim-van-de-webhook",
}


def with_second(administrator: Administrator, **changes: str | None) -> Administrator:
    """An administrator who added a second PSP account, with these changes."""
    values = {f"BETAALHUB_PSP2_{name}": value for name, value in {**SECOND, **changes}.items()}
    return administrator.with_env(**values)


def settings_of(administrator: Administrator) -> Settings:
    return Settings.from_env({name: value for name, value in administrator.env.items() if value is not None})


def test_a_second_psp_account_has_its_own_connector_and_settings(newcomer: Administrator) -> None:
    hub = make_hub(settings_of(with_second(newcomer)))
    assert {account: psp.code for account, psp in hub.psps.items()} == {"psp": "docdata", "wl": "worldline"}


def test_a_secret_of_a_second_psp_account_may_lie_in_a_file(newcomer: Administrator) -> None:
    (newcomer.directory / "geheim").write_text("uit een bestand\n")
    apart = with_second(newcomer, PASSWORD=None, PASSWORD_FILE=str(newcomer.directory / "geheim"))
    assert settings_of(apart).psps[1].password == "uit een bestand"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ACCOUNT": None}, "BETAALHUB_PSP2_ACCOUNT: ontbreekt; Code van het PSP-account"),
        ({"URL": None}, "BETAALHUB_PSP2_URL: ontbreekt"),
        ({"URL": "worldline.example"}, "BETAALHUB_PSP2_URL: geef een adres"),
        ({"PASSWORD": None}, "BETAALHUB_PSP2_PASSWORD: ontbreekt"),
        ({"ACCOUNT": "psp"}, "BETAALHUB_PSP2_ACCOUNT: psp is ook de code van BETAALHUB_PSP_ACCOUNT"),
        ({"ACCOUNT": "een/twee"}, "BETAALHUB_PSP2_ACCOUNT: geef 1 tot en met 30 letters"),
        ({"PASWORD": "oeps"}, "BETAALHUB_PSP2_PASWORD: deze instelling bestaat niet"),
        ({"PRODUCTIE": "yes"}, "BETAALHUB_PSP2_PRODUCTIE: geef ja of nee"),
        ({"KOPPELING": "adyen"}, "BETAALHUB_PSP2_KOPPELING: onbekende koppeling adyen; kies uit: docdata, worldline"),
        ({"WEBHOOK_SECRET": None}, "BETAALHUB_PSP2_WEBHOOK_SECRET: ontbreekt; koppeling worldline kan niet zonder"),
        ({"KOPPELING": "docdata"}, "BETAALHUB_PSP2_KEY_ID: koppeling docdata kent dit niet"),
        ({"URL": "http://127.0.0.1:1/v2"}, "BETAALHUB_PSP2_…: worldline: give the address of the API without a path"),
        ({"MERCHANT": "een/twee"}, "BETAALHUB_PSP2_…: worldline: the PSPID takes"),
    ],
)
def test_a_wrong_second_psp_account_is_named(
    newcomer: Administrator, changes: dict[str, str | None], told: str
) -> None:
    said = with_second(newcomer, **changes).types("serve", code=2)
    assert told in said
    assert not [secret for secret in ("geheim-van", "oeps") if secret in said]


def test_a_tenth_psp_account_is_refused(newcomer: Administrator) -> None:
    said = newcomer.with_env(BETAALHUB_PSP10_ACCOUNT="tien").types("serve", code=2)
    assert "BETAALHUB_PSP10_ACCOUNT: deze instelling bestaat niet" in said


def test_simulators_do_not_start_beside_a_second_account_in_production(newcomer: Administrator) -> None:
    production = with_second(newcomer, PRODUCTIE="ja")
    assert "productieaccount" in production.types("simulators", code=2)
    demo = production.types("demo", "--map", str(newcomer.directory / "demo"), code=2)
    assert "BETAALHUB_PSP2_PRODUCTIE" in demo


@pytest.mark.parametrize(
    ("command", "setting"),
    [
        (["serve"], "BETAALHUB_BIND"),
        (["demo", "--map", "demo"], "BETAALHUB_BIND"),
        (["simulators"], "BETAALHUB_SIMULATOR_ERP_PORT"),
        (["demo", "--map", "demo"], "BETAALHUB_SIMULATOR_ERP_PORT"),
    ],
)
def test_a_port_that_is_taken_is_named_with_its_setting(
    newcomer: Administrator, command: list[str], setting: str
) -> None:
    hub, psp, erp, page = free_ports(4)
    ports = {"BIND": f"127.0.0.1:{hub}", "SIMULATOR_PSP_PORT": psp, "SIMULATOR_ERP_PORT": erp}
    ports["SIMULATOR_PRODUCTSYSTEEM_PORT"] = page
    elsewhere = newcomer.with_env(**{f"BETAALHUB_{name}": str(value) for name, value in ports.items()})
    taken = hub if setting.endswith("BIND") else erp
    with socket.create_server(("127.0.0.1", taken)):
        said = elsewhere.is_refused(*command)
    assert str(taken) in said
    assert setting in said


def test_one_port_for_two_is_refused(newcomer: Administrator) -> None:
    port = free_port()
    twice = newcomer.with_env(BETAALHUB_BIND=f"127.0.0.1:{port}", BETAALHUB_SIMULATOR_PSP_PORT=str(port))
    said = twice.types("demo", "--map", str(newcomer.directory / "demo"), code=2)
    assert f"poort {port} is twee keer gekozen: met BETAALHUB_BIND en met BETAALHUB_SIMULATOR_PSP_PORT" in said


def test_a_folder_that_is_a_file_is_refused(newcomer: Administrator) -> None:
    (newcomer.directory / "demo").touch()
    said = newcomer.types("demo", "--map", str(newcomer.directory / "demo" / "hier"), code=2)
    assert "--map" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_writes_when_it_starts_and_stops(administrator: Administrator, number: signal.Signals) -> None:
    process = administrator.starts("worker")
    assert process.stderr is not None
    first = json.loads(process.stderr.readline())
    process.send_signal(number)
    _, rest = process.communicate(timeout=SECONDS)
    assert (first["event"], first["concurrency"]) == ("worker_started", 1)
    assert json.loads(rest.splitlines()[-1])["event"] == "worker_stopped"
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_simulators_tell_a_supplier_where_they_are_and_stop_when_asked(
    newcomer: Administrator, number: signal.Signals
) -> None:
    psp, erp, page, postbus, smtp = free_ports(5)
    supplier = Administrator(newcomer.directory, {f"BETAALHUB_{name}": None for name in REQUIRED})  # chose no secrets
    process = supplier.with_env(
        BETAALHUB_SIMULATOR_PSP_PORT=str(psp),
        BETAALHUB_SIMULATOR_ERP_PORT=str(erp),
        BETAALHUB_SIMULATOR_PRODUCTSYSTEEM_PORT=str(page),
        BETAALHUB_SIMULATOR_POSTBUS_PORT=str(postbus),
        BETAALHUB_SIMULATOR_SMTP_PORT=str(smtp),
    ).starts("simulators")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    process.send_signal(number)
    process.communicate(timeout=SECONDS)
    assert f"SOAP http://127.0.0.1:{erp}/soap/grootboek  (gebruiker betaalhub)" in lines[2]
    assert f"SMTP 127.0.0.1:{smtp}" in lines[4]
    assert process.returncode == 0
