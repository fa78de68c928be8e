"""References that people read aloud and banks check: a slip of one digit or of two neighbours never goes unseen."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from betaalhub.domain.kenmerk import (
    betalingskenmerk,
    format_kenmerk,
    ideal_description,
    is_betalingskenmerk,
    is_kenmerk,
    is_rf_reference,
    make_kenmerk,
    parse_kenmerk,
    psp_referentie,
    rf_reference,
)
from betaalhub.errors import Refusal

KENMERKEN = st.integers(min_value=0).map(lambda seed: make_kenmerk(random.Random(seed).randrange))
PLACES = st.integers(min_value=0, max_value=11)


@given(KENMERKEN)
def test_a_kenmerk_is_twelve_digits_that_check(kenmerk: str) -> None:
    assert re.fullmatch("[1-9][0-9]{11}", kenmerk)
    assert is_kenmerk(kenmerk)
    assert int(kenmerk) % 97 == 1  # ISO 7064 mod 97-10


@pytest.mark.parametrize("draw", [lambda n: 0, lambda n: n - 1])
def test_the_ends_of_the_range_are_kenmerken_too(draw: object) -> None:
    assert is_kenmerk(make_kenmerk(draw))  # type: ignore[arg-type]


@given(KENMERKEN, PLACES, st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(kenmerk: str, place: int, digit: str) -> None:
    assume(kenmerk[place] != digit)
    assert not is_kenmerk(kenmerk[:place] + digit + kenmerk[place + 1 :])


@given(KENMERKEN, st.integers(min_value=0, max_value=10))
def test_two_neighbours_that_changed_places_are_always_found(kenmerk: str, place: int) -> None:
    assume(kenmerk[place] != kenmerk[place + 1])
    swapped = kenmerk[:place] + kenmerk[place + 1] + kenmerk[place] + kenmerk[place + 2 :]
    assert not is_kenmerk(swapped)


@given(st.integers(min_value=10**9, max_value=10**10 - 1))
def test_a_head_has_one_pair_of_check_digits(head: int) -> None:
    assert sum(is_kenmerk(f"{head}{check:02d}") for check in range(100)) == 1


@given(KENMERKEN, st.sampled_from([" ", "-", ".", "  ", "\u00a0"]))
def test_a_kenmerk_is_read_back_however_it_is_typed(kenmerk: str, between: str) -> None:
    assert parse_kenmerk(f" {format_kenmerk(kenmerk).replace(' ', between)} ") == kenmerk


def test_it_is_shown_in_three_groups_of_four() -> None:
    assert format_kenmerk("482710936577") == "4827 1093 6577"


@pytest.mark.parametrize("typed", ["", "4827", "482710936576", "0" * 12, "٤٨٢٧١٠٩٣٦٥٧٧", "4827 1093 6577 1", "ja"])
def test_what_is_no_kenmerk_is_refused_and_never_repeated(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_kenmerk(typed)
    assert refused.value.code == "KENMERK_ONJUIST"
    assert not typed or typed not in refused.value.omschrijving


@pytest.mark.parametrize("known", ["5000056789012345", "8202600000000042", "7202612345678901", "3999999999999999"])
def test_the_recorded_betalingskenmerken_check(known: str) -> None:
    assert is_betalingskenmerk(known)
    assert not is_betalingskenmerk(str((int(known[0]) + 1) % 10) + known[1:])


@pytest.mark.parametrize("known", ["0000000000000000", "1000000000000006"])
def test_a_check_of_eleven_is_zero_and_of_ten_is_one(known: str) -> None:
    assert is_betalingskenmerk(known)


@given(KENMERKEN)
def test_a_betalingskenmerk_holds_the_kenmerk(kenmerk: str) -> None:
    found = betalingskenmerk(kenmerk)
    assert is_betalingskenmerk(found)
    assert found[1:] == "000" + kenmerk


@pytest.mark.parametrize("strange", ["", "500005678901234", "50000567890123456", "5000056789O12345"])
def test_another_length_or_a_letter_is_no_betalingskenmerk(strange: str) -> None:
    assert not is_betalingskenmerk(strange)


@pytest.mark.parametrize("known", ["RF68AB2G5", "RF451234512345"])
def test_the_recorded_rf_references_check(known: str) -> None:
    assert is_rf_reference(known)
    assert rf_reference(known[4:]) == known
    assert not is_rf_reference(known[:-1] + "0")


@given(st.from_regex("[A-Za-z0-9]{1,21}", fullmatch=True))
def test_an_rf_reference_checks_and_keeps_its_text(text: str) -> None:
    made = rf_reference(text)
    assert is_rf_reference(made)
    assert made[4:] == text.upper()
    assert len(made) <= 25


@pytest.mark.parametrize("strange", ["", "A" * 22, "BRP-1", "é"])
def test_what_fits_no_rf_reference_is_refused(strange: str) -> None:
    with pytest.raises(Refusal):
        rf_reference(strange)


@given(KENMERKEN, st.integers(min_value=1, max_value=9999))
def test_every_attempt_has_a_reference_of_its_own(kenmerk: str, volgnummer: int) -> None:
    reference = psp_referentie(kenmerk, volgnummer)
    assert reference == f"{kenmerk}-{volgnummer}"
    assert reference.isascii() and len(reference) <= 35


@given(st.text(max_size=80), KENMERKEN)
def test_the_line_on_the_bank_statement_is_short_plain_and_ends_with_the_kenmerk(naam: str, kenmerk: str) -> None:
    line = ideal_description(naam, kenmerk)
    assert len(line) <= 35 and re.fullmatch(r"[A-Za-z0-9 .\-]+", line)
    assert line.endswith(kenmerk)


def test_a_name_with_accents_stays_readable() -> None:
    assert ideal_description("Gemeente Súdwest-Fryslân", "482710936577") == "Gemeente Sudwest-Frysl 482710936577"
