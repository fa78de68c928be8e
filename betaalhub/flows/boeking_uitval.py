"""Books what is taken back, what is accepted after all and what differs, on the accounts where its money lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import JournaalSoort, boekdatum
from betaalhub.domain.boeking_uitval import (
    Opbrengst,
    Rekeningen,
    post_aanvaard,
    post_aside,
    post_taken,
    post_verschil,
    undone,
)
from betaalhub.domain.producten import Boekingsleutel
from betaalhub.domain.statuses import BtwCode
from betaalhub.flows.boeking import is_booked, paid_key, store_post, tussenrekening_of
from betaalhub.flows.catalogus import boekingsleutel_for
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.gone import gone
from betaalhub.flows.keys import Keys
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsregelRow,
    JournaalpostRow,
    ProductregelRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
)


class Place(StrEnum):
    """Where the money that a betaling paid for a betaalopdracht stands in the books."""

    NONE = "NONE"  # not booked: an account is not configured yet
    ASIDE = "ASIDE"  # te verrekenen ontvangsten
    PROCEEDS = "PROCEEDS"


def place(session: Session, betaling_id: int, opdracht_id: int) -> Place:
    """Where the money of this betaling for this betaalopdracht lies."""
    soort = session.scalar(
        select(JournaalpostRow.soort).where(JournaalpostRow.sleutel == paid_key(betaling_id, opdracht_id))
    )
    if soort is None:
        return Place.NONE
    aside = soort == JournaalSoort.TE_VERREKENEN and not is_booked(session, accepted_key(betaling_id, opdracht_id))
    return Place.ASIDE if aside else Place.PROCEEDS


WON = "GEWONNEN"  # the event of a terugboeking that is undone, as its key begins


def accepted_key(betaling_id: int, opdracht_id: int) -> str:
    """The key of the journaalpost with which money that lay aside became proceeds."""
    return f"AANVAARD:{betaling_id}:{opdracht_id}"


def booked_keys(session: Session, betaling_id: int, opdracht_id: int) -> dict[int, Boekingsleutel]:
    """Per regelnummer where its proceeds were booked, which is where they are taken from: the catalogue may be another since."""
    rows = session.execute(
        select(ProductregelRow.regelnummer, BoekingsregelRow, JournaalpostRow.boekdatum)
        .join(ProductregelRow, ProductregelRow.id == BoekingsregelRow.productregel_id)
        .join(JournaalpostRow, JournaalpostRow.id == BoekingsregelRow.journaalpost_id)
        .where(
            JournaalpostRow.sleutel.in_([paid_key(betaling_id, opdracht_id), accepted_key(betaling_id, opdracht_id)])
        )
    )
    return {
        nummer: Boekingsleutel(
            grootboekrekening=line.grootboekrekening,
            kostenplaats=line.kostenplaats,
            btw=BtwCode(line.btw),
            project=line.project,
            geldig_van=on,
            geldig_tot=None,
        )
        for nummer, line, on in rows
    }


def book_taken(
    session: Session,
    row: TerugboekingRow,
    opdracht: BetaalopdrachtRow,
    door: Door,
    *,
    keys: Keys,
    won: bool = False,
    before: Mapping[int, int] | None = None,
) -> None:
    """Book what a terugboeking takes of one betaalopdracht, once: from where its money lies. `won`: it came back, to where
    money of this betaalopdracht lies now. What was never booked is booked with its betaling, later (`catch_up`): `before` are the
    cents of each toewijzing that are booked as gone by then; by default all that are gone without this one."""
    if before is None:
        before = gone(session, row.betaling_id, but_terugboeking=row.id)
    betaling = session.get_one(BetalingRow, row.betaling_id)
    sleutel = taken_key(row.id, opdracht.id, won=won)
    if is_booked(session, sleutel) or (won and not is_booked(session, taken_key(row.id, opdracht.id))):
        return
    where, regels = place(session, betaling.id, opdracht.id), taken_of(session, row.id, opdracht.id)
    if where == Place.NONE or not regels:
        return
    accounts = accounts_of(session, betaling, opdracht.administratie_id)
    delen = (
        _delen(session, row, opdracht, regels, boekdatum(door.now), before=before) if where == Place.PROCEEDS else []
    )
    aside = sum(cents for _, _, cents in regels) - sum(deel.cents for deel in delen)
    post = post_taken(
        delen, aside, accounts, boekdatum=boekdatum(door.now), omschrijving=f"Terugboeking {opdracht.kenmerk}"
    )
    store_post(
        session,
        undone(post) if won else post,
        sleutel,
        door,
        keys=keys,
        administratie_id=opdracht.administratie_id,
        betaling=betaling,
        opdracht=opdracht,
    )


def book_taken_aside(
    session: Session, row: TerugboekingRow, cents: int, door: Door, *, keys: Keys, won: bool = False
) -> None:
    """Book, once, the cents of a terugboeking that come from the surplus of its betaling or from more than it has left."""
    sleutel = taken_key(row.id, None, won=won)
    if cents == 0 or is_booked(session, sleutel):
        return
    betaling = session.get_one(BetalingRow, row.betaling_id)
    accounts = accounts_of(session, betaling, row.administratie_id)
    tekst = f"Terugboeking {betaling.psp_referentie}"
    post = post_taken([], cents, accounts, boekdatum=boekdatum(door.now), omschrijving=tekst)
    store_post(
        session,
        undone(post) if won else post,
        sleutel,
        door,
        keys=keys,
        administratie_id=row.administratie_id,
        betaling=betaling,
        opdracht=None,
    )


def set_aside(
    session: Session, betaling: BetalingRow, cents: int, door: Door, *, keys: Keys, administratie_id: int
) -> None:
    """Bring what is booked on te verrekenen ontvangsten of a betaling that is not paid to this number of cents: money with
    another amount lies there from the moment that it is seen, and leaves when the betaling is paid after all."""
    prefix = f"AFWIJKEND:{betaling.id}:"
    posts = session.scalars(
        select(JournaalpostRow).where(JournaalpostRow.sleutel.startswith(prefix, autoescape=True))
    ).all()
    booked = sum(
        line.debet_cent if post.soort == JournaalSoort.TE_VERREKENEN else -line.debet_cent
        for post in posts
        for line in queries.boekingsregels_of(session, [post.id])
    )
    if booked == cents:
        return
    post = post_aside(
        cents - booked,
        accounts_of(session, betaling, administratie_id),
        boekdatum=boekdatum(door.now),
        omschrijving=f"Afwijkend bedrag {betaling.psp_referentie}",
    )
    sleutel = f"{prefix}{len(posts) + 1}"
    store_post(
        session, post, sleutel, door, keys=keys, administratie_id=administratie_id, betaling=betaling, opdracht=None
    )


def book_accepted(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys
) -> bool:
    """What lies aside of this betaling for this betaalopdracht becomes proceeds, once, without what is gone since. False while a
    productregel has no valid booking key."""
    sleutel, on = accepted_key(betaling.id, opdracht.id), boekdatum(door.now)
    if place(session, betaling.id, opdracht.id) != Place.ASIDE:
        return True
    away = gone(session, betaling.id)
    delen = []
    for toewijzing, regel in session.execute(
        select(ToewijzingRow, ProductregelRow)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(ToewijzingRow.betaling_id == betaling.id, ProductregelRow.betaalopdracht_id == opdracht.id)
        .order_by(ProductregelRow.regelnummer)
    ):
        key = boekingsleutel_for(session, opdracht.administratie_id, regel.productcode, on)
        if key is None:
            return False
        van = away.get(toewijzing.id, 0)
        if van < toewijzing.bedrag_cent:
            delen.append(Opbrengst(regel.regelnummer, regel.omschrijving, van, toewijzing.bedrag_cent, key))
    if delen:
        accounts = accounts_of(session, betaling, opdracht.administratie_id)
        post = post_aanvaard(delen, accounts, boekdatum=on, omschrijving=f"Aanvaard {opdracht.kenmerk}")
        store_post(
            session,
            post,
            sleutel,
            door,
            keys=keys,
            administratie_id=opdracht.administratie_id,
            betaling=betaling,
            opdracht=opdracht,
        )
    return True


def book_difference(session: Session, betaling: BetalingRow, door: Door, *, keys: Keys, administratie_id: int) -> None:
    """What a person accepted more or less than the amount of the betaling, on betalingsverschillen, once."""
    sleutel = f"VERSCHIL:{betaling.id}"
    less = betaling.bedrag_cent - (betaling.aanvaard_cent or betaling.bedrag_cent)
    if less == 0 or is_booked(session, sleutel):
        return
    post = post_verschil(
        less,
        accounts_of(session, betaling, administratie_id),
        boekdatum=boekdatum(door.now),
        omschrijving=f"Betalingsverschil {betaling.psp_referentie}",
    )
    store_post(
        session, post, sleutel, door, keys=keys, administratie_id=administratie_id, betaling=betaling, opdracht=None
    )


def taken_key(terugboeking_id: int, opdracht_id: int | None, *, won: bool = False) -> str:
    """The key of the journaalpost of a terugboeking about a betaalopdracht, or about what lies on none."""
    return f"{WON if won else 'TERUGBOEKING'}:{terugboeking_id}:{opdracht_id or 'MEER'}"


def taken_of(session: Session, terugboeking_id: int, opdracht_id: int) -> list[tuple[int, ProductregelRow, int]]:
    """What a terugboeking takes of a betaalopdracht: toewijzing, productregel and cents, by regelnummer."""
    rows = session.execute(
        select(TerugboekingRegelRow.toewijzing_id, ProductregelRow, TerugboekingRegelRow.bedrag_cent)
        .join(ToewijzingRow, ToewijzingRow.id == TerugboekingRegelRow.toewijzing_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(TerugboekingRegelRow.terugboeking_id == terugboeking_id)
        .where(ProductregelRow.betaalopdracht_id == opdracht_id)
        .order_by(ProductregelRow.regelnummer)
    )
    return [(toewijzing_id, regel, cents) for toewijzing_id, regel, cents in rows]


def _delen(
    session: Session,
    row: TerugboekingRow,
    opdracht: BetaalopdrachtRow,
    regels: Sequence[tuple[int, ProductregelRow, int]],
    on: date,
    *,
    before: Mapping[int, int],
) -> list[Opbrengst]:
    """These parts of the proceeds, after what was gone before this terugboeking; one without any account is left out."""
    sleutels = booked_keys(session, row.betaling_id, opdracht.id)
    delen = []
    for toewijzing_id, regel, cents in regels:
        key = sleutels.get(regel.regelnummer) or boekingsleutel_for(
            session, opdracht.administratie_id, regel.productcode, on
        )
        if key is not None:
            lo = before.get(toewijzing_id, 0)
            delen.append(Opbrengst(regel.regelnummer, regel.omschrijving, lo, lo + cents, key))
    return delen


def accounts_of(session: Session, betaling: BetalingRow, administratie_id: int) -> Rekeningen:
    """The accounts of this betaling that no product decides about. One that was booked has a tussenrekening."""
    administratie = session.get_one(AdministratieRow, administratie_id)
    return Rekeningen(
        tussenrekening=tussenrekening_of(session, betaling, administratie) or administratie.te_verrekenen_rekening,
        te_verrekenen=administratie.te_verrekenen_rekening,
        btw=administratie.btw_rekening,
        verschil=administratie.verschil_rekening or administratie.te_verrekenen_rekening,
    )
