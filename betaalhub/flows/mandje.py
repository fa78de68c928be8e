"""What the citizen sees of a winkelmandje, and what she may do to it before paying."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.domain.mail import common_address
from betaalhub.domain.statuses import BetalerSoort, BetalingStatus, WinkelmandjeStatus
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.departures import Departure, departures_of, read_left
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys, Portaal, make_meebetaaltoken
from betaalhub.flows.paginastatus import Paginastatus, choose, counting, is_revoked, page_of, read_beeld
from betaalhub.flows.routing import Offer, offers_of, route_of
from betaalhub.flows.winkelmandje import find_by_token, join, may_join_route, take_out
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalmethodeRow,
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    PspAccountRow,
    WinkelmandjeRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class RegelWeergave:
    """One line on the page. Cents."""

    omschrijving: str
    aantal: int
    bedrag_cent: int
    stuksprijs_cent: int | None
    levering: str
    regelnummer: int


@dataclass(frozen=True, slots=True)
class OpdrachtStand:
    """One betaalopdracht on the page, with the product system it came from."""

    betaalkenmerk: str
    zender_naam: str
    kenmerk: str
    status: str
    totaal_cent: int
    vervalt_op: datetime
    terugkeer_url: str
    regels: tuple[RegelWeergave, ...]


@dataclass(frozen=True, slots=True)
class BetalingWeergave:
    """The attempt that counts for the page: the paid one, else the newest. Cents, UTC."""

    volgnummer: int
    status: str
    methode_nl: str
    methode_en: str
    bedrag_cent: int
    status_op: datetime
    doorstuur_url: str | None


@dataclass(frozen=True, slots=True)
class Methode:
    """A way to pay that is offered; names and explanations are configuration."""

    code: str
    naam_nl: str
    naam_en: str
    uitleg_nl: str
    uitleg_en: str
    logo: str | None


@dataclass(frozen=True, slots=True)
class MandjeStand:
    """The whole winkelmandje as its holder may see it. Cents, UTC.

    `ontvangen_cent` is all that its paid betalingen brought, also what was too much; `teruggeboekt_cent` what the bank took
    of them and did not return. Of a betaling that was made elsewhere only what it pays of this counts: the rest is not hers. `zakelijk`: a company is among those who pay; `bedrijven` are the names that are known.
    `mail_bekend`: the product systems gave one address, to which mails go when she types none.
    """

    kenmerk: str
    token: str
    administratie_naam: str
    status: str
    versie: int
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    opdrachten: tuple[OpdrachtStand, ...]
    betaling: BetalingWeergave | None
    paginastatus: Paginastatus
    methoden: tuple[Methode, ...]  # with which she may begin now
    meebetaaltoken: str
    administratie: str = ""  # its code
    te_laat: bool = False  # there are no methods because an attempt lasts longer than the time that is left
    storing: bool = False  # there are no methods because the PSP is spared: later there will be
    uitgevallen: tuple[Methode, ...] = ()  # the ways to pay that do not work now, while others do
    departures: tuple[Departure, ...] = ()  # what left it, the newest first
    zakelijk: bool = False
    bedrijven: tuple[str, ...] = ()
    mail_bekend: bool = False


def view_mandje(
    session: Session,
    token: str,
    *,
    portaal: Portaal,
    now: datetime,
    attempt: timedelta,
    accounts: Collection[str] | None = None,
) -> MandjeStand:
    """The winkelmandje that opens with this token (its own or one of its betaalopdrachten's). NotFound: no such token.

    `attempt`: how long paying may take by default. `accounts`: the codes of the PSP accounts that this process can call; None:
    all of them.
    """
    mandje = find_by_token(session, token)
    administratie = session.get_one(AdministratieRow, mandje.administratie_id)
    opdrachten = queries.opdrachten_of(session, mandje.id)
    left = read_left(session, mandje)
    all_regels = queries.regels_of(session, [row.id for row in [*opdrachten, *(one.row for one in left)]])
    inside = {row.id for row in opdrachten}
    regels = [regel for regel in all_regels if regel.betaalopdracht_id in inside]
    earliest = min((row.vervalt_op for row in opdrachten), default=now)
    all_offers = _offers(session, mandje, regels, accounts=accounts, now=now, attempt=attempt)
    offers = [offer for offer, length in all_offers if now + length <= earliest]
    methoden = _methoden(offers)
    betalingen = [*queries.betalingen_of(session, mandje.id), *queries.paid_by(session, [row.id for row in opdrachten])]
    counted = counting(betalingen, revoked=is_revoked(opdrachten))
    chosen = choose(counted)
    elsewhere = sorted({row.id for row in counted if row.winkelmandje_id != mandje.id})
    parts = queries.toegewezen_cent(session, elsewhere, [row.id for row in opdrachten])
    received = {
        row.id: min(row.ontvangen_cent, parts.get(row.id, row.ontvangen_cent))
        for row in counted
        if row.status == BetalingStatus.BETAALD
    }
    zakelijk = [row for row in opdrachten if row.betaler_soort == BetalerSoort.BEDRIJF]
    return MandjeStand(
        kenmerk=mandje.kenmerk,
        token=mandje.token,
        administratie=administratie.code,
        administratie_naam=administratie.naam,
        status=mandje.status,
        versie=mandje.versie,
        totaal_cent=sum(row.totaal_cent for row in opdrachten),
        ontvangen_cent=sum(received.values()),
        terugbetaald_cent=sum(row.terugbetaald_cent for row in opdrachten),
        teruggeboekt_cent=sum(
            min(_taken_cent(session, one), cents) if one in parts else _taken_cent(session, one)
            for one, cents in sorted(received.items())
        ),
        opdrachten=_opdracht_standen(session, opdrachten, regels),
        betaling=_betaling(chosen, queries.methode_of(session, chosen), parts.get(chosen.id, chosen.bedrag_cent))
        if chosen
        else None,
        paginastatus=page_of(read_beeld(session, mandje, opdrachten, chosen)),
        methoden=methoden,
        storing=bool(offers) and not methoden,
        te_laat=bool(all_offers) and not offers,
        meebetaaltoken=make_meebetaaltoken(portaal, mandje.id, now),
        uitgevallen=_down(offers) if methoden else (),
        departures=departures_of(left, opdrachten, all_regels, now),
        zakelijk=bool(zakelijk),
        bedrijven=tuple(dict.fromkeys(row.betaler_naam for row in zakelijk if row.betaler_naam)),
        mail_bekend=common_address(None, tuple(row.betaler_email for row in opdrachten)) is not None,
    )


def join_by_kenmerk(
    session: Session, token: str, *, kenmerk: str, bedrag_cent: int, limits: Limits, now: datetime
) -> bool:
    """Put the open betaalopdracht with this kenmerk (its own or its winkelmandje's) and exactly this amount into this
    winkelmandje; one that lies in it already stays. False: the two are paid at different PSP accounts, so never in one go.

    NotFound: unknown, another amount, or one of the two is busy, paid or expired; the citizen is not told which.
    """
    mandje = find_by_token(session, token)
    other = queries.joinable_by_kenmerk(session, mandje.administratie_id, kenmerk)
    if other is None or other.totaal_cent != bedrag_cent:
        raise NotFound("No open betaalopdracht with this kenmerk and amount")
    if other.winkelmandje_id == mandje.id:
        return True
    if not may_join_route(session, mandje, other, now):
        return False
    if not join(session, mandje.id, other.id, limits=limits, door=Door("burger", now)):
        raise NotFound("One of the two winkelmandjes is busy")
    return True


def remove_betaalopdracht(session: Session, token: str, *, betaalkenmerk: str, keys: Keys, now: datetime) -> str:
    """Put a betaalopdracht back into a winkelmandje of its own. Gives the token that opens this one from now on: the same,
    unless it was that of what she took out.

    NotFound: not in here; Refusal WINKELMANDJE_BEZET while a betaling is under way or done.
    """
    mandje = find_by_token(session, token)
    if not take_out(session, mandje.id, betaalkenmerk, keys=keys, door=Door("burger", now)):
        raise Refusal("WINKELMANDJE_BEZET", "Dit winkelmandje wordt al betaald.")
    return token if find_by_token(session, token).id == mandje.id else mandje.token


def methode_named(session: Session, token: str, code: str) -> Methode | None:
    """How the accounts of this administratie call a way to pay, also one that is switched off; None: there never was one.
    NotFound: no such token."""
    row = session.scalars(
        select(BetaalmethodeRow)
        .join(PspAccountRow, PspAccountRow.id == BetaalmethodeRow.psp_account_id)
        .where(
            PspAccountRow.administratie_id == find_by_token(session, token).administratie_id,
            BetaalmethodeRow.code == code,
        )
        .order_by(BetaalmethodeRow.id)
        .limit(1)
    ).first()
    return _methode(row) if row else None


def betaling_by_volgnummer(session: Session, token: str, volgnummer: int) -> int | None:
    """The id of the n-th betaling of the winkelmandje, None when there is none. NotFound: no such token."""
    betalingen = queries.betalingen_of(session, find_by_token(session, token).id)
    return next((row.id for row in betalingen if row.volgnummer == volgnummer), None)


def _offers(
    session: Session,
    mandje: WinkelmandjeRow,
    regels: Sequence[ProductregelRow],
    *,
    accounts: Collection[str] | None,
    now: datetime,
    attempt: timedelta,
) -> list[tuple[Offer, timedelta]]:
    """The ways to pay of what lies in it, and how long an attempt lasts; none when it can't be paid any more."""
    if mandje.status != WinkelmandjeStatus.OPEN:
        return []
    route = route_of(session, mandje.administratie_id, [regel.productcode for regel in regels], now)
    offers = offers_of(session, mandje.administratie_id, route, accounts=accounts, now=now)
    return [(offer, route.attempt(offer.account.poging_minuten, attempt)) for offer in offers]


def _methoden(offers: Sequence[Offer]) -> tuple[Methode, ...]:
    """Each way to pay once, as the first account that can be used now calls it."""
    found: dict[str, Methode] = {}
    for offer in offers:
        if not offer.spared:
            found.setdefault(offer.methode.code, _methode(offer.methode))
    return tuple(found.values())


def _down(offers: Sequence[Offer]) -> tuple[Methode, ...]:
    """The ways to pay that no account offers now, because all that have them are spared."""
    usable = {offer.methode.code for offer in offers if not offer.spared}
    found: dict[str, Methode] = {}
    for offer in offers:
        if offer.methode.code not in usable:
            found.setdefault(offer.methode.code, _methode(offer.methode))
    return tuple(found.values())


def _methode(row: BetaalmethodeRow) -> Methode:
    return Methode(row.code, row.naam_nl, row.naam_en, row.uitleg_nl, row.uitleg_en, row.logo)


# What a product system received itself, by the Ontvangstmethode of the contract.
_ELSEWHERE = {
    "CONTANT": ("contant", "cash"),
    "PIN": ("pinpas", "debit card"),
    "CREDITCARD": ("creditcard", "credit card"),
    "OVERBOEKING": ("overboeking", "bank transfer"),
    "OVERIG": ("op een andere manier", "in another way"),
}


def _betaling(row: BetalingRow, methode: BetaalmethodeRow | None, bedrag_cent: int) -> BetalingWeergave:
    names = (methode.naam_nl, methode.naam_en) if methode else _ELSEWHERE.get(row.methode, (row.methode, row.methode))
    return BetalingWeergave(
        volgnummer=row.volgnummer,
        status=row.status,
        methode_nl=names[0],
        methode_en=names[1],
        bedrag_cent=bedrag_cent,
        status_op=row.status_op,
        doorstuur_url=row.doorstuur_url,
    )


def _opdracht_standen(
    session: Session, opdrachten: Sequence[BetaalopdrachtRow], all_regels: Sequence[ProductregelRow]
) -> tuple[OpdrachtStand, ...]:
    regels: dict[int, list[ProductregelRow]] = defaultdict(list)
    for regel in all_regels:
        regels[regel.betaalopdracht_id].append(regel)
    namen = dict(
        session.execute(
            select(ZenderRow.id, ZenderRow.naam).where(ZenderRow.id.in_({row.zender_id for row in opdrachten}))
        ).all()
    )
    return tuple(
        OpdrachtStand(
            betaalkenmerk=row.kenmerk,
            zender_naam=namen[row.zender_id],
            kenmerk=row.eigen_kenmerk,
            status=row.status,
            totaal_cent=row.totaal_cent,
            vervalt_op=row.vervalt_op,
            terugkeer_url=row.terugkeer_url,
            regels=tuple(
                RegelWeergave(
                    item.omschrijving,
                    item.aantal,
                    item.bedrag_cent,
                    item.stuksprijs_cent,
                    item.levering,
                    item.regelnummer,
                )
                for item in regels[row.id]
            ),
        )
        for row in opdrachten
    )


def _taken_cent(session: Session, betaling_id: int) -> int:
    return sum(row.bedrag_cent for row in terugbetaling_queries.taken_of_betaling(session, betaling_id))
