"""Values to test the connectors with, in the words of the trade."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

from betaalhub.ports import (
    BetaalopdrachtStand,
    BoekingsbatchBericht,
    BoekingsregelBericht,
    InboundHttp,
    JournaalpostBericht,
    RegelStand,
    StartPspBetaling,
)

NU = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
TERUG = "https://betalen.example.nl/nl/winkelmandje/abc/terug/1"
_ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = Path(os.environ.get("BETAALHUB_TEST_SHARED", _ROOT.parent / "shared")) / "contracts" / "docdata-1.3"

_numbers = itertools.count(1)


def new_reference() -> str:
    """A PSP reference that no other test uses."""
    return f"482710936577-{next(_numbers)}"


def start_command(reference: str | None = None, *, cents: int = 12_345, methode: str = "IDEAL") -> StartPspBetaling:
    return StartPspBetaling(
        reference=reference or new_reference(),
        amount_cents=cents,
        currency="EUR",
        description="Gemeente 4827 1093 6577",
        return_url=TERUG,
        taal="nl",
        methode=methode,
        valid_minutes=20,
    )


def request(**query: str) -> InboundHttp:
    return InboundHttp("GET", "/", query, {}, b"")


def regel(volgnummer: int, rekening: str, *, debet: int = 0, credit: int = 0) -> BoekingsregelBericht:
    return BoekingsregelBericht(volgnummer, rekening, None, None, "BUITEN_HEFFING", debet, credit, "Leges")


def journaalpost(nummer: str, *, debet: int = 5000, credit: int = 5000, rekening: str = "8000") -> JournaalpostBericht:
    regels = (regel(1, "1500", debet=debet), regel(2, rekening, credit=credit))
    return JournaalpostBericht(nummer, "BETALING", NU.date(), "Leges evenement", "482710936577", regels)


def batch(nummer: str, *posten: JournaalpostBericht) -> BoekingsbatchBericht:
    return BoekingsbatchBericht(nummer, "GEMEENTE", posten)


def stand(versie: int, *, kenmerk: str = "ZAAK-1", status: str = "BETAALD") -> BetaalopdrachtStand:
    return BetaalopdrachtStand(
        zender="VERGUNNINGEN",
        betaalkenmerk="482710936577",
        winkelmandje="123456789012",
        kenmerk=kenmerk,
        status=status,
        versie=versie,
        leverbaar=status == "BETAALD",
        totaal_cent=5000,
        ontvangen_cent=5000,
        terugbetaald_cent=0,
        teruggeboekt_cent=0,
        regels=(RegelStand(1, "EVENEMENT-KLEIN", 5000, True, "NIET_GEMELD"),),
        aangemaakt_op=NU,
        vervalt_op=NU,
        betaald_op=NU,
        betaalmethode="IDEAL",
    )
