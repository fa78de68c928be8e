"""Whatever is asked of the hub, and however it ends: every answer carries every header, and no cookie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import Client, TestResponse

from betaalhub.app import make_application, make_hub
from betaalhub.flows.keys import make_kijktoken
from betaalhub.settings import Settings
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.web.application import make_web
from betaalhub.web.security import ALWAYS, TLS_ONLY
from tests.builders import settings_env
from tests.web.gemeente import EVENEMENT, page_of

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "ONZIN")
SOAP = ("/soap/v1", "/soap/v1/wsdl", "/soap/v1?wsdl", "/soap/v1?xsd=niets", "/soap/v1/2w-be", "/soap/v1/x")
ELSEWHERE = (
    "/",
    "/geen/pagina",
    "/nl/",
    "/en/winkelmandje/",
    "//evil.example/",
    "/static/../x",
    "/%00",
    "/favicon.ico",
)


def faults(answer: TestResponse, *, tls: bool = True) -> list[str]:
    """What is missing or wrong in the headers of this answer."""
    wanted = ALWAYS + (TLS_ONLY if tls else [])
    wrong = [name for name, value in wanted if answer.headers.getlist(name) != [value]]
    if len(answer.headers.getlist("Cache-Control")) != 1:
        wrong.append("Cache-Control")
    return wrong + ["Set-Cookie" for _ in answer.headers.getlist("Set-Cookie")]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, loaded_register) -> Iterator[Settings]:
    env = settings_env(loaded_register, tls_proxy="ja", security_contact="mailto:veilig@gemeente.example")
    return Settings.from_env(env)


@pytest.fixture(scope="module")
def addresses(hub: Settings) -> list[str]:
    """Every address of the portal with something in its places, and those of SOAP, and some that are not there."""
    app = make_web(make_hub(hub), security_contact="mailto:x@gemeente.example")
    values = {
        "taal": "nl",
        "token": "a" * 43,
        "kijktoken": "1-" + "a" * 32,
        "n": "1",
        "volgnummer": "1",
        "name": "portal.css",
        "account": "psp",
        "naam": "betaalhub",
        "version": "0" * 8,
    }
    with app.test_request_context():
        adapter = app.url_map.bind("betalen.example")
        found = []
        for rule in app.url_map.iter_rules():
            found.append(
                adapter.build(
                    rule.endpoint,
                    {name: values[name] for name in rule.arguments},
                    method="GET" if "GET" in (rule.methods or ()) else "POST",
                )
            )
    return [*found, *SOAP, *ELSEWHERE]


@pytest.mark.parametrize("method", METHODS)
def test_every_address_answers_every_method_with_every_header(hub: Settings, addresses: list[str], method: str) -> None:
    client = Client(make_application(hub))
    wrong = {address: missing for address in addresses if (missing := faults(client.open(address, method=method)))}
    assert len(addresses) > 25 and not wrong


@pytest.mark.parametrize("data", [b"x" * 70_000, b"\xff\xfe", b"<?xml version='1.0'?><!DOCTYPE x><x/>"])
def test_bad_messages_are_refused_with_every_header(hub: Settings, addresses: list[str], data: bytes) -> None:
    client = Client(make_application(hub))
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"):
        wrong = [a for a in addresses if faults(client.post(a, data=data, content_type=kind))]
        assert not wrong


def test_without_a_register_too(hub: Settings, addresses: list[str], tmp_path) -> None:
    away = replace(make_hub(hub), sessions=make_sessions(make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")))
    client = Client(make_application(hub, away))
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} >= {503} and not any(faults(answer) for answer in answers)


def test_without_tls_no_browser_is_told_to_insist(hub: Settings) -> None:
    plain = Client(make_application(replace(hub, tls_proxy=False)))
    answer = plain.get("/nl/hulp")
    assert not faults(answer, tls=False) and "Strict-Transport-Security" not in answer.headers


def test_pages_with_something_in_them_carry_every_header(gemeente) -> None:
    page = page_of(gemeente.offers(EVENEMENT))
    answers = [gemeente.get(page), gemeente.post(page, "betalen", methode="IDEAL"), gemeente.get(f"{page}/status")]
    kijk = make_kijktoken(gemeente.hub.portaal, 1)
    answers += [gemeente.get(f"/nl/betaling/{kijk}{part}") for part in ("", "/stand", "/bewijs")]
    assert not any(faults(answer) for answer in answers)


def test_who_finds_a_weak_spot_reads_where_to_tell_it(hub: Settings) -> None:
    answer = Client(make_application(hub)).get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain" and "Contact: mailto:veilig@gemeente.example\n" in answer.text
    assert "\nExpires: 2" in answer.text and f"\nCanonical: {hub.public_url}/.well-known" in answer.text
    nothing = Client(make_application(replace(hub, security_contact=None)))
    assert nothing.get("/.well-known/security.txt").status_code == 404
