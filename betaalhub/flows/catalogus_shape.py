"""What a catalogue file may hold: every table, every name in it, what is needed; every problem is told at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from betaalhub.domain.operaties import Operatie
from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.errors import ConfigurationError

Look = Callable[[Any], str | None]  # what is wrong with a value, in words that follow its name


@dataclass(frozen=True, slots=True)
class Shape:
    """The names that one table of the file must and may have. `key` is what makes it this one and no other."""

    needed: Mapping[str, Look]
    optional: Mapping[str, Look] = field(default_factory=dict)
    key: tuple[str, ...] = ("code",)


def _text(most: int) -> Look:
    def look(value: Any) -> str | None:
        good = isinstance(value, str) and len(value.strip()) >= 1 and len(value) <= most
        return None if good else f"moet een tekst zijn van 1 tot en met {most} tekens"

    return look


def _one_of(codes: type[StrEnum]) -> Look:
    return lambda value: None if value in list(codes) else "moet een zijn van: " + ", ".join(codes)


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "moet true of false zijn, zonder aanhalingstekens"


def _cents(value: Any) -> str | None:
    good = type(value) is int and 0 < value <= 99_999_999
    return None if good else "moet een heel aantal centen zijn, meer dan 0, zonder punt of komma"


def _threshold(value: Any) -> str | None:
    good = type(value) is int and 0 <= value <= 99_999_999
    return None if good else "moet een heel aantal centen zijn, 0 of meer, zonder punt of komma"


def _minutes(value: Any) -> str | None:
    good = type(value) is int and 5 <= value <= 1440
    return None if good else "moet een heel aantal minuten zijn, van 5 tot en met 1440"


def _logo(value: Any) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"[a-z0-9-]{1,40}", value)
    return None if good else "moet een naam zijn van kleine letters, cijfers en streepjes, zoals bank"


def _date(value: Any) -> str | None:
    good = isinstance(value, date) and not isinstance(value, datetime)
    return None if good else "moet een datum zijn als 2026-01-31, zonder aanhalingstekens"


def _moment(value: Any) -> str | None:
    good = isinstance(value, datetime) and value.tzinfo is not None
    return None if good else "moet een tijdstip met tijdzone zijn als 2026-01-31T12:00:00+01:00"


def _url(value: Any) -> str | None:
    good = isinstance(value, str) and value.startswith(("https://", "http://")) and 10 <= len(value) <= 500
    return None if good else "moet een adres zijn dat begint met https:// (of http://)"


def _list_of(look: Look) -> Look:
    def every(value: Any) -> str | None:
        if not isinstance(value, list) or not value:
            return "moet een lijst zijn met ten minste één waarde"
        return next((f"bevat iets wat niet klopt: het {problem}" for one in value if (problem := look(one))), None)

    return every


def _table(value: Any) -> str | None:
    return None if isinstance(value, Mapping) else "moet een tabel zijn"


def _tables(value: Any) -> str | None:
    good = isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value)
    return None if good else "moet er ten minste één keer zijn, met dubbele haken"


_CODE = _text(40)
# What a product takes over from its productgroep, and that from the PSP account or the administratie.
_INHERITED: Mapping[str, Look] = {"psp_account": _text(30), "poging_minuten": _minutes, "vier_ogen_cent": _threshold}

SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "administratie": Shape(
            {"code": _CODE, "naam": _text(100), "btw_rekening": _text(20), "te_verrekenen_rekening": _text(20)},
            {"balie_tussenrekening": _text(20), "verschil_rekening": _text(20), "vier_ogen_cent": _threshold},
        ),
        "psp_account": Shape(
            {
                "code": _text(30),
                "koppeling": _CODE,
                "tussenrekening": _text(20),
                "productie": _flag,
                "betaalmethode": _tables,
            },
            {"actief": _flag, "poging_minuten": _minutes},
        ),
        "betaalmethode": Shape(
            {
                "code": _text(30),
                "naam_nl": _text(100),
                "naam_en": _text(100),
                "uitleg_nl": _text(200),
                "uitleg_en": _text(200),
            },
            {"actief": _flag, "logo": _logo},
        ),
        "productgroep": Shape(
            {"code": _CODE, "naam": _text(100), "dienst": _text(100)}, {"boekingsleutel": _table, **_INHERITED}
        ),
        "boekingsleutel": Shape(
            {"grootboekrekening": _text(20), "btw": _one_of(BtwCode), "geldig_van": _date},
            {"kostenplaats": _text(20), "project": _text(20), "geldig_tot": _date},
            key=(),
        ),
        "product": Shape(
            {
                "code": _CODE,
                "productgroep": _CODE,
                "omschrijving": _text(140),
                "prijsregel": _one_of(Prijsregel),
                "geldig_van": _date,
            },
            {
                "omschrijving_en": _text(140),
                "prijs_cent": _cents,
                "geldig_tot": _date,
                "boekingsleutel": _table,
                **_INHERITED,
            },
            key=("code", "geldig_van"),
        ),
        "zender": Shape(
            {
                "code": _CODE,
                "naam": _text(100),
                "producten": _list_of(_CODE),
                "operaties": _list_of(_one_of(Operatie)),
                "terugkeer_adressen": _list_of(_url),
            },
            {"push_url": _url, "actief": _flag},
        ),
        "aansluiting": Shape(
            {"naam": _text(100), "zenders": _list_of(_CODE)}, {"actief": _flag, "geldig_tot": _moment}, key=("naam",)
        ),
    }
)
_SINGLE = ("administratie",)
_MANY = ("psp_account", "productgroep", "product", "zender", "aansluiting")


def psp_accounts(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The PSP accounts of a catalogue: one table with single brackets, as before there could be more, or a list."""
    found = data.get("psp_account", ())
    return [found] if isinstance(found, Mapping) else found


def check_shape(data: Mapping[str, Any]) -> None:
    """ConfigurationError that tells everything that is wrong with a catalogue, each with its place."""
    problems = [f"[{name}] bestaat niet in een catalogus" for name in data if name not in (*_SINGLE, *_MANY)]
    for name in _SINGLE:
        found = data.get(name)
        problems += list(_of_table(name, found, f"[{name}]")) if isinstance(found, Mapping) else [f"[{name}] ontbreekt"]
    for name in _MANY:
        problems += _of_tables(name, psp_accounts(data) if name == "psp_account" else data.get(name, []), f"[[{name}]]")
    if not psp_accounts(data):
        problems.append("[[psp_account]] ontbreekt")
    if problems:
        raise ConfigurationError("Catalogus klopt niet:\n  " + "\n  ".join(problems))


def _of_tables(name: str, found: Any, place: str) -> Iterator[str]:
    """The problems of the tables of one kind, doubles too."""
    if not isinstance(found, Sequence) or not all(isinstance(one, Mapping) for one in found):
        yield f"{place} hoort dubbele haken te hebben"
        return
    for number, one in enumerate(found, 1):
        yield from _of_table(name, one, f"{place} {one.get(SHAPES[name].key[0]) or f'nummer {number}'}")
    counted = Counter(tuple(str(one.get(part)) for part in SHAPES[name].key) for one in found)
    yield from (f"{place} {', '.join(key)} staat er {times} keer in" for key, times in counted.items() if times > 1)


def _of_table(name: str, table: Mapping[str, Any], place: str) -> Iterator[str]:
    """The problems of one table and of those in it."""
    shape = SHAPES[name]
    given = {key: value for key, value in table.items() if value is not None}
    yield from (f"{place}: {key} ontbreekt" for key in shape.needed if key not in given)
    for key, value in given.items():
        look = shape.needed.get(key) or shape.optional.get(key)
        problem = look(value) if look else "bestaat hier niet"
        if problem:
            yield f"{place}: {key} {problem}"
        elif key == "boekingsleutel":
            yield from _of_table(key, value, f"{place}, {key}")
        elif key == "betaalmethode":
            yield from _of_tables(key, value, f"{place}, {key}")
    if name == "product":
        yield from _of_price(given, place)


def _of_price(product: Mapping[str, Any], place: str) -> Iterator[str]:
    free, priced = product.get("prijsregel") == Prijsregel.VRIJ, "prijs_cent" in product
    if free and priced:
        yield f"{place}: bij prijsregel VRIJ hoort geen prijs_cent"
    if not free and not priced:
        yield f"{place}: prijs_cent ontbreekt; die mag alleen weg bij prijsregel VRIJ"
