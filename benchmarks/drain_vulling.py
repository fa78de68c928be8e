"""A register in which statusberichten wait for a product system that was away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from betaalhub.storage.database import make_sessions, migrate
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    KenmerkRow,
    OutboxRow,
    ProductregelRow,
    Row,
    WinkelmandjeRow,
    ZenderRow,
)
from tests.builders import demo_catalogus, load, utc_now

DRUK, RUSTIG, HANGT = "druk", "rustig", "hangt"
_ZENDERS = {DRUK: "vergunningen", RUSTIG: "parkeren", HANGT: "burgerzaken"}
_QUIET, _HANGING, _AT_ONCE = 5_000, 200, 2_000


@dataclass(frozen=True, slots=True)
class Vulling:
    """How many statusberichten wait for `druk`, the zender of each receiver, and betaalopdrachten that `rustig` may be told of."""

    berichten: int
    zenders: dict[str, str]
    rustig: list[tuple[int, str]]


def fill(engine: Engine, berichten: int, *, done: int) -> Vulling:
    """Fill an empty database. `done`: rows of the outbox for work that is done, as older versions kept them."""
    migrate(engine)
    load(make_sessions(engine), demo_catalogus(terug="https://voorbeeld.example/terug", push="http://127.0.0.1:9/"))
    parts = [*[DRUK] * berichten, *[HANGT] * _HANGING, *[RUSTIG] * _QUIET]
    quiet: list[tuple[int, str]] = []
    with engine.begin() as connection:
        zenders = dict(connection.execute(select(ZenderRow.code, ZenderRow.id)).tuples().all())
        administratie = connection.scalar(select(ZenderRow.administratie_id).limit(1))
        for start in range(0, len(parts), _AT_ONCE):
            some = [(number, parts[number - 1]) for number in range(start + 1, min(start + _AT_ONCE, len(parts)) + 1)]
            _add(connection, some, administratie=administratie, zenders=zenders)
            quiet += [(number, _kenmerk(number, 1)) for number, part in some if part == RUSTIG]
        first = len(parts) + 1
        for start in range(first, first + done, _AT_ONCE):
            _put(
                connection,
                OutboxRow,
                [_work(number, DRUK, state="D") for number in range(start, min(start + _AT_ONCE, first + done))],
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return Vulling(berichten, _ZENDERS, quiet)


def _kenmerk(number: int, kind: int) -> str:
    return f"{kind}{number:011}"


def _add(connection: Connection, some: list[tuple[int, str]], *, administratie: Any, zenders: dict[str, int]) -> None:
    now = utc_now()
    later = now + timedelta(days=14)
    for kind, soort in ((1, "BETAALOPDRACHT"), (2, "WINKELMANDJE")):
        _put(connection, KenmerkRow, [{"kenmerk": _kenmerk(number, kind), "soort": soort} for number, _ in some])
    _put(connection, WinkelmandjeRow, [
        {"id": number, "administratie_id": administratie, "kenmerk": _kenmerk(number, 2), "token": f"m{number}", "status": "OPEN",
         "versie": 0, "totaal_cent": 18_750, "aangemaakt_op": now}
        for number, _ in some
    ])  # fmt: skip
    _put(connection, BetaalopdrachtRow, [
        {"id": number, "administratie_id": administratie, "zender_id": zenders[_ZENDERS[part]], "winkelmandje_id": number,
         "kenmerk": _kenmerk(number, 1), "token": f"o{number}", "eigen_kenmerk": f"ZAAK-{number}",
         "levend_sleutel": f"z:{number}", "inhoud_hash": "0" * 64, "status": "OPEN", "totaal_cent": 18_750, "ontvangen_cent": 0,
         "terugbetaald_cent": 0, "teruggeboekt_cent": 0, "leverbaar": False, "versie_gewenst": 2, "versie_bevestigd": 1,
         "terugkeer_url": "https://voorbeeld.example/terug", "aangemaakt_op": now, "vervalt_op": later}
        for number, part in some
    ])  # fmt: skip
    _put(connection, ProductregelRow, [
        {"betaalopdracht_id": number, "regelnummer": 1, "productcode": "EVENEMENT", "omschrijving": "Evenementenvergunning",
         "aantal": 1, "bedrag_cent": 18_750, "levering": "NIET_GEMELD"}
        for number, _ in some
    ])  # fmt: skip
    _put(connection, OutboxRow, [_work(number, part) for number, part in some if part != RUSTIG])


def _work(number: int, part: str, *, state: str = "R") -> dict[str, Any]:
    now = utc_now()
    return {"soort": "STATUSBERICHT", "object_id": number, "ontvanger": f"zender:{_ZENDERS[part]}", "state": state, "due_at": now,
            "attempts": 0, "gevraagd": 1, "tijdstip": now}  # fmt: skip


def _put(connection: Connection, row_class: type[Row], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(row_class), rows)
