"""Which words belong to which status of a betaalopdracht, its delivery, money that goes back, and what waits for a person.

Closed tables from status to the key of a text. An empty key says on purpose that a citizen reads nothing about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from betaalhub.domain.statuses import LeveringStatus, TerugbetalingStatus, TerugboekingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.afloop import Afloop, OpdrachtAfloop, TerugbetalingWeergave
from betaalhub.flows.paginastatus import Opdrachtpagina, Paginastatus

_L, _T, _K, _U, _O = LeveringStatus, TerugbetalingStatus, TerugboekingStatus, UitvalSoort, Opdrachtpagina

OPDRACHT: Mapping[Opdrachtpagina, str] = MappingProxyType({one: f"opdracht.{one}" for one in Opdrachtpagina})

# How a productregel goes on once it is paid; NIET_GEMELD only where nothing stands in the way of its delivery.
LEVERING: Mapping[LeveringStatus, str] = MappingProxyType(
    {
        _L.NIET_GEMELD: "levering.next",
        _L.IN_UITVOERING: "levering.busy",
        _L.GELEVERD: "levering.done",
        _L.NIET_LEVERBAAR: "levering.impossible",
    }
)

# Money that goes back. A rejected one is between the desks of the municipality: the money stays where it was, and who asked for
# it tells her why. A failed one is told while a person works on it; after that another one follows.
TERUGBETALING: Mapping[TerugbetalingStatus, str] = MappingProxyType(
    {
        _T.AANGEVRAAGD: "back.asked",
        _T.GOEDGEKEURD: "back.coming",
        _T.AFGEWEZEN: "",
        _T.VERZENDEN: "back.coming",
        _T.INGEDIEND: "back.coming",
        _T.ONBEKEND: "back.coming",
        _T.VOLTOOID: "back.done",
        _T.MISLUKT: "back.failed",
        _T.EXTERN: "back.done",
        _T.GEKOPPELD: "back.done",
        _T.HANDMATIG: "back.counter.done",
    }
)
TERUGBOEKING: Mapping[TerugboekingStatus, str] = MappingProxyType(
    {_K.GEMELD: "taken.gone", _K.GEWONNEN: "taken.returned", _K.VERLOREN: "taken.gone"}
)

# What waits for a person and a citizen can notice. Empty: the page, a line of it or the winkelmandje tells it already, or it is
# between the municipality and its neighbours.
UITVAL: Mapping[UitvalSoort, str] = MappingProxyType(
    {
        **dict.fromkeys(UitvalSoort, ""),
        _U.ONBEKEND_TE_LANG: "notice.long",
        _U.TE_OUD: "notice.long",
        _U.PSP_SPREEKT_ZICH_TEGEN: "notice.check",
        _U.TERUGBETALING_MISLUKT: "notice.check",
        _U.EXTERNE_TERUGBETALING: "notice.check",
    }
)
# By whom the other kinds are told: the page state, a line of the page, the winkelmandje; or nobody, for it is not hers.
TOLD_BY: Mapping[UitvalSoort, str] = MappingProxyType(
    {
        _U.LAAT_BETAALD: "late",
        _U.DUBBEL_BETAALD: "double",
        _U.BEDRAG_AFWIJKEND: "differs",
        _U.TERUGBOEKING: "taken_back",
        _U.NIET_LEVERBAAR: "levering",
        _U.PSP_STORING: "winkelmandje",
        **dict.fromkeys(
            (
                _U.AFREKENING_ONBEKEND,
                _U.ONTBREEKT_IN_AFREKENING,
                _U.AFREKENING_SOM,
                _U.BANKREGEL_ONBEKEND,
                _U.GEEN_BANKREGEL,
                _U.BANK_BEDRAG,
                _U.BOEKING_AFGEKEURD,
                _U.BOEKING_ONBEANTWOORD,
                _U.BERICHT_DOOD,
                _U.CONFIG_ONGELDIG,
            ),
            "niemand",
        ),
    }
)


def _check(kind: type[StrEnum], table: Mapping[StrEnum, str]) -> None:
    if set(table) != set(kind):
        raise ConfigurationError(f"Every {kind.__name__} needs its words: " + ", ".join(set(kind) ^ set(table)))


for _kind, _table in (
    (Opdrachtpagina, OPDRACHT),
    (LeveringStatus, LEVERING),
    (TerugbetalingStatus, TERUGBETALING),
    (TerugboekingStatus, TERUGBOEKING),
    (UitvalSoort, {**TOLD_BY, **{one: key for one, key in UITVAL.items() if key}}),
):
    _check(_kind, _table)  # type: ignore[arg-type]

_GOES_ON = frozenset({_O.PAID, _O.PART_BACK})  # of these the delivery is told too


def terugbetaling_key(one: TerugbetalingWeergave) -> str:
    """The text of a terugbetaling, empty when she reads nothing about it."""
    if one.status is TerugbetalingStatus.MISLUKT and not one.hapert:
        return ""
    key = TERUGBETALING[one.status]
    return "back.counter.coming" if one.balie and key == "back.coming" else key


def regel_keys(opdracht: OpdrachtAfloop, levering: str) -> tuple[str, ...]:
    """The sentences about one productregel: how its betaalopdracht stands, and how the delivery goes on when that is certain."""
    keys = (OPDRACHT[opdracht.page],)
    status = LeveringStatus(levering)
    if opdracht.page not in _GOES_ON or (status is LeveringStatus.NIET_GEMELD and not opdracht.leverbaar):
        return keys
    if status is LeveringStatus.NIET_LEVERBAAR and (opdracht.komt_cent or opdracht.terugbetaald_cent):
        return (*keys, "levering.impossible.back")
    return (*keys, LEVERING[status])


def notices(paginastatus: Paginastatus, afloop: Afloop) -> tuple[str, ...]:
    """That it was paid after all, and what waits for a person and she may know: each once, in the order of the kinds."""
    failed = (
        {_U.TERUGBETALING_MISLUKT} if any(one.hapert for one in afloop.terugbetalingen) else set()
    )  # told by its line
    waits = afloop.uitval - failed
    keys = ["notice.after_all"] if afloop.alsnog and paginastatus is not Paginastatus.LATE else []
    keys += [UITVAL[one] for one in UitvalSoort if one in waits and UITVAL[one]]
    return tuple(dict.fromkeys(keys))


def next_key(paginastatus: Paginastatus, usual: str, afloop: Afloop, leveringen: tuple[str, ...]) -> str:
    """The text under "Hoe gaat het verder?": `usual`, unless everything is delivered or something must be decided first."""
    if paginastatus is not Paginastatus.PAID:
        return usual
    if leveringen and all(one == LeveringStatus.GELEVERD for one in leveringen):
        return "status.next.delivered"
    going_on = all(one.leverbaar for one in afloop.opdrachten.values())
    return usual if going_on else "status.next.checked"
