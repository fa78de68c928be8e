"""What a product system asks of a betaalopdracht that is there: the typed content of the other writing messages.

Of each, exactly one of `betaalkenmerk` and `kenmerk` is given. TijdstipBericht is left out. Cents; times are aware.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from betaalhub.domain.bedrag import in_euro
from betaalhub.domain.statuses import TRANSITIONS, LeveringStatus
from betaalhub.errors import Finding

_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class IntrekkingVerzoek:
    """TrekBetalingIn."""

    zender: str
    referentienummer: str
    betaalkenmerk: str | None
    kenmerk: str | None
    reden: str | None


@dataclass(frozen=True, slots=True)
class TerugbetaalregelVerzoek:
    """A productregel of which money goes back; no amount: what is left of it."""

    regelnummer: int
    bedrag_cent: int | None


@dataclass(frozen=True, slots=True)
class TerugbetalingVerzoek:
    """VraagTerugbetaling; no regels: everything that is left."""

    zender: str
    referentienummer: str
    betaalkenmerk: str | None
    kenmerk: str | None
    regels: tuple[TerugbetaalregelVerzoek, ...]
    reden: str


@dataclass(frozen=True, slots=True)
class RegistratieVerzoek:
    """RegistreerBetaling."""

    zender: str
    referentienummer: str
    betaalkenmerk: str | None
    kenmerk: str | None
    bedrag_cent: int
    ontvangstmethode: str
    ontvangen_op: datetime
    bewijsnummer: str | None


@dataclass(frozen=True, slots=True)
class HerroepingVerzoek:
    """HerroepRegistratie."""

    zender: str
    referentienummer: str
    registratienummer: str
    reden: str


@dataclass(frozen=True, slots=True)
class LeveringsregelVerzoek:
    """What is told of one productregel."""

    regelnummer: int
    levering: LeveringStatus
    reden: str | None


@dataclass(frozen=True, slots=True)
class LeveringVerzoek:
    """MeldLevering."""

    zender: str
    referentienummer: str
    betaalkenmerk: str | None
    kenmerk: str | None
    regels: tuple[LeveringsregelVerzoek, ...]


def check_registratie(verzoek: RegistratieVerzoek, *, totaal_cent: int, now: datetime) -> tuple[Finding, ...]:
    """Everything that is wrong with a registration of this betaalopdracht: the whole amount, and a time that can be true."""
    findings = []
    if verzoek.bedrag_cent != totaal_cent:
        uitleg = "BedragInCenten is niet het hele bedrag van de betaalopdracht."
        findings.append(Finding("BEDRAG_ONJUIST", "/RegistreerBetaling/BedragInCenten", uitleg))
    if not now - _LONGEST_AGO <= verzoek.ontvangen_op <= now + _CLOCKS_DIFFER:
        uitleg = f"OntvangenOp ligt niet in de toekomst en hooguit {_LONGEST_AGO.days} dagen terug."
        findings.append(Finding("ONTVANGENOP_ONJUIST", "/RegistreerBetaling/OntvangenOp", uitleg))
    return tuple(findings)


def allot_terugbetaling(
    regels: Sequence[TerugbetaalregelVerzoek], *, left: Mapping[int, int], whole: Mapping[int, int]
) -> tuple[dict[int, int], tuple[Finding, ...]]:
    """How many cents go back per regelnummer, and everything that is wrong. `left`: what each regel has left, in cents; a regel
    that this betaling does not pay is not in it. `whole`: what goes back of each when no amount is named."""
    path = "/VraagTerugbetaling"
    if not regels:
        everything = {nummer: cents for nummer, cents in whole.items() if cents}
        nothing = Finding("TERUGBETALING_TE_HOOG", path, "Er is niets meer over om terug te betalen.")
        return everything, () if everything else (nothing,)
    findings = list(_check_regelnummers([one.regelnummer for one in regels], set(left), f"{path}/Terugbetaalregel"))
    chosen: dict[int, int] = {}
    for place, regel in enumerate(regels, 1):
        has = left.get(regel.regelnummer)
        cents = whole.get(regel.regelnummer) if regel.bedrag_cent is None else regel.bedrag_cent
        if has is None or cents is None:
            continue
        if cents > has or not cents:
            most = cents if regel.bedrag_cent is None else has
            where = f"{path}/Terugbetaalregel[{place}]/" + ("BedragInCenten" if most else "Regelnummer")
            findings.append(Finding("TERUGBETALING_TE_HOOG", where, more_than_left(most)))
        chosen[regel.regelnummer] = cents
    return chosen, tuple(findings)


def more_than_left(left: int) -> str:
    """What is wrong with asking back more cents of a productregel than it has left, and how many it has."""
    if not left:
        return "Van deze productregel is niets over."
    return f"Dit is meer dan er van deze productregel nog over is. Er is nog {in_euro(left)} over."


def check_levering(
    regels: Sequence[LeveringsregelVerzoek], *, present: Mapping[int, LeveringStatus]
) -> tuple[Finding, ...]:
    """Everything that is wrong with what is told: a step that the table of LeveringStatus does not hold; the same status again
    is no step. `present`: how each regelnummer stands."""
    path = "/MeldLevering/Leveringsregel"
    findings = list(_check_regelnummers([one.regelnummer for one in regels], set(present), path))
    for place, regel in enumerate(regels, 1):
        van = present.get(regel.regelnummer, regel.levering)
        if regel.levering != van and regel.levering not in TRANSITIONS[LeveringStatus][van]:
            uitleg = f"Een levering die {van} is, kan dit niet meer worden."
            findings.append(Finding("LEVERING_ONJUIST", f"{path}[{place}]/Levering", uitleg))
    return tuple(findings)


def _check_regelnummers(given: Sequence[int], known: set[int], path: str) -> Iterator[Finding]:
    counted = Counter(given)
    for place, nummer in enumerate(given, 1):
        if nummer not in known:
            uitleg = "Deze betaalopdracht heeft geen productregel met dit nummer."
            yield Finding("REGELNUMMER_ONBEKEND", f"{path}[{place}]/Regelnummer", uitleg)
        elif counted[nummer] > 1 and nummer in given[: place - 1]:
            yield Finding("REGELNUMMER_DUBBEL", f"{path}[{place}]/Regelnummer", "Dit regelnummer komt vaker voor.")
