"""Which PSP account takes the money of a winkelmandje and how long an attempt lasts there: configuration (decision 0016)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.parents import is_payable
from betaalhub.domain.producten import pick_valid
from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.storage import circuits, outbox, queries
from betaalhub.storage.database import chunks
from betaalhub.storage.tables import BetaalmethodeRow, BetaalopdrachtRow, ProductgroepRow, ProductRow, PspAccountRow

LONGEST = timedelta(days=1)  # of an attempt, wherever it is configured


@dataclass(frozen=True, slots=True)
class Route:
    """What the products of a winkelmandje ask. `accounts`: the codes of the accounts that they name, the first productregel's
    first; empty: any will do. `minuten`: how long an attempt lasts, per product; None: as long as at the account."""

    accounts: tuple[str, ...]
    minuten: tuple[int | None, ...]

    def allows(self, account: str) -> bool:
        """May this account (its code) take the money? Where the products name different ones, after a change of the
        catalogue, the first productregel decides: it must stay payable, and the bookings follow the account that was used."""
        return account in self.accounts[:1] or not self.accounts

    def attempt(self, account_minuten: int | None, default: timedelta) -> timedelta:
        """How long an attempt at this account lasts: the shortest of what the products ask. Each has its own time, else its
        productgroep's, else the account's, else the installation's (`default`)."""
        usual = timedelta(minutes=account_minuten) if account_minuten else default
        return min((timedelta(minutes=one) if one else usual for one in self.minuten), default=usual)


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to pay at an account. `spared`: its circuit is open, so that nobody can begin there now."""

    methode: BetaalmethodeRow
    account: PspAccountRow
    spared: bool


@dataclass(frozen=True, slots=True)
class _Versie:
    code: str
    geldig_van: date
    geldig_tot: date | None
    account: str | None
    minuten: int | None


def route_of(session: Session, administratie_id: int, productcodes: Sequence[str], now: datetime) -> Route:
    """The route of products, in the order of their productregels, by the catalogue of today; one statement."""
    codes, today = list(dict.fromkeys(productcodes)), boekdatum(now)
    versions: dict[str, list[_Versie]] = {code: [] for code in codes}
    for part in chunks(codes):
        for row in session.execute(
            select(
                ProductRow.code,
                ProductRow.geldig_van,
                ProductRow.geldig_tot,
                func.coalesce(ProductRow.psp_account, ProductgroepRow.psp_account),
                func.coalesce(ProductRow.poging_minuten, ProductgroepRow.poging_minuten),
            )
            .join(ProductgroepRow, ProductgroepRow.id == ProductRow.productgroep_id)
            .where(ProductRow.administratie_id == administratie_id, ProductRow.code.in_(part))
            .order_by(ProductRow.code, ProductRow.geldig_van)
        ):
            versions[row[0]].append(_Versie(*row))
    # What is no longer sold may still be paid: then its last version counts.
    chosen = [pick_valid(found, today) or found[-1] for found in versions.values() if found]
    accounts = dict.fromkeys(one.account for one in chosen if one.account)
    return Route(tuple(accounts), tuple(one.minuten for one in chosen))


def can_begin(session: Session, row: BetaalopdrachtRow, *, attempt: timedelta, now: datetime) -> bool:
    """Can the holder of this betaalopdracht still begin to pay, or is she paying? `attempt`: how long that lasts by default.

    Only where the end is near the catalogue is looked up: three statements.
    """
    status = BetaalopdrachtStatus(row.status)
    if is_payable(status, row.vervalt_op, now + LONGEST):
        return True
    if not is_payable(status, row.vervalt_op, now):
        return False
    shortest = _shortest(session, row.administratie_id, row.id, default=attempt, now=now)
    return is_payable(status, row.vervalt_op, now + shortest)


def _shortest(
    session: Session, administratie_id: int, opdracht_id: int, *, default: timedelta, now: datetime
) -> timedelta:
    """How long an attempt lasts at the account where that is the shortest."""
    codes = [regel.productcode for regel in queries.regels_of(session, [opdracht_id])]
    route = route_of(session, administratie_id, codes, now)
    accounts = session.execute(
        select(PspAccountRow.code, PspAccountRow.poging_minuten).where(
            PspAccountRow.administratie_id == administratie_id, PspAccountRow.actief.is_(True)
        )
    )
    lengths = [route.attempt(minuten, default) for code, minuten in accounts if route.allows(code)]
    return min(lengths, default=default)


def may_share(
    session: Session, administratie_id: int, opdracht_ids: Collection[int], productcodes: Sequence[str], now: datetime
) -> bool:
    """May these products be paid in one go with these betaalopdrachten? Not when they name different PSP accounts."""
    codes = [regel.productcode for regel in queries.regels_of(session, opdracht_ids)]
    together = route_of(session, administratie_id, [*codes, *productcodes], now)
    if len(together.accounts) < 2:
        return True
    return not set(route_of(session, administratie_id, productcodes, now).accounts)


def offers_of(
    session: Session, administratie_id: int, route: Route, *, accounts: Collection[str] | None, now: datetime
) -> list[Offer]:
    """The ways to pay that are switched on at accounts that may take this money, in the order of the catalogue; `accounts`:
    the codes that this process can call, None for all of them. Two statements."""
    rows = session.execute(
        select(BetaalmethodeRow, PspAccountRow)
        .join(PspAccountRow, PspAccountRow.id == BetaalmethodeRow.psp_account_id)
        .where(PspAccountRow.administratie_id == administratie_id)
        .order_by(PspAccountRow.id, BetaalmethodeRow.volgorde, BetaalmethodeRow.id)
    ).all()
    spared = circuits.circuits_open(session, now)
    return [
        Offer(methode, account, outbox.PSP + account.code in spared)
        for methode, account in rows
        if methode.actief and account.actief and route.allows(account.code)
        if accounts is None or account.code in accounts
    ]
