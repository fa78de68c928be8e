"""Loads a catalogue into the register: administratie, products, booking keys, zenders, aansluitingen; loading again mends.

Products and keys are configuration, not projects: what the file says is made or brought up to date. What is left out of
the file stays as it is, with one exception: the lists of a zender, an aansluiting and a PSP account in the file are
the whole truth about it, so that a right can be taken away. A secret that exists already is kept unless it is renewed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.aansluitingen import AansluitingChange, add_aansluiting, change_aansluiting
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, revoke_all
from betaalhub.flows.catalogus_shape import SHAPES, check_shape, psp_accounts
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.zenders import ZenderChange, add_zender, change_zender
from betaalhub.storage.queries import zender_by_code
from betaalhub.storage.tables import (
    AansluitingRow,
    AdministratieRow,
    BetaalmethodeRow,
    BoekingsleutelRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
    ZenderRow,
)

Table = Mapping[str, Any]


def load_catalogus(
    session: Session, data: Table, *, make_hash: Callable[[str], str], door: Door, renew: Collection[str] = ()
) -> None:
    """Make or mend what `data` says (the shape of `catalogus/demo.toml`); `make_hash(naam)` is asked for the hash of the
    password of each aansluiting that is new or named in `renew`. ConfigurationError names every part that is wrong."""
    check_shape(data)
    unknown = set(renew) - {table["naam"] for table in data.get("aansluiting", ())}
    if unknown:
        raise ConfigurationError(f"De catalogus kent geen aansluiting {', '.join(sorted(unknown))}")
    administratie_id = _put(
        session, AdministratieRow, {"code": data["administratie"]["code"]}, data["administratie"]
    ).id
    for table in psp_accounts(data):
        _psp_account(session, administratie_id, table)
    _refuse_unknown_accounts(session, administratie_id, data)
    for table in data.get("productgroep", ()):
        _productgroep(session, administratie_id, table)
    for table in data.get("product", ()):
        _product(session, administratie_id, table)
    for table in data.get("zender", ()):
        _zender(session, data["administratie"]["code"], table, door)
    for table in data.get("aansluiting", ()):
        _aansluiting(session, table, make_hash, door, renew=table["naam"] in renew)


def known_administraties(session: Session) -> Sequence[tuple[str, str]]:
    """Code and name of each administratie in the register."""
    rows = session.scalars(select(AdministratieRow).order_by(AdministratieRow.code))
    return [(row.code, row.naam) for row in rows]


def _put(session: Session, row_class: type[Any], key: Table, values: Table) -> Any:
    """The row with this key, made or brought up to date with the plain values among `values`."""
    query = select(row_class)
    for name, value in key.items():
        query = query.where(getattr(row_class, name) == value)
    row = session.scalar(query)
    if row is None:
        row = row_class(**key)
        session.add(row)
    columns = {column.key for column in row_class.__table__.columns}
    for name, value in values.items():
        if name in columns and name not in key:
            setattr(row, name, value)
    session.flush()
    return row


def _whole(kind: str, table: Table) -> dict[str, Any]:
    """The table with what it leaves out: actief, and otherwise nothing."""
    given = {name: value for name, value in table.items() if value is not None}
    left_out = {name: None for name in SHAPES[kind].optional if name not in given}
    return {**left_out, **given, **({"actief": True} if left_out.get("actief", True) is None else {})}


def _psp_account(session: Session, administratie_id: int, table: Table) -> None:
    taken = session.scalar(
        select(PspAccountRow.id).where(
            PspAccountRow.code == table["code"], PspAccountRow.administratie_id != administratie_id
        )
    )
    if taken is not None:
        raise ConfigurationError(
            f"Catalogus klopt niet:\n  [[psp_account]] {table['code']} is al van een andere administratie; kies een andere code"
        )
    values = {**_whole("psp_account", table), "administratie_id": administratie_id}
    account = _put(session, PspAccountRow, {"code": table["code"]}, values)
    codes = [methode["code"] for methode in table["betaalmethode"]]
    for row in session.scalars(select(BetaalmethodeRow).where(BetaalmethodeRow.psp_account_id == account.id)):
        row.actief = row.code in codes
    for volgorde, methode in enumerate(table["betaalmethode"], 1):
        key = {"psp_account_id": account.id, "code": methode["code"]}
        _put(session, BetaalmethodeRow, key, {**_whole("betaalmethode", methode), "volgorde": volgorde})


def _refuse_unknown_accounts(session: Session, administratie_id: int, data: Table) -> None:
    """Every PSP account that a product or productgroep names must be there: in this file, or loaded before."""
    known = set(session.scalars(select(PspAccountRow.code).where(PspAccountRow.administratie_id == administratie_id)))
    problems = [
        f"[[{kind}]] {table['code']}: psp_account {table['psp_account']} is er niet; kies uit: {', '.join(sorted(known))}"
        for kind in ("productgroep", "product")
        for table in data.get(kind, ())
        if table.get("psp_account") is not None and table["psp_account"] not in known
    ]
    if problems:
        raise ConfigurationError("Catalogus klopt niet:\n  " + "\n  ".join(problems))


def _productgroep(session: Session, administratie_id: int, table: Table) -> None:
    key = {"administratie_id": administratie_id, "code": table["code"]}
    row = _put(session, ProductgroepRow, key, _whole("productgroep", table))
    if "boekingsleutel" in table:
        _boekingsleutel(session, administratie_id, row.id, None, table["boekingsleutel"])


def _product(session: Session, administratie_id: int, table: Table) -> None:
    groep = session.scalar(
        select(ProductgroepRow).where(
            ProductgroepRow.administratie_id == administratie_id, ProductgroepRow.code == table["productgroep"]
        )
    )
    if groep is None:
        raise ConfigurationError(
            f"Catalogus klopt niet:\n  [[product]] {table['code']}: productgroep {table['productgroep']} is er niet"
        )
    key = {"administratie_id": administratie_id, "code": table["code"], "geldig_van": table["geldig_van"]}
    plain = {name: value for name, value in _whole("product", table).items() if name not in _NOT_PLAIN}
    _put(session, ProductRow, key, {**plain, "productgroep_id": groep.id})
    if "boekingsleutel" in table:
        _boekingsleutel(session, administratie_id, groep.id, table["code"], table["boekingsleutel"])


_NOT_PLAIN = ("productgroep", "boekingsleutel")


def _boekingsleutel(session: Session, administratie_id: int, groep_id: int, code: str | None, table: Table) -> None:
    key = {
        "administratie_id": administratie_id,
        "productgroep_id": groep_id,
        "product_code": code,
        "geldig_van": table["geldig_van"],
    }
    _put(session, BoekingsleutelRow, key, _whole("boekingsleutel", table))


def _zender(session: Session, administratie: str, table: Table, door: Door) -> None:
    codes = session.scalars(
        select(ProductRow.code)
        .join(AdministratieRow, AdministratieRow.id == ProductRow.administratie_id)
        .where(AdministratieRow.code == administratie)
    )
    _refuse_unknown(table["producten"], set(codes), f"[[zender]] {table['code']}: product")
    if zender_by_code(session, table["code"]) is None:
        add_zender(session, table["code"], table["naam"], door, administratie=administratie)
    values = _whole("zender", table)
    change = ZenderChange(
        naam=values["naam"],
        actief=values["actief"],
        push_url=values["push_url"],
        without_push=values["push_url"] is None,
        producten=values["producten"],
        operaties=values["operaties"],
        adressen=values["terugkeer_adressen"],
    )
    change_zender(session, table["code"], change, door)


def _aansluiting(session: Session, table: Table, make_hash: Callable[[str], str], door: Door, *, renew: bool) -> None:
    naam, values = table["naam"], _whole("aansluiting", table)
    _refuse_unknown(values["zenders"], set(session.scalars(select(ZenderRow.code))), f"[[aansluiting]] {naam}: zender")
    row = session.scalar(select(AansluitingRow).where(AansluitingRow.naam == naam))
    fresh = row is None
    row = row or add_aansluiting(session, naam, door)
    end = values["geldig_tot"]
    change = AansluitingChange(values["actief"], end, without_end=end is None, zenders=values["zenders"])
    change_aansluiting(session, naam, change, door)
    if renew:
        revoke_all(session, row.id, BewijsSoort.WACHTWOORD, door)
    if fresh or renew:
        new = NieuwBewijs(BewijsSoort.WACHTWOORD, naam, geheim=make_hash(naam))
        add_bewijs(session, row.id, new, door)


def _refuse_unknown(codes: Sequence[str], known: Collection[str], what: str) -> None:
    unknown = [code for code in dict.fromkeys(codes) if code not in known]
    if unknown:
        raise ConfigurationError(f"Catalogus klopt niet:\n  {what} {', '.join(unknown)} is er niet")
