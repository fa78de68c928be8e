"""Invented persons: nobody is called like this, and their mail goes nowhere."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Aafke Abel Bente Boris Célia Daan Elif Fenna Gijs Hasna Ilse Joris Koen Laurène Mees Noor Otis Pleun Quirine Ravi "
    "Sjoerd Tess Umar Vera Wessel Xandra Yara Zoë Anaïs Björn Chloë Dörte Eline François Günay Hélène"
)
_HEAD = _words(
    "Appel Berk Distel Eik Fluit Gras Hagel IJs Jasmijn Kersen Linde Mos Noten Oever Pruim Regen Sneeuw Tarwe Veer Water "
    "Zilver Brèm Krokus Lelie Meeuw Wolken Zand Rozen Vlier Klaver"
)
_TAIL = _words("akker beek boom bos brug dal dijk duin gaard heuvel hof kamp laan meer poort ring rug stein veld weide")
_STEP = 7_919  # so that neighbours in number are no neighbours in name
PEOPLE = len(_FIRST) * len(_HEAD) * len(_TAIL)  # different names


def person(number: int) -> tuple[str, str]:
    """The name and the mail address of the n-th invented person; after `PEOPLE` of them the names come again."""
    rest, first = divmod(number * _STEP % PEOPLE, len(_FIRST))
    tail, head = divmod(rest, len(_HEAD))
    return f"{_FIRST[first]} {_HEAD[head]}{_TAIL[tail]}", f"p{number}@voorbeeld.example"
