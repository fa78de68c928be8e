"""The small parts of the portal: guards, headers, signed keys, limits, amounts, links out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.errors import ConfigurationError
from betaalhub.web.guards import guard_of, public, refuse_unguarded, token_holder
from betaalhub.web.limits import Attempts
from betaalhub.web.portal.amounts import read_amount
from betaalhub.web.portal.form_key import TRIP_VALID, FormKey, Signer, Trip
from betaalhub.web.portal.links import return_links, shop_links
from betaalhub.web.security import SecurityHeaders
from betaalhub.web.texts import Taal, load_texts

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY = FormKey("482710936577", 3, 12_000, "n" * 43)
SIGNER = Signer("a secret of more than thirty-two characters")


def test_a_view_without_a_guard_is_refused_at_the_start():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", "bare", lambda: "anything")
    with pytest.raises(ConfigurationError, match="bare"):
        refuse_unguarded(app)


def test_a_view_that_comes_later_without_a_guard_is_not_found():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/open", "open", public("a test")(lambda: "yes"))
    refuse_unguarded(app)
    app.add_url_rule("/late", "late", lambda: "no")
    assert app.test_client().get("/open").text == "yes"
    assert app.test_client().get("/late").status_code == 404


def test_a_guard_says_why_it_is_enough():
    assert guard_of(token_holder(lambda token: token)).reason
    assert guard_of(lambda: None) is None


def answer(headers, *, tls):
    """The headers of an application behind the middleware."""
    seen = {}

    def start_response(_status, got, _exc_info=None):
        seen.update(got)

    list(SecurityHeaders(lambda _e, start: (start("200 OK", headers), [b""])[1], tls=tls)({}, start_response))
    return seen


def test_every_answer_carries_the_security_headers_whatever_the_room_set():
    got = answer([("Content-Type", "text/xml"), ("x-frame-options", "ALLOWALL")], tls=False)
    assert got["X-Frame-Options"] == "DENY" and "x-frame-options" not in got
    assert "default-src 'none'" in got["Content-Security-Policy"] and got["Cache-Control"] == "no-store"


def test_browsers_are_told_to_insist_on_tls_only_where_there_is_tls():
    assert "Strict-Transport-Security" in answer([], tls=True)
    assert "Strict-Transport-Security" not in answer([], tls=False)


def test_a_room_may_say_itself_how_long_an_answer_may_be_kept():
    assert answer([("Cache-Control", "public, max-age=60")], tls=False)["Cache-Control"] == "public, max-age=60"


def test_a_signed_key_reads_as_it_was_made():
    assert SIGNER.read(FormKey, SIGNER.sign(KEY)) == KEY


@given(st.text(max_size=80))
def test_what_we_did_not_sign_reads_as_nothing(text):
    assert SIGNER.read(FormKey, text) is None


def test_a_key_for_one_purpose_is_no_key_for_another_nor_under_another_secret():
    assert SIGNER.read(Trip, SIGNER.sign(KEY)) is None
    assert Signer("another secret of more than thirty-two").read(FormKey, SIGNER.sign(KEY)) is None


def test_a_trip_to_the_psp_is_short():
    trip = SIGNER.sign_trip(KEY, NOW)
    assert SIGNER.read_trip(trip, NOW).mandje == KEY.mandje
    assert SIGNER.read_trip(trip, NOW + TRIP_VALID) is None


def test_the_sixth_miss_within_a_quarter_of_an_hour_is_one_too_many():
    misses = Attempts(5, timedelta(minutes=15))
    assert [misses.take("a", NOW) for _ in range(6)] == [True] * 5 + [False]
    assert misses.take("b", NOW)
    assert misses.take("a", NOW + timedelta(minutes=15))


def test_a_hit_does_not_count():
    misses = Attempts(1, timedelta(minutes=15))
    assert misses.take("a", NOW)
    misses.give_back("a")
    assert misses.take("a", NOW)


def test_the_memory_of_misses_is_bounded():
    misses = Attempts(1, timedelta(minutes=15), keys=2)
    assert all(misses.take(key, NOW) for key in "abc")
    assert misses.take("a", NOW), "the oldest was forgotten"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("87,60", 8760), ("€ 87,60", 8760), ("87.60", 8760), ("120", 12_000), ("120,-", 12_000), ("EUR 5", 500),
        ("1.234,50", 123_450), ("1,234.50", 123_450), ("1.234", 123_400), ("0,05", 5),
        ("", None), ("0", None), ("abc", None), ("1,2", None), ("-5", None), ("1e5", None), ("٣", None), ("9" * 13, None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(typed, cents):
    assert read_amount(typed) == cents


@given(st.integers(1, 99_999_999))
def test_what_we_write_we_can_read(cents):
    assert {read_amount(load_texts()[taal].money(cents)) for taal in Taal} == {cents}


def stand(*urls):
    """A winkelmandje with one betaalopdracht per address; every other comes from the same product system."""
    opdrachten = [SimpleNamespace(zender_naam=f"systeem {i % 2}", terugkeer_url=url) for i, url in enumerate(urls)]
    return SimpleNamespace(opdrachten=opdrachten, meebetaaltoken="7-1-x y&z")


def test_one_link_back_per_product_system_with_nothing_appended():
    links = return_links(stand("https://a.example/x?y=1", "https://b.example/", "https://a.example/other"))
    assert [link.url for link in links] == ["https://a.example/x?y=1", "https://b.example/"]


def test_verder_winkelen_carries_the_meebetaaltoken_once():
    (link,) = shop_links(stand("https://a.example/x?y=1&meebetaaltoken=old#deel"))
    assert link.url == "https://a.example/x?y=1&meebetaaltoken=7-1-x+y%26z#deel"
