"""What a person at her desk asks back or links, in the numbers that she sees: betaalkenmerk and regelnummer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.domain.statuses import UNDER_WAY
from betaalhub.domain.verzoeken import TerugbetaalregelVerzoek
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.request_terugbetaling import ask_back
from betaalhub.flows.terugbetaling_besluit import find_nummer, link
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    ProductregelRow,
    TerugbetalingRow,
    ToewijzingRow,
    WinkelmandjeRow,
)


def ask_back_by_person(
    session: Session,
    betaalkenmerk: str,
    regels: Sequence[TerugbetaalregelVerzoek],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> str:
    """Ask back what is left of a betaalopdracht, or of these regels of it, under the rules of VraagTerugbetaling; the number of
    the terugbetaling. NotFound; Refusal that names the regel."""
    mandje, opdracht = lock_opdracht(session, _find_opdracht(session, betaalkenmerk))
    try:
        row = ask_back(session, mandje, opdracht, regels, door=door, keys=keys, reden=reden)
    except Refusal as refusal:
        more = _under_way(session, opdracht.id) if refusal.code == "TERUGBETALING_TE_HOOG" else ""
        raise Refusal(refusal.code, f"{_in_words(refusal, regels)}{more}") from None
    return row.nummer


def link_by_person(
    session: Session,
    nummer: str,
    betaalkenmerk: str | None,
    regels: Sequence[TerugbetaalregelVerzoek],
    *,
    door: Door,
    keys: Keys,
) -> None:
    """Link an external refund to these regels of one betaalopdracht of its betaling; without regels the hub divides it."""
    terugbetaling = session.get_one(TerugbetalingRow, find_nummer(session, nummer))
    cents = _per_toewijzing(session, terugbetaling, betaalkenmerk, regels) if regels else None
    link(session, terugbetaling.nummer, cents, door=door, keys=keys)


def _find_opdracht(session: Session, betaalkenmerk: str) -> int:
    """The betaalopdracht with this kenmerk, or the only one in the winkelmandje with it."""
    kenmerk = parse_kenmerk(betaalkenmerk)
    own = session.scalar(select(BetaalopdrachtRow.id).where(BetaalopdrachtRow.kenmerk == kenmerk))
    if own is not None:
        return own
    inside = session.execute(
        select(BetaalopdrachtRow.id, BetaalopdrachtRow.kenmerk)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
        .where(WinkelmandjeRow.kenmerk == kenmerk)
        .order_by(BetaalopdrachtRow.id)
    ).all()
    if not inside:
        raise NotFound(f"Er is geen betaalopdracht met kenmerk {betaalkenmerk}.")
    if len(inside) > 1:
        kenmerken = ", ".join(row.kenmerk for row in inside)
        raise Refusal("ZOEKVRAAG_ONJUIST", f"In dit winkelmandje liggen er meer; kies een betaalkenmerk: {kenmerken}.")
    return int(inside[0].id)


def _in_words(refusal: Refusal, regels: Sequence[TerugbetaalregelVerzoek]) -> str:
    """Every finding, with the regelnummer that she typed."""
    said = []
    for finding in refusal.findings:
        place = finding.element.partition("[")[2].partition("]")[0]
        regel = f"Regel {regels[int(place) - 1].regelnummer}: " if place.isdigit() and regels else ""
        said.append(f"{regel}{finding.omschrijving}")
    return " ".join(said) or refusal.omschrijving


def _under_way(session: Session, opdracht_id: int) -> str:
    """Where the rest went, when a terugbetaling holds it; only the desk can look there."""
    found = session.scalar(
        select(TerugbetalingRow.id)
        .where(TerugbetalingRow.betaalopdracht_id == opdracht_id, TerugbetalingRow.status.in_(sorted(UNDER_WAY)))
        .limit(1)
    )
    return " Er loopt al een terugbetaling; kijk met: betaalhub terugbetaling list." if found is not None else ""


def _per_toewijzing(
    session: Session,
    terugbetaling: TerugbetalingRow,
    betaalkenmerk: str | None,
    regels: Sequence[TerugbetaalregelVerzoek],
) -> dict[int, int]:
    """The toewijzing of each regel, with its cents or everything that it has left."""
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, ProductregelRow.regelnummer, ToewijzingRow)
        .join(ProductregelRow, ProductregelRow.betaalopdracht_id == BetaalopdrachtRow.id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == terugbetaling.betaling_id)
        .order_by(BetaalopdrachtRow.kenmerk, ProductregelRow.regelnummer)
    ).all()
    kenmerken = sorted({row.kenmerk for row in rows})
    wanted = "".join(betaalkenmerk.split()) if betaalkenmerk else kenmerken[0]
    if wanted not in kenmerken or (betaalkenmerk is None and len(kenmerken) > 1):
        uitleg = f"Kies met --betaalkenmerk een betaalopdracht van deze betaling: {', '.join(kenmerken)}."
        raise Refusal("ZOEKVRAAG_ONJUIST", uitleg)
    delen = {row.regelnummer: row.ToewijzingRow for row in rows if row.kenmerk == wanted}
    found: dict[int, int] = {}
    for regel in regels:
        deel = delen.get(regel.regelnummer)
        if deel is None or deel.id in found:
            why = "staat er twee keer" if deel is not None else "is er niet"
            raise Refusal("REGELNUMMER_ONBEKEND", f"Regel {regel.regelnummer} {why}; er is: {sorted(delen)}.")
        left = deel.bedrag_cent - deel.gereserveerd_cent
        found[deel.id] = left if regel.bedrag_cent is None else regel.bedrag_cent
    return found
