"""Masks personal numbers in free text: BSN, card numbers, IBANs; the found value is never told (domain.md, section 9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile

_MASK = "***"
_DIGITS = re.compile(r"[0-9]+")
_LETTERS_DIGITS = re.compile(r"[A-Za-z0-9]+")
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_DATE = re.compile(rf"(?<![0-9])(?:{_DAY}[-./]{_MONTH}[-./]{_YEAR}|{_YEAR}[-./]{_MONTH}[-./]{_DAY})(?![0-9])")
_IBAN_HEAD = re.compile(r"(?=[A-Za-z]{2}[0-9]{2})")
_BETWEEN = frozenset({"Zs", "Pd", "Cf"})  # Unicode's blanks, dashes and invisible signs
_WIDEST_GAP = 3
_LONGEST_IBAN = 34
_LONGEST_CARD = 19
_SHORT_BSN = 8  # without its leading 0; counts in one piece only: in parts it is a date too often
_SHORTEST_PART = 2

Span = tuple[int, int, str]  # start, end, kind


def mask_tekst(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with BSNs (elfproef), card numbers (Luhn) and IBANs (mod 97) replaced by ***, and which kinds were found.

    A number may be written in one piece or in parts with blanks, dots, dashes or slashes between them, in digits of any
    script.
    """
    found: set[str] = set()
    for spans in (_ibans, _numbers):
        hits = list(spans(_plain(text)))
        found |= {kind for _, _, kind in hits}
        text = _mask(text, hits)
    return text, tuple(sorted(found))


def _plain(text: str) -> str:
    """The text sign for sign with ASCII letters and digits where it has others for them: full-width, Arabic, bold …"""
    signs = []
    for sign in text:
        digit = unicodedata.decimal(sign, None)
        same = unicodedata.normalize("NFKC", sign) if digit is None else str(digit)
        signs.append(same if len(same) == 1 else sign)
    return "".join(signs)


def _mask(text: str, hits: list[Span]) -> str:
    """The text with each hit replaced; hits that overlap become one, for either of them may be the real one."""
    parts, end = [], 0
    for start, stop, _ in hits:
        if start >= end:
            parts += [text[end:start], _MASK]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def _ibans(text: str) -> Iterator[Span]:
    """Every place where an IBAN starts, with the longest text that is one."""
    words = [match.span() for match in _LETTERS_DIGITS.finditer(text)]
    for head in _IBAN_HEAD.finditer(text):
        start = head.start()
        first = next(place for place, (_, stop) in enumerate(words) if stop > start)
        chain = _chain(text, [(start, words[first][1]), *words[first + 1 :]], _LONGEST_IBAN)
        for stop, plain in reversed(chain):
            if _is_iban(plain):
                yield start, stop, "IBAN"
                break


def _numbers(text: str) -> Iterator[Span]:
    """Every run of digits, alone or with those that follow it, that is a BSN or a card number; a date is part of neither."""
    dated = {place for match in _DATE.finditer(text) for place in range(*match.span())}
    runs = [match.span() for match in _DIGITS.finditer(text)]
    for place, (start, stop) in enumerate(runs):
        whole = _kind(text[start:stop])
        if whole:
            yield start, stop, whole
        parts = list(takewhile(lambda run: run[1] - run[0] >= _SHORTEST_PART and run[0] not in dated, runs[place:]))
        for end, plain in reversed(_chain(text, parts, _LONGEST_CARD)[1:]):
            kind = _kind(plain) if len(plain) != _SHORT_BSN else None
            if kind:
                yield start, end, kind
                break


def _chain(text: str, words: list[tuple[int, int]], longest: int) -> list[tuple[int, str]]:
    """The first word, the first two, the first three …: where each ends and what it reads without separators."""
    found: list[tuple[int, str]] = []
    plain, end = "", words[0][0] if words else 0
    for start, stop in words:
        if not _is_gap(text[end:start]) or len(plain) + stop - start > longest:
            break
        plain, end = plain + text[start:stop], stop
        found.append((end, plain))
    return found


def _is_gap(between: str) -> bool:
    """May this stand between two parts of one number?"""
    return len(between) <= _WIDEST_GAP and all(
        sign in "./\t\n\r" or unicodedata.category(sign) in _BETWEEN for sign in between
    )


def _kind(digits: str) -> str | None:
    if _is_bsn(digits):
        return "BSN"
    return "KAARTNUMMER" if _is_card(digits) else None


def _is_bsn(digits: str) -> bool:
    padded = digits.zfill(9)
    if len(digits) not in (_SHORT_BSN, 9) or padded == "000000000":
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(padded, weights, strict=True)) % 11 == 0


def _is_card(digits: str) -> bool:
    if not 13 <= len(digits) <= _LONGEST_CARD:
        return False
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    if not 15 <= len(text) <= _LONGEST_IBAN:
        return False
    turned = (text[4:] + text[:4]).upper()
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
