"""Every address of the hub says who may use it, and the SOAP door asks who calls."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import Client

from betaalhub.app import make_application, make_hub
from betaalhub.settings import FIELDS, PREFIX, Settings
from betaalhub.web.application import make_web
from betaalhub.web.guards import guard_of

# What everybody may open. Who adds a line here, tells why in the guard's reason.
PUBLIC = {
    "/",
    "/.well-known/security.txt",
    "/csp-melding",
    "/health/live",
    "/health/ready",
    "/static/<name>",
    "/static/thema/<naam>/<version>/<path:name>",
} | {f"/<any(nl, en):taal>/{page}" for page in ("hulp", "privacy", "toegankelijkheid", "waar-is-mijn-betaling")}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    register = tmp_path_factory.mktemp("register") / "register.sqlite3"
    required = {PREFIX + field.name: "x" * 32 for field in FIELDS if field.default is None}
    return Settings.from_env({**required, f"{PREFIX}DATABASE_URL": f"sqlite:///{register}"})


@pytest.fixture(scope="module")
def web(settings: Settings) -> Flask:
    return make_web(make_hub(settings), security_contact="mailto:veilig@gemeente.example")


def guards(web: Flask) -> dict[str, str]:
    """The kind of guard by address."""
    return {
        rule.rule: getattr(guard_of(web.view_functions[rule.endpoint]), "kind", "") for rule in web.url_map.iter_rules()
    }


def test_every_view_declares_who_may_use_it(web: Flask) -> None:
    assert not [rule for rule, kind in guards(web).items() if kind not in {"public", "token", "kijk", "psp_hint"}]


def test_what_is_public_is_listed_here(web: Flask) -> None:
    assert {rule for rule, kind in guards(web).items() if kind == "public"} == PUBLIC


def test_a_public_view_tells_why(web: Flask) -> None:
    found = [guard_of(view) for view in web.view_functions.values()]
    assert not [guard for guard in found if guard is None or len(guard.reason) < 10]


def test_pages_of_a_winkelmandje_open_only_with_its_token(web: Flask) -> None:
    assert not [
        rule
        for rule, kind in guards(web).items()
        if ("winkelmandje" in rule) != (kind == "token" and "<token>" in rule)
    ]


def test_a_kijktoken_opens_only_pages_that_show(web: Flask) -> None:
    shown = {rule.rule: rule.methods for rule in web.url_map.iter_rules() if "<kijktoken>" in rule.rule}
    assert {rule for rule, kind in guards(web).items() if kind == "kijk"} == set(shown)
    assert set().union(*map(set, shown.values())) == {"GET", "HEAD", "OPTIONS"}


def test_only_the_psp_gives_hints(web: Flask) -> None:
    assert not [rule for rule, kind in guards(web).items() if rule.startswith("/psp/") != (kind == "psp_hint")]


def test_the_soap_door_asks_who_calls(settings: Settings) -> None:
    message = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x/></s:Body></s:Envelope>'
    answer = Client(make_application(settings)).post("/soap/v1", data=message, content_type="text/xml")
    assert answer.status_code == 401
    assert "NIET_GEAUTHENTICEERD" in answer.text


@pytest.mark.parametrize("path", ["/soap/v1/2w-be", "/soap/v1/2w-be-s", "/soap/v1/2w-be-s/wsdl"])
def test_a_soap_address_that_is_not_chosen_is_closed(settings: Settings, path: str) -> None:
    client = Client(make_application(settings))
    answer = client.post(path, data=b"<x/>", content_type="text/xml", auth=("esb", "geheim"))
    assert (answer.status_code, answer.mimetype, "ADRES_ONBEKEND" in answer.text) == (500, "text/xml", True)
    assert (client.get(f"{path}?wsdl").status_code, client.get(path).mimetype) == (404, "text/plain")
