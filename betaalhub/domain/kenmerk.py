"""References: kenmerk, betalingskenmerk, RF reference, PSP reference (domain.md, section 6). For talking, never for access."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from betaalhub.errors import Finding, Refusal

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)  # Dutch bank standard, from the right


def make_kenmerk(draw: Callable[[int], int]) -> str:
    """A random kenmerk of 12 digits: first not 0, 9 more random, 2 check digits. `draw(n)` gives 0 ≤ x < n."""
    head = str(1 + draw(9)) + f"{draw(10**9):09d}"
    return head + _check_digits(head)


def is_kenmerk(text: str) -> bool:
    """Twelve ASCII digits, the first not 0, whose check digits are right (ISO 7064 mod 97-10)."""
    return bool(re.fullmatch(r"[1-9][0-9]{11}", text)) and _check_digits(text[:10]) == text[10:]


def parse_kenmerk(text: str) -> str:
    """A kenmerk as a person types it, with spaces, dots or dashes. Refusal KENMERK_ONJUIST when a digit is wrong."""
    digits = re.sub(r"[\s.\-]+", "", text)
    if not is_kenmerk(digits):
        uitleg = "Dit kenmerk klopt niet. Kijk de 12 cijfers goed na."
        raise Refusal("KENMERK_ONJUIST", uitleg, (Finding("KENMERK_ONJUIST", "Kenmerk", uitleg),))
    return digits


def format_kenmerk(kenmerk: str) -> str:
    """As it is shown and read aloud: `4827 1093 6577`."""
    return f"{kenmerk[:4]} {kenmerk[4:8]} {kenmerk[8:]}"


def _check_digits(head: str) -> str:
    return f"{98 - int(head + '00') % 97:02d}"


def betalingskenmerk(kenmerk: str) -> str:
    """The 16-digit payment reference of the Dutch banks: check digit, `000`, kenmerk."""
    body = "000" + kenmerk
    return _bank_digit(body) + body


def is_betalingskenmerk(text: str) -> bool:
    """Sixteen digits whose first is the check digit over the other fifteen."""
    return bool(re.fullmatch(r"[0-9]{16}", text)) and _bank_digit(text[1:]) == text[0]


def _bank_digit(body: str) -> str:
    total = sum(int(digit) * _WEIGHTS[place % 10] for place, digit in enumerate(reversed(body)))
    check = 11 - total % 11
    return str({10: 1, 11: 0}.get(check, check))


def rf_reference(text: str) -> str:
    """The ISO 11649 creditor reference over at most 21 letters and digits. Refusal KENMERK_ONJUIST for anything else."""
    body = text.upper()
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body):
        raise Refusal("KENMERK_ONJUIST", "Een RF-kenmerk heeft 1 tot en met 21 letters en cijfers.")
    return f"RF{98 - _as_number(body + 'RF00') % 97:02d}{body}"


def is_rf_reference(text: str) -> bool:
    """RF, two check digits and 1..21 letters and digits that fit together (ISO 7064 mod 97)."""
    return bool(re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", text)) and rf_reference(text[4:]) == text


def _as_number(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text))


def psp_referentie(kenmerk: str, volgnummer: int) -> str:
    """The reference of the n-th attempt of a winkelmandje at a PSP: unique for ever, at most 35 ASCII."""
    return f"{kenmerk}-{volgnummer}"


def ideal_description(administratie_naam: str, kenmerk: str) -> str:
    """What stands on the bank statement: the municipality and the kenmerk; at most 35 ASCII, nothing personal."""
    plain = unicodedata.normalize("NFKD", administratie_naam).encode("ascii", "ignore").decode()
    naam = re.sub(r"[^A-Za-z0-9 .\-]+", "", plain).strip()[: 35 - len(kenmerk) - 1].strip()
    return f"{naam} {kenmerk}".strip()
