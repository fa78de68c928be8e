"""Names as they are searched: without accents, capitals and punctuation, the surname first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from betaalhub.domain.statuses import BetalerSoort
from betaalhub.errors import Finding, Refusal

LONGEST = 100  # characters that the register keeps
SHORTEST = 2  # letters that somebody must give

_LAST = "\U0010ffff"  # sorts after everything that a name may go on with
_SILENT = re.compile(r"['’`´.]")  # O'Brien is one word, and B.V. too
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_FORMS = frozenset({"bv", "nv", "vof", "cv", "bvba", "gmbh", "ltd", "inc"})  # legal forms, at the end of a name


@dataclass(frozen=True, slots=True)
class NameRange:
    """Search names from `first` up to, not including, `after`, in which each of `words` stands as the beginning of a word."""

    first: str
    after: str
    words: tuple[str, ...] = ()


def search_name(naam: str | None, soort: BetalerSoort | None) -> str | None:
    """What the register keeps of a name to find it by; None when nothing of it can be searched.

    A person's begins with the last word: that is how people are looked up. A company's stays as it is, without its legal form.
    """
    words = _words(naam or "")
    if soort != BetalerSoort.BEDRIJF and len(words) > 1:
        words = [words[-1], *words[:-1]]
    return " ".join(words)[:LONGEST].strip() or None


def name_ranges(asked: str) -> tuple[NameRange, ...]:
    """Where to look for what somebody typed: as the beginning of the whole, and with its last word first.

    Refusal ZOEKVRAAG_ONJUIST when there are too few letters.
    """
    words = _words(asked)
    whole = " ".join(words)
    if len(whole.replace(" ", "")) < SHORTEST:
        uitleg = f"Geef ten minste {SHORTEST} letters van de naam."
        raise Refusal("ZOEKVRAAG_ONJUIST", uitleg, (Finding("ZOEKVRAAG_ONJUIST", "/Naam", uitleg),))
    found = [NameRange(whole, whole + _LAST)]
    if len(words) > 1:
        *others, last = words
        found.append(NameRange(last, last + _LAST, tuple(others)))
    return tuple(found)


def _words(text: str) -> list[str]:
    """The words in small letters without accents; a legal form at the end is left out."""
    plain = _SILENT.sub("", text)
    for _ in range(2):  # what one round takes apart may need another
        parts = unicodedata.normalize("NFKD", plain.casefold())
        plain = "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_LETTERS)
    words = _WORD.findall(_SILENT.sub("", plain))
    return words[:-1] if len(words) > 1 and words[-1] in _FORMS else words
