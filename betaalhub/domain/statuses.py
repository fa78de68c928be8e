"""The status tables, as data: what is not in them is refused (domain.md, sections 2.1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from betaalhub.errors import IllegalTransition


class BetalingStatus(StrEnum):
    """One attempt to pay a winkelmandje."""

    AANGEMAAKT = "AANGEMAAKT"
    STARTEN = "STARTEN"
    GESTART = "GESTART"
    IN_BEHANDELING = "IN_BEHANDELING"
    ONBEKEND = "ONBEKEND"
    BETAALD = "BETAALD"
    MISLUKT = "MISLUKT"
    GEANNULEERD = "GEANNULEERD"
    VERLOPEN = "VERLOPEN"


class BetaalopdrachtStatus(StrEnum):
    """Derived: what one product system wants paid."""

    OPEN = "OPEN"
    IN_BETALING = "IN_BETALING"
    BETAALD = "BETAALD"
    DEELS_TERUGBETAALD = "DEELS_TERUGBETAALD"
    TERUGBETAALD = "TERUGBETAALD"
    INGETROKKEN = "INGETROKKEN"
    VERLOPEN = "VERLOPEN"


class WinkelmandjeStatus(StrEnum):
    """Derived: what is paid in one go."""

    OPEN = "OPEN"
    AFREKENEN = "AFREKENEN"
    BETAALD = "BETAALD"
    VERLOPEN = "VERLOPEN"


class LeveringStatus(StrEnum):
    """Per productregel, told by the product system."""

    NIET_GEMELD = "NIET_GEMELD"
    IN_UITVOERING = "IN_UITVOERING"
    GELEVERD = "GELEVERD"
    NIET_LEVERBAAR = "NIET_LEVERBAAR"


class TerugbetalingStatus(StrEnum):
    """We give money back."""

    AANGEVRAAGD = "AANGEVRAAGD"
    GOEDGEKEURD = "GOEDGEKEURD"
    AFGEWEZEN = "AFGEWEZEN"
    VERZENDEN = "VERZENDEN"
    INGEDIEND = "INGEDIEND"
    ONBEKEND = "ONBEKEND"
    VOLTOOID = "VOLTOOID"
    MISLUKT = "MISLUKT"
    EXTERN = "EXTERN"
    GEKOPPELD = "GEKOPPELD"
    HANDMATIG = "HANDMATIG"


class TerugboekingStatus(StrEnum):
    """The bank takes money back."""

    GEMELD = "GEMELD"
    GEWONNEN = "GEWONNEN"
    VERLOREN = "VERLOREN"


class BoekingStatus(StrEnum):
    """A journaalpost at the ERP."""

    TE_BOEKEN = "TE_BOEKEN"
    IN_BATCH = "IN_BATCH"
    VERZONDEN = "VERZONDEN"
    GEBOEKT = "GEBOEKT"
    AFGEKEURD = "AFGEKEURD"


class UitvalStatus(StrEnum):
    """An exception that waits for a person."""

    OPEN = "OPEN"
    IN_BEHANDELING = "IN_BEHANDELING"
    OPGELOST = "OPGELOST"


class Kanaal(StrEnum):
    """Where the money came in."""

    PSP = "PSP"
    BALIE = "BALIE"


class BetalerSoort(StrEnum):
    """Who pays."""

    BURGER = "BURGER"
    BEDRIJF = "BEDRIJF"


class Prijsregel(StrEnum):
    """How the catalogue bounds the price of a product."""

    VAST = "VAST"
    MAXIMUM = "MAXIMUM"
    VRIJ = "VRIJ"


class BtwCode(StrEnum):
    """The btw-regime of a booking key (domain.md, section 8)."""

    HOOG = "HOOG"
    LAAG = "LAAG"
    NUL = "NUL"
    VRIJGESTELD = "VRIJGESTELD"
    BUITEN_HEFFING = "BUITEN_HEFFING"
    VERLEGD = "VERLEGD"


_B, _O, _W, _L, _T, _K, _J, _U = (
    BetalingStatus,
    BetaalopdrachtStatus,
    WinkelmandjeStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    BoekingStatus,
    UitvalStatus,
)
_PSP_ANSWERS = {_B.GESTART, _B.IN_BEHANDELING, _B.BETAALD, _B.MISLUKT, _B.GEANNULEERD, _B.VERLOPEN}


def _table(steps: Mapping[Any, set[Any]]) -> Mapping[StrEnum, frozenset[StrEnum]]:
    return MappingProxyType({key: frozenset(value) - {key} for key, value in steps.items()})


TRANSITIONS: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = MappingProxyType(
    {
        _B: _table(
            {
                _B.AANGEMAAKT: {_B.STARTEN, _B.BETAALD},
                _B.STARTEN: _PSP_ANSWERS | {_B.ONBEKEND},
                _B.GESTART: _PSP_ANSWERS,
                _B.IN_BEHANDELING: _PSP_ANSWERS,
                _B.ONBEKEND: _PSP_ANSWERS,
                _B.MISLUKT: {_B.BETAALD},
                _B.GEANNULEERD: {_B.BETAALD},
                _B.VERLOPEN: {_B.BETAALD},
                _B.BETAALD: set(),
            }
        ),
        _O: _table(
            {
                _O.OPEN: {_O.IN_BETALING, _O.BETAALD, _O.INGETROKKEN, _O.VERLOPEN},
                _O.IN_BETALING: {_O.OPEN, _O.BETAALD},
                _O.BETAALD: {_O.DEELS_TERUGBETAALD, _O.TERUGBETAALD},
                _O.DEELS_TERUGBETAALD: {_O.TERUGBETAALD},
                _O.TERUGBETAALD: set(),
                # A person accepts what was paid late, or what is left of it when a part went back before.
                _O.INGETROKKEN: {_O.BETAALD, _O.DEELS_TERUGBETAALD},
                _O.VERLOPEN: {_O.BETAALD, _O.DEELS_TERUGBETAALD},
            }
        ),
        _W: _table(
            {
                _W.OPEN: {_W.AFREKENEN, _W.BETAALD, _W.VERLOPEN},
                _W.AFREKENEN: {_W.OPEN, _W.BETAALD},
                _W.BETAALD: set(),
                _W.VERLOPEN: {_W.BETAALD},
            }
        ),
        _L: _table(
            {
                _L.NIET_GEMELD: {_L.IN_UITVOERING, _L.GELEVERD, _L.NIET_LEVERBAAR},
                _L.IN_UITVOERING: {_L.GELEVERD, _L.NIET_LEVERBAAR},
                _L.GELEVERD: set(),
                _L.NIET_LEVERBAAR: set(),
            }
        ),
        _T: _table(
            {
                _T.AANGEVRAAGD: {_T.GOEDGEKEURD, _T.AFGEWEZEN},
                _T.GOEDGEKEURD: {_T.VERZENDEN, _T.HANDMATIG},  # by hand for kanaal BALIE, approved like any other
                _T.AFGEWEZEN: set(),
                _T.VERZENDEN: {_T.INGEDIEND, _T.MISLUKT, _T.ONBEKEND},
                _T.INGEDIEND: {_T.VOLTOOID, _T.MISLUKT, _T.ONBEKEND},
                _T.ONBEKEND: {_T.INGEDIEND, _T.VOLTOOID, _T.MISLUKT, _T.VERZENDEN},
                _T.VOLTOOID: set(),
                _T.MISLUKT: {_T.VOLTOOID},
                _T.EXTERN: {_T.GEKOPPELD},
                _T.GEKOPPELD: set(),
                _T.HANDMATIG: set(),
            }
        ),
        _K: _table(
            {
                _K.GEMELD: {_K.GEWONNEN, _K.VERLOREN},
                _K.GEWONNEN: set(),
                _K.VERLOREN: {_K.GEWONNEN},  # the PSP's truth may leave it
            }
        ),
        _J: _table(
            {
                _J.TE_BOEKEN: {_J.IN_BATCH},
                _J.IN_BATCH: {_J.VERZONDEN},
                _J.VERZONDEN: {_J.GEBOEKT, _J.AFGEKEURD},
                _J.GEBOEKT: set(),
                _J.AFGEKEURD: {_J.TE_BOEKEN},
            }
        ),
        _U: _table(
            {
                _U.OPEN: {_U.IN_BEHANDELING, _U.OPGELOST},
                _U.IN_BEHANDELING: {_U.OPGELOST},
                _U.OPGELOST: {_U.OPEN},
            }
        ),
    }
)

STARTS: Mapping[type[StrEnum], frozenset[StrEnum]] = MappingProxyType(
    {
        _B: frozenset({_B.AANGEMAAKT}),
        _O: frozenset({_O.OPEN}),
        _W: frozenset({_W.OPEN}),
        _L: frozenset({_L.NIET_GEMELD}),
        _T: frozenset({_T.AANGEVRAAGD, _T.EXTERN}),
        _K: frozenset({_K.GEMELD}),
        _J: frozenset({_J.TE_BOEKEN}),
        _U: frozenset({_U.OPEN}),
    }
)

LIVE: frozenset[BetalingStatus] = frozenset({_B.AANGEMAAKT, _B.STARTEN, _B.GESTART, _B.IN_BEHANDELING, _B.ONBEKEND})
PAID: frozenset[BetaalopdrachtStatus] = frozenset({_O.BETAALD, _O.DEELS_TERUGBETAALD, _O.TERUGBETAALD})  # or was
FINAL: frozenset[BetalingStatus] = frozenset(
    {_B.MISLUKT, _B.GEANNULEERD, _B.VERLOPEN}
)  # only the PSP's truth may leave
# A terugbetaling that has not come to an end, and one of which the money is gone.
UNDER_WAY: frozenset[TerugbetalingStatus] = frozenset(
    {_T.AANGEVRAAGD, _T.GOEDGEKEURD, _T.VERZENDEN, _T.INGEDIEND, _T.ONBEKEND}
)
GIVEN_BACK: frozenset[TerugbetalingStatus] = frozenset({_T.VOLTOOID, _T.HANDMATIG, _T.GEKOPPELD})
TAKEN: frozenset[TerugboekingStatus] = frozenset({_K.GEMELD, _K.VERLOREN})  # a terugboeking of which the money is gone
MAX_AGE: Mapping[type[StrEnum], Mapping[StrEnum, timedelta]] = MappingProxyType(
    {
        _B: MappingProxyType(
            {
                _B.AANGEMAAKT: timedelta(hours=1),
                _B.STARTEN: timedelta(hours=1),
                _B.GESTART: timedelta(days=1),
                _B.IN_BEHANDELING: timedelta(days=8),
                _B.ONBEKEND: timedelta(hours=24),
            }
        ),
        _T: MappingProxyType(
            {
                _T.AANGEVRAAGD: timedelta(days=14),
                _T.GOEDGEKEURD: timedelta(days=1),
                _T.VERZENDEN: timedelta(hours=1),
                _T.INGEDIEND: timedelta(days=14),
                _T.ONBEKEND: timedelta(hours=24),
                _T.EXTERN: timedelta(days=14),
            }
        ),
        _K: MappingProxyType({_K.GEMELD: timedelta(days=120)}),
        _J: MappingProxyType(
            {
                _J.TE_BOEKEN: timedelta(days=1),
                _J.IN_BATCH: timedelta(days=1),
                _J.VERZONDEN: timedelta(days=2),
                _J.AFGEKEURD: timedelta(days=30),
            }
        ),
    }
)


def check_transition(from_: StrEnum, to: StrEnum, *, kanaal: Kanaal = Kanaal.PSP) -> None:
    """Raise IllegalTransition unless the table holds this step; AANGEMAAKT → BETAALD is for kanaal BALIE only."""
    kind = type(from_)
    allowed = TRANSITIONS.get(kind, {}).get(from_, frozenset())
    counter = from_ is BetalingStatus.AANGEMAAKT and to is BetalingStatus.BETAALD
    # Values of two tables may be spelled alike, and a StrEnum equals its text: the type decides too.
    if type(to) is not kind or to not in allowed or (counter and kanaal != Kanaal.BALIE):
        raise IllegalTransition(f"{type(from_).__name__}: {from_} → {to} is not in the table")


def is_correction(from_: BetalingStatus, to: BetalingStatus) -> bool:
    """The PSP's truth leaves a final status: MISLUKT, GEANNULEERD or VERLOPEN → BETAALD (domain.md, section 2.4)."""
    return from_ in FINAL and to == BetalingStatus.BETAALD


def _check_closed() -> None:
    for kind, table in TRANSITIONS.items():
        reached: set[StrEnum] = set()
        todo = set(STARTS[kind])
        while todo:
            status = todo.pop()
            reached.add(status)
            todo |= set(table[status]) - reached
        if set(table) != set(kind) or reached != set(kind):
            raise AssertionError(f"The table of {kind.__name__} is not closed")
    for kind, ages in MAX_AGE.items():
        ends = {status for status, steps in TRANSITIONS[kind].items() if not steps}
        if set(ages) & ends or not set(ages) <= set(kind):
            raise AssertionError(f"The maximum ages of {kind.__name__} name a status that may stay")
    if LIVE | FINAL | {BetalingStatus.BETAALD} != set(BetalingStatus) or not set(MAX_AGE[BetalingStatus]) == LIVE:
        raise AssertionError("Every live status of a betaling needs a maximum age")


_check_closed()
