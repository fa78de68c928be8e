"""The facts of a town without times and random numbers, so that two ways to the same end can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from betaalhub.storage.tables import BetaalopdrachtRow, GebeurtenisRow, JournaalpostRow, ToewijzingRow, UitvalRow
from tests.journeys.stad import Stad


def digest(stad: Stad) -> dict[str, Any]:
    """What the register, the product systems and the ERP hold in the end."""
    opdrachten = {row.id: row.eigen_kenmerk for row in stad.rows(BetaalopdrachtRow)}
    return {
        "betaalopdrachten": [
            (row.status, row.ontvangen_cent, row.leverbaar, row.versie_gewenst, row.versie_bevestigd)
            for row in stad.rows(BetaalopdrachtRow)
        ],
        "betalingen": stad.betalingen(),
        "toewijzingen": [(row.bedrag_cent, row.gereserveerd_cent) for row in stad.rows(ToewijzingRow)],
        "steps": _steps(stad),
        "uitval": [(row.soort, row.status) for row in stad.rows(UitvalRow)],
        "journaalposten": [
            (row.soort, row.status, opdrachten.get(row.betaalopdracht_id, "") != "")
            for row in stad.rows(JournaalpostRow)
        ],
        "told": [stad.told(opdracht) for opdracht in stad.opdrachten],
        "booked": [
            [(regel["grootboekrekening"], regel["debet_cent"], regel["credit_cent"]) for regel in post["regels"]]
            for post in stad.journaal()["journaalposten"]
        ],
    }


def _steps(stad: Stad) -> list[tuple[str, str | None, str | None]]:
    """Every status that a betaling or betaalopdracht ever took, in order."""
    with stad.register() as session:
        rows = session.scalars(select(GebeurtenisRow).order_by(GebeurtenisRow.id))
        told = [row for row in rows if row.naar and row.onderwerp in ("BETALING", "BETAALOPDRACHT")]
        return [(row.onderwerp, row.van, row.naar) for row in told if row.soort != "STATUSBERICHT"]
