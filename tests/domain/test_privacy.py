"""Personal numbers never stay in free text, however they are written; other text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.privacy import mask_tekst

SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", "\u00a0", "  ", " - ", "\u2011", "\u200b", "\n"])
WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzé ,;:()!?"), max_size=20)
CLUTTER = st.text(st.sampled_from("abcNL0123456789 .-,/"), max_size=24)


def bsn(head: int) -> str | None:
    """Eight digits and the ninth that makes the elfproef come out, if one does."""
    check = sum(int(digit) * weight for digit, weight in zip(f"{head:08d}", range(9, 1, -1), strict=True)) % 11
    return f"{head:08d}{check}" if check < 10 else None


def card(head: int) -> str:
    """Fifteen digits and the one that makes the Luhn sum come out."""
    return next(f"{head}{check}" for check in range(10) if luhn(f"{head}{check}"))


def luhn(digits: str) -> bool:
    twice = [2 * int(digit) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(value // 10 + value % 10 for value in twice)) % 10 == 0


def iban(account: int) -> str:
    body = f"BANK{account:010d}"
    check = 98 - int("".join(str(int(sign, 36)) for sign in body + "NL00")) % 97
    return f"NL{check:02d}{body}"


BSNS = st.integers(min_value=10**6, max_value=10**8 - 1).map(bsn).filter(bool)
CARDS = st.integers(min_value=4 * 10**14, max_value=6 * 10**14 - 1).map(card)
IBANS = st.integers(min_value=0, max_value=10**10 - 1).map(iban)


def parts(text: str, sizes: tuple[int, ...], separator: str) -> str:
    cut, found = 0, []
    for size in sizes:
        found.append(text[cut : cut + size])
        cut += size
    return separator.join(part for part in found if part)


@given(BSNS, SEPARATORS, st.sampled_from([(9,), (3, 3, 3), (4, 2, 3), (2, 3, 4)]), WORDS, WORDS)
def test_a_bsn_never_stays(number: str, separator: str, sizes: tuple[int, ...], before: str, after: str) -> None:
    text, found = mask_tekst(f"{before} {parts(number, sizes, separator)}{after}")
    assert (text, found) == (f"{before} ***{after}", ("BSN",))


@given(CARDS, SEPARATORS, WORDS, WORDS)
def test_a_card_number_never_stays(number: str, separator: str, before: str, after: str) -> None:
    text, found = mask_tekst(f"{before} {parts(number, (4, 4, 4, 4), separator)}{after}")
    assert (text, found) == (f"{before} ***{after}", ("KAARTNUMMER",))


@given(IBANS, SEPARATORS, st.booleans())
def test_an_iban_never_stays(number: str, separator: str, lower: bool) -> None:
    written = parts(number.lower() if lower else number, (4, 4, 4, 4, 2), separator)
    assert mask_tekst(f"Rekening: {written}.") == ("Rekening: ***.", ("IBAN",))


@given(CLUTTER, st.sampled_from(["BSN", "KAARTNUMMER", "IBAN"]), CLUTTER, BSNS, CARDS, IBANS)
def test_no_surroundings_hide_a_number(a: str, kind: str, b: str, one: str, two: str, three: str) -> None:
    """Between other digits and letters, set apart by a comma, more may be masked but never less."""
    number = {"BSN": one, "KAARTNUMMER": two, "IBAN": three}[kind]
    text, found = mask_tekst(f"{a},{number},{b}")
    assert number not in text
    assert kind in found


@given(BSNS, BSNS, st.sampled_from([" ", "-", ", "]))
def test_two_numbers_side_by_side_are_both_masked(one: str, two: str, between: str) -> None:
    text, found = mask_tekst(f"{one}{between}{two}")
    assert one not in text and two not in text
    assert "BSN" in found


@given(CLUTTER | WORDS | IBANS | CARDS)
def test_masking_again_finds_nothing_more(text: str) -> None:
    masked, _ = mask_tekst(text)
    assert mask_tekst(masked) == (masked, ())


@given(WORDS)
def test_words_stay_as_they_are(text: str) -> None:
    assert mask_tekst(text) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "Uittreksel BRP, 2 stuks",
        "Parkeervergunning 24-11-2026 3 uur",
        "Coolsingel 40, 3011 AD Rotterdam",
        "Grafrechten 2026/0012345",
        "14010",
        "000000000",
    ],
)
def test_ordinary_descriptions_stay_as_they_are(text: str) -> None:
    assert mask_tekst(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("BSN 123456782 5 stuks", "BSN *** 5 stuks", ("BSN",)),
        ("bsn123456782", "bsn***", ("BSN",)),
        ("IBANNL91ABNA0417164300", "IBAN***", ("IBAN",)),
        ("NL91 ABNA 0417 1643 00 en nog 3", "*** en nog 3", ("IBAN",)),
        ("4111 1111 1111 1111 van 123456782", "*** van ***", ("BSN", "KAARTNUMMER")),
        ("BE68 5390 0754 7034", "***", ("IBAN",)),
        ("378282246310005", "***", ("KAARTNUMMER",)),
        ("\uff11\uff12\uff13456782 en \u0661\u0662\u0663456782", "*** en ***", ("BSN",)),
        ("\uff2e\uff2c91ABNA0417164300", "***", ("IBAN",)),
    ],
)
def test_known_numbers_are_masked(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert mask_tekst(text) == (masked, kinds)
