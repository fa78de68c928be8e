"""Masks personal numbers in free text: BSN, card numbers, IBANs; the found value is never told (domain.md, section 9)."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d(?:[ .\-]?\d){7,18}(?![A-Za-z0-9])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{1,4}){3,8}(?![A-Za-z0-9])")
_MASK = "***"


def mask_tekst(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with BSNs (elfproef), card numbers (Luhn) and IBANs (mod 97) replaced by ***, and which kinds were found."""
    found: set[str] = set()

    def iban(match: re.Match[str]) -> str:
        """IBANs are greedy in their spaces: the longest part that is one is masked, the rest stays."""
        words = match.group().split(" ")
        for end in range(len(words), 0, -1):
            if _is_iban("".join(words[:end])):
                found.add("IBAN")
                return " ".join([_MASK, *words[end:]])
        return match.group()

    def digits(match: re.Match[str]) -> str:
        plain = re.sub(r"\D", "", match.group())
        kind = "BSN" if _is_bsn(plain) else "KAARTNUMMER" if _is_card(plain) else None
        if kind is None:
            return match.group()
        found.add(kind)
        return _MASK

    return _DIGITS.sub(digits, _IBAN.sub(iban, text)), tuple(sorted(found))


def _is_bsn(digits: str) -> bool:
    if len(digits) not in (8, 9):
        return False
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(int(digit) * weight for digit, weight in zip(padded, weights, strict=True))
    return total % 11 == 0 and padded != "000000000"


def _is_card(digits: str) -> bool:
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    if not 15 <= len(text) <= 34 or not text.isalnum() or not text.isascii():
        return False
    turned = (text[4:] + text[:4]).upper()
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
