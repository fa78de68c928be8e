"""The application as a whole: every address guarded, every answer with its headers, no cookie, errors in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from betaalhub.flows.verval import expire
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.storage.tables import BetaalopdrachtRow
from betaalhub.web.application import make_web
from betaalhub.web.guards import guard_of, public
from betaalhub.web.static_files import FOLDER, compressed
from tests.web.gemeente import EVENEMENT, page_of

KINDS = {"public", "token", "kijk", "psp_hint"}
HEADERS = ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy")


def test_every_address_says_who_may_open_it(gemeente):
    app = make_web(gemeente.hub)
    guards = {rule.endpoint: guard_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert {guard.kind for guard in guards.values()} == KINDS
    assert {name for name, guard in guards.items() if name.startswith("portal.") and guard.kind != "token"} == set()


@pytest.mark.parametrize(
    "address", ["/", "/health/live", "/static/portal.css", "/psp/niets/melding", "/nl/winkelmandje/x"]
)
def test_every_answer_carries_the_security_headers(gemeente, address):
    headers = gemeente.get(address).headers
    assert all(name in headers for name in HEADERS)
    assert headers["Cache-Control"] == "no-store" and "Set-Cookie" not in headers


def test_a_whole_payment_sets_no_cookie(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    answers = [gemeente.get(page), gemeente.pays(page), gemeente.get(f"{page}/terug/1"), gemeente.get(f"{page}/status")]
    assert not any("Set-Cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 64, "../" * 10, "'or'1'='1'or'1'='1'or"])
def test_an_unknown_token_is_not_found_whatever_it_looks_like(gemeente, token):
    answer = gemeente.get(f"/nl/winkelmandje/{token}")
    assert answer.status_code == 404 and "Wij kunnen deze pagina niet vinden" in answer.text


def test_another_language_than_ours_is_not_found(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    assert gemeente.get(page.replace("/nl/", "/de/")).status_code == 404


@pytest.mark.parametrize("form", ["betalen", "toevoegen", "verwijderen", "terugzetten"])
def test_who_opens_the_address_of_a_form_goes_on_to_her_winkelmandje(gemeente, form):
    page = page_of(gemeente.offers(EVENEMENT))
    answer = gemeente.get(f"{page}/{form}")
    assert (answer.status_code, answer.headers["Location"]) == (303, page)


def test_a_page_that_takes_no_form_says_so(gemeente):
    answer = gemeente.browser.post(f"{page_of(gemeente.offers(EVENEMENT))}/status")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_a_betaalopdracht_that_expired_is_gone_and_nothing_is_claimed_about_money(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    gemeente.clock.forward(days=14)
    with gemeente.hub.sessions.begin() as session:
        expire(
            session, session.scalars(select(BetaalopdrachtRow.id)).one(), keys=gemeente.hub.keys, now=gemeente.clock()
        )
    for address in (page, f"{page}/status"):
        answer = gemeente.get(address)
        assert answer.status_code == 410 and "U kunt hier niet meer betalen" in answer.text
        assert "niets betaald" not in answer.text


def test_the_host_header_and_double_slashes_lead_nowhere_else(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    for address in (page, f"{page}/bewijs", "//evil.example/x", f"{page}//status"):
        answer = gemeente.browser.get(address, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in answer.text and "evil.example" not in answer.headers.get("Location", "")


def test_a_body_that_is_too_large_is_refused(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    assert gemeente.browser.post(f"{page}/betalen", data={"sleutel": "x" * 70_000}).status_code == 413


def test_when_we_fail_ourselves_she_gets_a_code_and_is_not_told_that_nothing_was_paid(gemeente, capfd):
    app = make_web(gemeente.hub)
    app.add_url_rule("/stuk", "stuk", public("a test")(lambda: {}["geheim van een burger"]))
    answer = Client(app).get("/stuk")
    code = answer.text.split("Noem dan code ")[1][:6]
    assert answer.status_code == 500 and code.isdigit() and "Betaal niet nog een keer." in answer.text
    assert "geheim" not in answer.text


def test_when_the_register_is_away_every_page_says_so_and_ready_says_no(gemeente, tmp_path):
    away = replace(gemeente.hub, sessions=make_sessions(make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")))
    browser = Client(make_web(away))
    page = f"/nl/winkelmandje/{'a' * 43}"
    answer = browser.post(f"{page}/betalen")
    assert answer.status_code == 503 and "Het betaalportaal werkt nu even niet." in answer.text
    assert f'href="{page}"' in answer.text  # a way on that sends no form for the second time
    assert (browser.get("/health/ready").status_code, browser.get("/health/live").status_code) == (503, 200)


def test_ready_with_a_migrated_register(gemeente):
    answer = gemeente.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_browsers_keep_our_files_when_the_address_carries_their_fingerprint(gemeente):
    page = gemeente.get(page_of(gemeente.offers(EVENEMENT))).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert gemeente.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gemeente.get("/static/portal.css?v=0").headers["Cache-Control"] == "no-store"
    assert gemeente.get("/static/..%2fguards.py").status_code == 404


def test_our_files_stay_small(gemeente):
    assert len(compressed("portal.css")) < 16_000
    assert (FOLDER / "portal.js").stat().st_size < 2_000


def test_no_page_carries_a_style_or_script_that_our_own_policy_would_stop(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    for address in (page, f"{page}/status", "/nl/niets"):
        text = gemeente.get(address).text
        assert " style=" not in text and "<style" not in text and "onclick" not in text and "<script>" not in text


def test_a_browsers_report_of_our_policy_is_taken_and_nothing_is_told_back(gemeente):
    answer = gemeente.browser.post("/csp-melding", json={"csp-report": {"effective-directive": "script-src"}})
    assert (answer.status_code, answer.data) == (204, b"")
