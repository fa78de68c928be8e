"""The same message twice, the second before the first is committed: one effect and one answer, on every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, ProductregelVerzoek
from betaalhub.domain.verzoeken import TerugbetalingVerzoek
from betaalhub.errors import Refusal
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.start_betaling import start_betaling
from betaalhub.storage.tables import AntwoordRow, BetaalopdrachtRow, KenmerkRow, TerugbetalingRow
from tests.flows.town import ESB, TERUG, VERGUNNING, Aside, Town


def answered_twice(town: Town, flow: Callable[..., Any], first: Any, second: Any) -> tuple[Any, Any]:
    """The answers to two messages, the second of which comes when the first has done all but commit."""
    omgeving = Omgeving(town.clock(), town.hub.keys, town.hub.limits, town.hub.portaal)
    answers = []

    def does(session: Any, verzoek: Any) -> Any:
        return flow(session, verzoek, aanroeper=ESB, omgeving=omgeving)

    with town.holding(lambda session: answers.append(does(session, first))):
        later = Aside(lambda: outcome(lambda: town.does(lambda session: does(session, second))))
        town.wait_for_lock()
    return answers[0], later.result()


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Refusal as refusal:
        return refusal.code


def offer(aantal: int = 1, **more: Any) -> BetaalopdrachtVerzoek:
    cents = aantal * VERGUNNING.bedrag_cent
    values = {"referentienummer": "twin", "kenmerk": "zaak-twin", **more}
    regel = ProductregelVerzoek(1, "EVENEMENT", "Evenement", aantal, cents)
    return BetaalopdrachtVerzoek("vergunningen", regels=(regel,), totaal_cent=cents, terugkeer_url=TERUG, **values)


def test_a_twin_that_would_be_refused_by_now_gets_the_answer_of_the_first(town: Town) -> None:
    antwoord, _ = town.paid()
    message = TerugbetalingVerzoek("vergunningen", "twin", antwoord.betaalkenmerk, None, (), "Alles terug")
    first, second = answered_twice(town, request_terugbetaling, message, message)
    assert second == first
    assert len(town.all(TerugbetalingRow)) == 1


@pytest.mark.parametrize("vervang", [False, True], ids=["new", "Vervang"])
def test_a_twin_of_an_offer_gets_the_answer_of_the_first(town: Town, vervang: bool) -> None:
    if vervang:
        town.offers(kenmerk="zaak-twin")
    before = len(town.all(BetaalopdrachtRow))
    message = offer(2, vervang=vervang)
    first, second = answered_twice(town, start_betaling, message, message)
    assert second == first
    assert len(town.all(BetaalopdrachtRow)) - before == 1
    assert len(town.all(KenmerkRow)) == 2 * (before + 1)  # what is replaced moves to a winkelmandje of its own


def test_an_offer_beside_its_equal_finds_that_one(town: Town) -> None:
    first, second = answered_twice(town, start_betaling, offer(), offer(referentienummer="other"))
    assert second.betaalkenmerk == first.betaalkenmerk
    assert len(town.all(AntwoordRow)) == 2
    assert len(town.all(BetaalopdrachtRow)) == 1


def test_another_offer_under_the_same_kenmerk_is_refused(town: Town) -> None:
    _, second = answered_twice(town, start_betaling, offer(), offer(2, referentienummer="other"))
    assert second == "KENMERK_BEZET"


def test_another_message_under_the_same_number_is_refused(town: Town) -> None:
    _, second = answered_twice(town, start_betaling, offer(), offer(kenmerk="zaak-other"))
    assert second == "REFERENTIENUMMER_NIET_UNIEK"
    assert len(town.all(BetaalopdrachtRow)) == 1
