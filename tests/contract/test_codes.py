"""The codes that the contract explains are those of the trade: none is sent that nobody can look up."""

from __future__ import annotations

from enum import StrEnum

import pytest

from betaalhub.domain.boeking import JournaalSoort
from betaalhub.domain.statuses import (
    BetaalopdrachtStatus,
    BetalerSoort,
    BtwCode,
    LeveringStatus,
    Prijsregel,
    TerugbetalingStatus,
)
from betaalhub.ports import Verwerking
from tests.contract.growth import facts
from tests.contract.samples import BST, GBK, ROOT, TYP

FACTS = facts(ROOT)
OPEN = [
    (TYP, "Betaalopdrachtstatus", BetaalopdrachtStatus),
    (TYP, "Leveringstatus", LeveringStatus),
    (TYP, "Terugbetalingstatus", TerugbetalingStatus),
    (TYP, "Prijsregel", Prijsregel),
    (GBK, "BtwCode", BtwCode),
    (GBK, "Journaalpostsoort", JournaalSoort),
]
CLOSED = [
    (TYP, "Betaalopdrachtstatuskeuze", set(BetaalopdrachtStatus)),
    (TYP, "Leveringkeuze", set(LeveringStatus) - {LeveringStatus.NIET_GEMELD}),
    (TYP, "Betalersoort", set(BetalerSoort)),
    (BST, "Verwerking", set(Verwerking)),
]


def values(namespace: str, name: str, kind: str) -> set[str]:
    """The documented values, or the enumeration, of a simple type."""
    aspects = FACTS[f"simpleType {{{namespace}}}{name}"]
    return {one.removeprefix(kind) for one in aspects if one.startswith(kind)}


@pytest.mark.parametrize(("namespace", "name", "codes"), OPEN, ids=[one[1] for one in OPEN])
def test_every_code_that_we_send_is_explained(namespace: str, name: str, codes: type[StrEnum]) -> None:
    """The contract may be ahead of the trade: what is explained already need not be sent yet."""
    assert set(codes) <= values(namespace, name, "documented value ")


@pytest.mark.parametrize(("namespace", "name", "codes"), CLOSED, ids=[one[1] for one in CLOSED])
def test_every_code_that_we_take_is_listed(namespace: str, name: str, codes: set[str]) -> None:
    assert values(namespace, name, "enumeration ") == codes


def test_how_money_was_received_is_a_betaalmethode_too() -> None:
    assert values(TYP, "Ontvangstmethode", "enumeration ") <= values(TYP, "Betaalmethode", "documented value ")
