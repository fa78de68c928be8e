"""Traps that were found in review: each of these once slipped through a rule that looked right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.betaalopdracht import is_under
from betaalhub.domain.kenmerk import is_rf_reference, rf_reference
from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import TRANSITIONS, TerugbetalingStatus

ADRES = "https://loket.gemeente.example/betaald"
T = TerugbetalingStatus
NUMBERS = [str(number) for number in range(1, 1000)]


def gets(check: str) -> Callable[[str], bool]:
    """Is this the pair of check digits that a text gets?"""
    return lambda text: rf_reference(text)[2:4] == check


@pytest.mark.parametrize(
    "path",
    [
        "/..;/uit",  # Tomcat takes away what follows the semicolon
        "/%2e%2e;x/uit",
        "/.;/x",
        "/%252e%252e/uit",  # decoded twice on its way
        "/..%252fuit",
        "//nep.example",
        "/klaar%00.html",
        "/klaar\u2028x",
        "/één",
        "/\\..\\..\\uit",
        "\uff0fuit",  # a slash after normalisation
    ],
)
def test_a_path_that_servers_read_differently_is_refused(path: str) -> None:
    assert not is_under(ADRES + path, ADRES)


@pytest.mark.parametrize(
    "url", ["http://loket.gemeente.example:443/betaald", "ftp://loket.gemeente.example:443/betaald"]
)
def test_the_right_port_does_not_make_up_for_the_wrong_scheme(url: str) -> None:
    assert not is_under(url, ADRES)


@pytest.mark.parametrize(
    "rest", ["?verder=%2Fzaak%2F1", "/klaar?terug=a/../b", "/klaar?x=%00#//y", "/klaar;v=1", "/a.b/..c"]
)
def test_what_stands_in_the_query_or_in_an_ordinary_name_is_the_product_systems_own_affair(rest: str) -> None:
    assert is_under(ADRES + rest, ADRES)


# The last three have check digits 98, 97 and 02, which are 01, 00 and 99 to a plain sum modulo 97.
@pytest.mark.parametrize(
    "body", ["AB2G5", "A", "1" * 21, *(next(filter(gets(n), NUMBERS)) for n in ("98", "97", "02"))]
)
def test_an_rf_reference_has_one_pair_of_check_digits(body: str) -> None:
    assert [f"RF{check:02d}{body}" for check in range(100) if is_rf_reference(f"RF{check:02d}{body}")] == [
        rf_reference(body)
    ]


def test_no_refund_goes_round_the_approval() -> None:
    steps = {van for van, naar in TRANSITIONS[T].items() if naar & {T.VERZENDEN, T.HANDMATIG}}
    assert steps == {T.GOEDGEKEURD, T.ONBEKEND}


def test_a_refund_that_was_handed_in_may_turn_out_unknown() -> None:
    assert TRANSITIONS[T][T.INGEDIEND] == {T.VOLTOOID, T.MISLUKT, T.ONBEKEND}


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"])
)
def test_dates_are_no_personal_numbers_whatever_stands_beside_them(day: date, spelled: str) -> None:
    text = day.strftime(spelled)
    for line in (
        text,
        f"Markt {text} - {text}",
        f"{text} {text}",
        f"{text} 150 kramen",
        f"150 {text}",
        f"1234 {text} 5678",
    ):
        assert mask_tekst(line) == (line, ())


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_number_beside_a_date_is_found_all_the_same(day: date) -> None:
    text = day.strftime("%d-%m-%Y")
    assert mask_tekst(f"{text} 123 456 782 {text}") == (f"{text} *** {text}", ("BSN",))
    assert mask_tekst(f"{text}-4111 1111 1111 1111") == (f"{text}-***", ("KAARTNUMMER",))
