"""Adds facts to the register: who, when, what, from, to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from betaalhub.storage.tables import GebeurtenisRow


@dataclass(frozen=True, slots=True)
class Door:
    """Who does it and when (UTC): a person's name, a zender's code, or a part of the hub."""

    wie: str
    now: datetime


def record(
    session: Session,
    door: Door,
    soort: str,
    *,
    onderwerp: str,
    onderwerp_id: int,
    winkelmandje_id: int | None = None,
    betaalopdracht_id: int | None = None,
    van: str | None = None,
    naar: str | None = None,
    reden: str | None = None,
    gegevens: Mapping[str, str | int | None] | None = None,
) -> None:
    """Add one gebeurtenis in the caller's transaction; `gegevens` holds ids, codes and cents, never personal data."""
    values = gebeurtenis(door, soort, onderwerp=onderwerp, van=van, naar=naar, reden=reden, gegevens=gegevens)
    session.add(
        GebeurtenisRow(
            **values,
            onderwerp_id=onderwerp_id,
            winkelmandje_id=winkelmandje_id,
            betaalopdracht_id=betaalopdracht_id,
        )
    )


def gebeurtenis(
    door: Door,
    soort: str,
    *,
    onderwerp: str,
    van: str | None = None,
    naar: str | None = None,
    reden: str | None = None,
    gegevens: Mapping[str, str | int | None] | None = None,
) -> dict[str, Any]:
    """The values of a gebeurtenis but for the ids, for rows that are inserted in one go with what they are about."""
    return {
        "onderwerp": onderwerp,
        "tijdstip": door.now,
        "soort": soort,
        "van": van,
        "naar": naar,
        "wie": door.wie,
        "reden": reden,
        "gegevens": json.dumps(gegevens, sort_keys=True) if gegevens else None,
    }
