"""Loads a catalogue into the register: administratie, products, booking keys, zenders, aansluitingen; loading again mends.

Products and keys are configuration, not projects: what the file says is made or brought up to date, nothing is deleted,
and a secret that exists already is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.errors import ConfigurationError
from betaalhub.storage.tables import (
    AansluitingRow,
    AansluitingZenderRow,
    AdministratieRow,
    BetaalmethodeRow,
    BoekingsleutelRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
    TerugkeerAdresRow,
    ZenderProductRow,
    ZenderRow,
)

Table = Mapping[str, Any]


def load_catalogus(session: Session, data: Table, *, make_hash: Callable[[str], str]) -> None:
    """Make or mend what `data` says (the shape of `catalogus/demo.toml`); `make_hash(naam)` is asked for the hash of the
    secret of each new aansluiting. ConfigurationError names the part that is wrong."""
    try:
        administratie_id = _put(
            session, AdministratieRow, {"code": data["administratie"]["code"]}, data["administratie"]
        ).id
        _psp_account(session, administratie_id, data["psp_account"])
        for table in data.get("productgroep", ()):
            _productgroep(session, administratie_id, table)
        for table in data.get("product", ()):
            _product(session, administratie_id, table)
        for table in data.get("zender", ()):
            _zender(session, administratie_id, table)
        for table in data.get("aansluiting", ()):
            _aansluiting(session, table, make_hash)
    except KeyError as missing:
        raise ConfigurationError(f"Catalogus: {missing.args[0]} ontbreekt") from None
    except ValueError as wrong:
        raise ConfigurationError(f"Catalogus: {wrong}") from None


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


def _psp_account(session: Session, administratie_id: int, table: Table) -> None:
    account = _put(
        session, PspAccountRow, {"code": table["code"]}, {**table, "administratie_id": administratie_id, "actief": True}
    )
    for volgorde, methode in enumerate(table["betaalmethode"], 1):
        key = {"psp_account_id": account.id, "code": methode["code"]}
        _put(session, BetaalmethodeRow, key, {"actief": True, **methode, "volgorde": volgorde})


def _productgroep(session: Session, administratie_id: int, table: Table) -> None:
    row = _put(session, ProductgroepRow, {"administratie_id": administratie_id, "code": table["code"]}, table)
    if "boekingsleutel" in table:
        _boekingsleutel(session, administratie_id, row.id, None, table["boekingsleutel"])


def _product(session: Session, administratie_id: int, table: Table) -> None:
    groep = session.scalar(
        select(ProductgroepRow).where(
            ProductgroepRow.administratie_id == administratie_id, ProductgroepRow.code == table["productgroep"]
        )
    )
    if groep is None:
        raise ConfigurationError(f"Catalogus: product {table['code']} noemt een onbekende productgroep")
    Prijsregel(table["prijsregel"])
    key = {"administratie_id": administratie_id, "code": table["code"], "geldig_van": table["geldig_van"]}
    plain = {name: value for name, value in table.items() if name not in ("productgroep", "boekingsleutel")}
    _put(session, ProductRow, key, {**plain, "productgroep_id": groep.id})
    if "boekingsleutel" in table:
        _boekingsleutel(session, administratie_id, groep.id, table["code"], table["boekingsleutel"])


def _boekingsleutel(session: Session, administratie_id: int, groep_id: int, code: str | None, table: Table) -> None:
    BtwCode(table["btw"])
    key = {
        "administratie_id": administratie_id,
        "productgroep_id": groep_id,
        "product_code": code,
        "geldig_van": table["geldig_van"],
    }
    _put(session, BoekingsleutelRow, key, table)


def _zender(session: Session, administratie_id: int, table: Table) -> None:
    values = {**table, "administratie_id": administratie_id, "actief": table.get("actief", True)}
    zender = _put(session, ZenderRow, {"code": table["code"]}, values)
    for code in table["producten"]:
        _put(session, ZenderProductRow, {"zender_id": zender.id, "productcode": code}, {})
    for adres in table["terugkeer_adressen"]:
        _put(session, TerugkeerAdresRow, {"zender_id": zender.id, "adres": adres}, {})


def _aansluiting(session: Session, table: Table, make_hash: Callable[[str], str]) -> None:
    row = session.scalar(select(AansluitingRow).where(AansluitingRow.naam == table["naam"]))
    if row is None:
        row = AansluitingRow(naam=table["naam"], geheim_hash=make_hash(table["naam"]), actief=True)
        session.add(row)
        session.flush()
    for zender in _zenders(session, table["zenders"]):
        _put(session, AansluitingZenderRow, {"aansluiting_id": row.id, "zender_id": zender.id}, {})


def _zenders(session: Session, codes: Sequence[str]) -> Sequence[ZenderRow]:
    rows = session.scalars(select(ZenderRow).where(ZenderRow.code.in_(codes))).all()
    unknown = set(codes) - {row.code for row in rows}
    if unknown:
        raise ConfigurationError(f"Catalogus: onbekende zender {', '.join(sorted(unknown))}")
    return rows
