"""Copies templates: every copy with numbers, references, persons and moments of its own."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.kenmerk import make_kenmerk
from betaalhub.domain.zoeknaam import search_name
from betaalhub.generate.people import PEOPLE, person
from betaalhub.generate.template import Key, Template
from betaalhub.storage.database_fill import CellFormat

# Kenmerken in an order that looks like chance and in which none comes back: steps through all of them, of a length that has
# no divisor in common with how many there are.
_KENMERKEN, _STEP, _START = 9 * 10**9, 5_648_271_937, 1_733_104_229
_LATER = timedelta(days=180)  # work that waits in a copy is due within so long from now


@lru_cache(PEOPLE)
def _zoeknaam(naam: str) -> str:
    return search_name(naam, None) or ""


@dataclass(slots=True)
class Copier:
    """Draws what a copy needs, and gathers its rows per table.

    `numbers`: the first free number per table; `feed`: the last number per zender; `kenmerken` and `opdrachten`: how many
    were generated before. Only rows of the tables in `wanted` are kept.
    """

    fmt: CellFormat
    rng: random.Random
    now: datetime
    numbers: MutableMapping[str, int]
    feed: MutableMapping[int, int]
    kenmerken: int
    opdrachten: int
    wanted: frozenset[str]
    rows: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    counted: Counter[str] = field(default_factory=Counter)
    _at: datetime = field(init=False)
    _person: int = field(init=False)
    _draws: Mapping[str, Callable[[Key], object]] = field(init=False)

    def copy(self, template: Template, at: datetime) -> None:
        """One copy, which began at this moment (UTC)."""
        self._at = at
        self._person = int(self.rng.random() ** 2 * (self.opdrachten // 3 + 10))  # some come often
        values: list[Any] = [*template.constants]
        number = self.fmt.number
        for table, many in template.numbered:
            first = self.numbers[table]
            self.numbers[table] = first + many
            values.extend(map(number, range(first, first + many)))
        draws = self._draws
        values.extend([draws[key[0]](key) for key in template.plan])
        values.extend([form % getter(values) for form, getter in template.texts])
        row = self.fmt.row
        for table, getters in template.rows:
            if table in self.wanted:
                self.rows[table].extend([row(getter(values)) for getter in getters])
        self.counted[template.kind] += template.opdrachten

    def __post_init__(self) -> None:
        """How each kind of value is drawn."""
        self._draws = {
            "moment": lambda key: self.fmt.moment((self._at + key[1]).replace(tzinfo=None)),
            "iso": lambda key: (self._at + key[1]).isoformat(),
            "day": lambda key: self.fmt.day(boekdatum(self._at + key[1]) + timedelta(days=key[2])),
            "due": self._due,
            "feed": self._feed,
            "kenmerk": lambda key: self._kenmerk(),
            "token": lambda key: f"{self.rng.getrandbits(172):043x}",
            "nummer": lambda key: f"{self.rng.getrandbits(104):026X}",
            "ref": lambda key: f"ref-{self.rng.getrandbits(96):024x}",
            "eigen": lambda key: self._eigen(),
            "zaak": lambda key: f"Z{self._at.year}-{self.rng.randrange(10**8):08d}",
            "stuk": lambda key: f"{self._at.year}-{self.rng.randrange(10**8):08d}",
            "klant": lambda key: f"klant-{self._person * 7_919 + 13:010d}",
            "naam": lambda key: person(self._person)[0],
            "zoeknaam": lambda key: _zoeknaam(person(self._person)[0]),
            "email": lambda key: person(self._person)[1],
        }

    def _due(self, key: Key) -> object:
        """Work that waits lies in the future, at the earliest at its own moment."""
        shifted = self._at + key[1]
        if shifted <= self.now:
            shifted = self.now + _LATER * self.rng.random()
        return self.fmt.moment(shifted.replace(tzinfo=None))

    def _feed(self, key: Key) -> object:
        self.feed[key[1]] = self.feed.get(key[1], 0) + 1
        return self.fmt.number(self.feed[key[1]])

    def _kenmerk(self) -> str:
        place = (_START + self.kenmerken * _STEP) % _KENMERKEN
        self.kenmerken += 1
        digits = iter((place // 10**9, place % 10**9))
        return make_kenmerk(lambda _: next(digits))

    def _eigen(self) -> str:
        self.opdrachten += 1
        return f"AANVRAAG-{self._at.year}-{self.opdrachten:09d}"
