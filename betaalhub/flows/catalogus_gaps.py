"""What the register still lacks before a citizen can pay, told to the person who configures it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.storage.tables import (
    AansluitingRow,
    BetaalmethodeRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
    ZenderRow,
)


def catalogus_gaps(
    session: Session,
    *,
    accounts: Mapping[str, tuple[str, str]],
    methods: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Sequence[str]:
    """What is wrong, in Dutch; empty when nothing is. `accounts`: of each PSP account in the settings its koppeling, and how
    the names of its settings begin. `methods`: the codes of betaalmethode that a koppeling can open, where it says so."""
    kinds = {"producten": ProductRow, "zenders": ZenderRow, "aansluitingen": AansluitingRow}
    missing = [word for word, row in kinds.items() if not session.scalar(select(func.count()).select_from(row))]
    if missing:
        return [f"er zijn nog geen {' en geen '.join(missing)}; draai: betaalhub init --catalogus BESTAND"]
    known = {row.code: row for row in session.scalars(select(PspAccountRow))}
    wired = {code: koppeling for code, (koppeling, _) in accounts.items()}
    usable = {code for code, row in known.items() if row.actief and wired.get(code) == row.koppeling}
    return [*_of_settings(accounts, known), *_of_methods(session, known, methods), *_of_products(session, usable)]


def _of_settings(accounts: Mapping[str, tuple[str, str]], known: Mapping[str, PspAccountRow]) -> Iterator[str]:
    """Accounts that only one of the two knows, or that they know differently."""
    for code, (koppeling, prefix) in accounts.items():
        if code not in known:
            yield f"het register kent geen PSP-account {code} ({prefix}ACCOUNT)"
        elif known[code].koppeling != koppeling:
            there = known[code].koppeling
            yield f"PSP-account {code} heeft koppeling {there}, {prefix}KOPPELING is {koppeling}"
    for code in sorted(code for code, row in known.items() if row.actief and code not in accounts):
        yield f"PSP-account {code} staat niet in de instellingen; geef ze, of zet het uit met actief = false"


def _of_methods(
    session: Session, known: Mapping[str, PspAccountRow], methods: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Accounts at which nobody can choose a way to pay, or one that their koppeling can't open."""
    offered: dict[int, set[str]] = {}
    for row in session.scalars(select(BetaalmethodeRow).where(BetaalmethodeRow.actief.is_(True))):
        offered.setdefault(row.psp_account_id, set()).add(row.code)
    for code, account in sorted(known.items()):
        codes, openable = offered.get(account.id, set()), methods.get(account.koppeling)
        if account.actief and not codes:
            yield f"PSP-account {code} heeft geen enkele betaalmethode die aan staat"
        strange = sorted(codes - openable) if openable is not None and account.actief else []
        if strange and openable is not None:
            can = ", ".join(sorted(openable))
            yield f"PSP-account {code}: koppeling {account.koppeling} kent {', '.join(strange)} niet; kies uit: {can}"


def unknown_names(session: Session, *, koppelingen: Collection[str], logos: Collection[str]) -> Sequence[str]:
    """The koppelingen and logos in the register that this hub does not have, each with what it has; empty when it has all."""
    accounts = session.execute(
        select(PspAccountRow.code, PspAccountRow.koppeling)
        .where(PspAccountRow.koppeling.not_in(sorted(koppelingen)))
        .order_by(PspAccountRow.code)
    )
    methods = session.execute(
        select(BetaalmethodeRow.code, BetaalmethodeRow.logo)
        .where(BetaalmethodeRow.logo.is_not(None), BetaalmethodeRow.logo.not_in(sorted(logos)))
        .order_by(BetaalmethodeRow.code)
    )
    can, drawn = ", ".join(sorted(koppelingen)), ", ".join(sorted(logos))
    return [
        *(f"PSP-account {code}: koppeling {given} bestaat niet; kies uit: {can}" for code, given in accounts),
        *(f"betaalmethode {code}: logo {given} bestaat niet; kies uit: {drawn}" for code, given in methods),
    ]


def _of_products(session: Session, usable: set[str]) -> Iterator[str]:
    """Products and productgroepen that name an account where nobody can pay."""
    for kind, row in (("productgroep", ProductgroepRow), ("product", ProductRow)):
        named = session.execute(select(row.code, row.psp_account).where(row.psp_account.is_not(None)).distinct()).all()
        for code, account in sorted(tuple(one) for one in named if one[1] not in usable):
            yield f"{kind} {code} wijst naar PSP-account {account}, en daar kan niemand betalen"
