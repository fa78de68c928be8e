"""The helpdesk searches among all betaalopdrachten of an administratie: the newest first, a page at a time, counted up to a cap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.kenmerk import is_betalingskenmerk, is_kenmerk
from betaalhub.domain.zoeknaam import name_ranges
from betaalhub.domain.zoekvraag import MAX_DAYS, Zoekvraag
from betaalhub.errors import Finding, NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.storage import search
from betaalhub.storage.tables import AdministratieRow, BetaalopdrachtRow, ProductRow, WinkelmandjeRow, ZenderRow

KENMERK = 12  # digits
CAP = 1_000  # counted no further
DEFAULT_DAYS = 30  # the period when none is given, today included


@dataclass(frozen=True, slots=True)
class Helpdeskvraag:
    """Everything that is given must hold. `kenmerk`: any reference that somebody may read to us. Without a reference, zaaknummer
    or KlantKenmerk it is about a period: the last 30 days when none is given."""

    zoekvraag: Zoekvraag
    administratie: str | None = None  # its code; None where there is only one
    zender: str | None = None
    kenmerk: str | None = None
    naam: str | None = None


@dataclass(frozen=True, slots=True)
class HelpdeskRegel:
    """One betaalopdracht that was found. `naam`: only where it was searched by name. Cents, UTC."""

    betaalkenmerk: str
    winkelmandje: str
    zender: str
    kenmerk: str
    status: str
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    aangemaakt_op: datetime
    betaald_op: datetime | None
    naam: str | None


@dataclass(frozen=True, slots=True)
class HelpdeskPagina:
    """One page; `aantal` of all pages, or one above `CAP` when there are more. `na`: what the next page goes on after, or None.
    `vanaf` and `tot_en_met`: the period that was searched, None when no period was needed."""

    gevonden: tuple[HelpdeskRegel, ...]
    aantal: int
    na: str | None
    vanaf: date | None
    tot_en_met: date | None


def note_search_by_name(session: Session, vraag: Helpdeskvraag, door: Door) -> None:
    """Write down who looks for a person by name, and when: never for whom. To be committed before the search.

    NotFound and Refusal as in `find_for_helpdesk`.
    """
    if vraag.naam is not None:
        name_ranges(vraag.naam)
        administratie_id = _administratie(session, vraag.administratie)
        record(session, door, "GEZOCHT_OP_NAAM", onderwerp="ADMINISTRATIE", onderwerp_id=administratie_id)


def find_for_helpdesk(
    session: Session, vraag: Helpdeskvraag, *, now: datetime, maximum: int, na: str | None = None
) -> HelpdeskPagina:
    """At most `maximum` betaalopdrachten, after the one with betaalkenmerk `na`.

    NotFound: there is no such administratie, zender, product or `na`. Refusal ZOEKVRAAG_ONJUIST: a period or a name that can not be.
    """
    asked = replace(vraag, zoekvraag=_with_period(vraag, now))
    conditions = list(_conditions(session, asked))
    row = BetaalopdrachtRow
    query = (
        select(row, WinkelmandjeRow.kenmerk, ZenderRow.code)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == row.winkelmandje_id)
        .join(ZenderRow, ZenderRow.id == row.zender_id)
    )
    after = None if na is None else _after(session, na)
    found = search.find_page(session, query, asked.zoekvraag, conditions, limit=maximum + 1, after=after)
    page = tuple(_regel(one, mandje, zender, vraag) for one, mandje, zender in found[:maximum])
    whole = len(found) <= maximum and na is None
    return HelpdeskPagina(
        gevonden=page,
        aantal=len(page) if whole else search.capped_count(session, asked.zoekvraag, conditions, CAP + 1),
        na=page[-1].betaalkenmerk if len(found) > maximum else None,
        vanaf=asked.zoekvraag.vanaf,
        tot_en_met=asked.zoekvraag.tot_en_met,
    )


def _with_period(vraag: Helpdeskvraag, now: datetime) -> Zoekvraag:
    asked = vraag.zoekvraag
    if asked.vanaf is None and asked.tot_en_met is None:
        if vraag.kenmerk or asked.zaaknummer or asked.klant_kenmerk:
            return asked
        asked = replace(asked, tot_en_met=boekdatum(now))
    last = asked.tot_en_met or boekdatum(now)
    first = asked.vanaf or last - timedelta(days=DEFAULT_DAYS - 1)
    if last < first:
        raise _wrong("De laatste dag ligt voor de eerste.")
    if (last - first).days >= MAX_DAYS:
        more = "" if asked.tot_en_met else "; geef --tot"
        raise _wrong(f"Een periode is hooguit {MAX_DAYS} dagen{more}.")
    return replace(asked, vanaf=first, tot_en_met=last)


def _wrong(uitleg: str) -> Refusal:
    return Refusal("ZOEKVRAAG_ONJUIST", uitleg, (Finding("ZOEKVRAAG_ONJUIST", "/Periode", uitleg),))


def _conditions(session: Session, vraag: Helpdeskvraag) -> Iterator[ColumnElement[bool]]:
    administratie_id = _administratie(session, vraag.administratie)
    yield BetaalopdrachtRow.administratie_id == administratie_id
    if vraag.zender is not None:
        yield BetaalopdrachtRow.zender_id == _zender(session, vraag.zender, administratie_id)
    if vraag.zoekvraag.productcode is not None:
        _check_product(session, vraag.zoekvraag.productcode, administratie_id)
    if vraag.kenmerk is not None:
        yield search.with_reference(session, _as_stored(vraag.kenmerk), administratie_id)
    if vraag.naam is not None:
        yield search.with_name(name_ranges(vraag.naam))


def _as_stored(reference: str) -> str:
    """A kenmerk may be typed with spaces, or come from a bank as the 16 digits that it makes of it."""
    digits = "".join(sign for sign in reference if sign not in " .-")
    if is_betalingskenmerk(digits) and is_kenmerk(digits[4:]):
        return digits[4:]
    return digits if is_kenmerk(digits) else reference.strip()


def _administratie(session: Session, code: str | None) -> int:
    found = session.execute(select(AdministratieRow.id, AdministratieRow.code).order_by(AdministratieRow.id)).all()
    fit = [row.id for row in found if code in (None, row.code)]
    if len(fit) != 1:
        codes = ", ".join(row.code for row in found)
        raise NotFound(f"Noem met --administratie een van: {codes}" if found else "Er is nog geen administratie")
    return int(fit[0])


def _zender(session: Session, code: str, administratie_id: int) -> int:
    mine = select(ZenderRow.id).where(
        search.equals(ZenderRow.code, code), ZenderRow.administratie_id == administratie_id
    )
    found = session.scalar(mine)
    if found is None:
        raise NotFound(f"Er is geen zender {code}; zie betaalhub zender list")
    return found


def _check_product(session: Session, code: str, administratie_id: int) -> None:
    mine = select(ProductRow.id).where(
        search.equals(ProductRow.code, code), ProductRow.administratie_id == administratie_id
    )
    if session.scalar(mine.limit(1)) is None:
        raise NotFound(f"Er is geen product {code}; zie betaalhub zender show ZENDER")


def _after(session: Session, kenmerk: str) -> search.Place:
    last = search.place_of(session, _as_stored(kenmerk)) if len(_as_stored(kenmerk)) == KENMERK else None
    if last is None:
        raise NotFound("Het kenmerk achter --na is niet van een betaalopdracht")
    return last


def _regel(row: BetaalopdrachtRow, winkelmandje: str, zender: str, vraag: Helpdeskvraag) -> HelpdeskRegel:
    return HelpdeskRegel(
        betaalkenmerk=row.kenmerk,
        winkelmandje=winkelmandje,
        zender=zender,
        kenmerk=row.eigen_kenmerk,
        status=row.status,
        totaal_cent=row.totaal_cent,
        ontvangen_cent=row.ontvangen_cent,
        terugbetaald_cent=row.terugbetaald_cent,
        aangemaakt_op=row.aangemaakt_op,
        betaald_op=row.betaald_op,
        naam=row.betaler_naam if vraag.naam is not None else None,
    )
