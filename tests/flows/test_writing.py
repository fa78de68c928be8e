"""What product systems change while others pay, and what comes after it; on every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BoekingStatus, LeveringStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.domain.verzoeken import (
    HerroepingVerzoek,
    IntrekkingVerzoek,
    LeveringsregelVerzoek,
    LeveringVerzoek,
    RegistratieVerzoek,
    TerugbetaalregelVerzoek,
    TerugbetalingVerzoek,
)
from betaalhub.errors import Refusal
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.book_again import book_again
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.mandje import view_mandje
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.flows.register_betaling import RegistratieAntwoord, register_betaling
from betaalhub.flows.report_levering import report_levering
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.flows.revoke_registratie import revoke_registratie
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.withdraw import withdraw
from betaalhub.storage.database import reading
from betaalhub.storage.tables import (
    BetalingRow,
    BoekingsregelRow,
    JournaalpostRow,
    TerugbetalingRow,
    ToewijzingRow,
    UitvalRow,
)
from tests.flows.town import ESB, VERGUNNING, Town, rapport, together

A, F = PogingStatus.APPROVED, PogingStatus.FAILED
WASTE = ProductregelVerzoek(1, "AFVALPAS", "Afvalpas", 1, 1_210)


def does(town: Town, flow: Callable[..., Any], verzoek: Any) -> Any:
    """The product system's message is answered in a transaction of its own."""
    omgeving = Omgeving(town.clock(), town.hub.keys, town.hub.limits, town.hub.portaal)
    return town.does(lambda session: flow(session, verzoek, aanroeper=ESB, omgeving=omgeving))


def withdraws(town: Town, about: StartBetalingAntwoord, nummer: str = "") -> Any:
    number = nummer or f"w-{next(town.numbers)}"
    return does(town, withdraw, IntrekkingVerzoek("vergunningen", number, about.betaalkenmerk, None, "Toch niet"))


def registers(town: Town, about: StartBetalingAntwoord, nummer: str = "", cents: int = 0) -> RegistratieAntwoord:
    number = nummer or f"b-{next(town.numbers)}"
    cents = cents or town.opdracht(about).totaal_cent
    verzoek = RegistratieVerzoek(
        "vergunningen", number, about.betaalkenmerk, None, cents, "CONTANT", town.clock(), "BON-1"
    )
    return does(town, register_betaling, verzoek)


def revokes(town: Town, registratie: RegistratieAntwoord) -> Any:
    verzoek = HerroepingVerzoek("vergunningen", f"h-{next(town.numbers)}", registratie.registratienummer, "Fout")
    return does(town, revoke_registratie, verzoek)


def asks_back(town: Town, about: StartBetalingAntwoord, cents: int | None = None, nummer: str = "") -> Any:
    regels = () if cents is None else (TerugbetaalregelVerzoek(1, cents),)
    number = nummer or f"t-{next(town.numbers)}"
    verzoek = TerugbetalingVerzoek("vergunningen", number, about.betaalkenmerk, None, regels, "Te veel")
    return does(town, request_terugbetaling, verzoek)


def cannot_deliver(town: Town, about: StartBetalingAntwoord) -> Any:
    regel = LeveringsregelVerzoek(1, LeveringStatus.NIET_LEVERBAAR, None)
    number = f"l-{next(town.numbers)}"
    return does(town, report_levering, LeveringVerzoek("vergunningen", number, about.betaalkenmerk, None, (regel,)))


def page(town: Town, antwoord: StartBetalingAntwoord) -> Paginastatus:
    with reading(town.hub.sessions) as session:
        token = town.opdracht(antwoord).token
        return view_mandje(
            session, token, portaal=town.hub.portaal, now=town.clock(), attempt=town.hub.attempt
        ).paginastatus


def soorten(town: Town) -> list[str]:
    return sorted(row.soort for row in town.all(UitvalRow) if row.status != "OPGELOST")


def attempt(work: Callable[[], Any]) -> Any:
    """What it gives, or the code with which it is refused."""
    try:
        return work()
    except Refusal as refusal:
        return refusal.code


# --- While she pays


@pytest.mark.parametrize("act", [withdraws, registers])
def test_while_a_betaling_lives_nothing_is_withdrawn_or_registered(town: Town, act: Callable[..., Any]) -> None:
    antwoord, betaling = town.started()
    with pytest.raises(Refusal, match="BETALING_LOOPT"):
        act(town, antwoord, "ref-same")
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(F, at=town.clock()))
    assert act(town, antwoord, "ref-same").betaalkenmerk == antwoord.betaalkenmerk


@pytest.mark.parametrize("act", [withdraws, registers])
@pytest.mark.parametrize("_", range(3))
def test_of_paying_and_changing_at_once_one_is_first(town: Town, act: Callable[..., Any], _: int) -> None:
    antwoord = town.offers()
    wish = town.wish(antwoord)
    changed, paying = together(
        lambda: attempt(lambda: act(town, antwoord)), lambda: attempt(lambda: town.pays(antwoord, wish))
    )
    assert (changed == "BETALING_LOOPT") == bool(paying.url)
    statuses = {row.status for row in town.all(BetalingRow)}
    assert statuses in ({"GESTART"}, {"BETAALD"}, set())


def test_one_that_is_withdrawn_leaves_and_the_other_can_be_paid(town: Town) -> None:
    mine, other = town.offers(), town.offers(WASTE, zender="parkeren")
    assert town.joins(other, mine)
    withdraws(town, mine)
    assert town.mandje(mine).id != town.mandje(other).id
    assert (page(town, mine), page(town, other)) == (Paginastatus.GONE, Paginastatus.CART)
    assert town.mandje(other).totaal_cent == 1_210
    assert town.pays(other).url


def test_at_the_counter_only_one_is_paid_and_the_other_can_be_paid_online(town: Town) -> None:
    mine, other = town.offers(), town.offers(WASTE, zender="parkeren")
    assert town.joins(other, mine)
    registers(town, mine)
    assert (town.opdracht(mine).status, town.opdracht(other).status) == ("BETAALD", "OPEN")
    assert (page(town, mine), page(town, other)) == (Paginastatus.PAID, Paginastatus.CART)
    assert town.pays(other).url


# --- Money that comes after it


def late(town: Town, act: Callable[..., Any]) -> StartBetalingAntwoord:
    """An attempt failed, the product system acted, and then the PSP says that it was paid after all."""
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(F, at=town.clock()))
    act(town, antwoord)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(A, at=town.clock()))
    return antwoord


def test_money_after_withdrawal_waits_for_a_person_and_stays_withdrawn(town: Town) -> None:
    antwoord = late(town, withdraws)
    row = town.opdracht(antwoord)
    assert (row.status, row.ontvangen_cent, bool(row.leverbaar)) == ("INGETROKKEN", 18_750, False)
    assert soorten(town) == ["LAAT_BETAALD"]
    assert [post.soort for post in town.all(JournaalpostRow)] == ["TE_VERREKENEN"]
    with pytest.raises(Refusal, match="NIET_BETAALD"):
        asks_back(town, antwoord)


def test_money_beside_the_counters_is_double_and_a_person_decides(town: Town) -> None:
    made: list[RegistratieAntwoord] = []
    antwoord = late(town, lambda town, about: made.append(registers(town, about)))
    assert soorten(town) == ["DUBBEL_BETAALD"]
    with pytest.raises(Refusal, match="REGISTRATIE_NIET_HERROEPBAAR"):
        revokes(town, made[0])
    assert asks_back(town, antwoord).bedrag_cent == 18_750  # the counter's, which pays it; not the other one too
    with pytest.raises(Refusal, match="TERUGBETALING_TE_HOOG"):
        asks_back(town, antwoord)


def test_money_after_a_revoked_registration_is_late(town: Town) -> None:
    antwoord = late(town, lambda town, about: revokes(town, registers(town, about)))
    assert (town.opdracht(antwoord).status, bool(town.opdracht(antwoord).leverbaar)) == ("TERUGBETAALD", False)
    assert "LAAT_BETAALD" in soorten(town)
    assert sorted(post.soort for post in town.all(JournaalpostRow)) == ["BETAALD", "CORRECTIE", "TE_VERREKENEN"]


def test_what_can_not_be_delivered_waits_as_soon_as_it_is_paid(town: Town) -> None:
    antwoord, betaling = town.started()
    cannot_deliver(town, antwoord)
    assert soorten(town) == []
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(A, at=town.clock()))
    assert soorten(town) == ["NIET_LEVERBAAR"]
    assert (town.opdracht(antwoord).status, bool(town.opdracht(antwoord).leverbaar)) == ("BETAALD", False)


# --- No more than there is


def test_requests_at_once_never_exceed_what_is_left(town: Town) -> None:
    antwoord, _ = town.paid()
    asked = together(*(lambda: attempt(lambda: asks_back(town, antwoord, 5_000)) for _ in range(6)))
    assert sum(one == "TERUGBETALING_TE_HOOG" for one in asked) == 3
    (toewijzing,), (betaling,) = town.all(ToewijzingRow), town.all(BetalingRow)
    assert toewijzing.gereserveerd_cent == betaling.gereserveerd_cent == 15_000
    assert sum(row.bedrag_cent for row in town.all(TerugbetalingRow)) == 15_000


@pytest.mark.parametrize("row_class", [ToewijzingRow, BetalingRow])
def test_the_register_itself_refuses_to_promise_more_than_there_is(town: Town, row_class: Any) -> None:
    town.paid()
    with pytest.raises(IntegrityError):
        town.does(lambda session: session.execute(update(row_class).values(gereserveerd_cent=18_751)))


@pytest.mark.parametrize("act", [withdraws, registers])
def test_the_same_message_at_once_gets_one_answer(town: Town, act: Callable[..., Any]) -> None:
    antwoord = town.offers()
    answers = together(*(lambda: act(town, antwoord, "ref-same") for _ in range(6)))
    assert len(set(answers)) == 1
    assert len(town.all(BetalingRow)) == (act is registers)


# --- Time and people


def test_a_request_that_nobody_decides_about_waits_for_a_person(town: Town) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    town.clock.forward(days=14, seconds=1)
    assert [town.does(lambda session: find_too_old(session, town.clock())) for _ in range(3)] == [1, 1, 0]
    row, booking = town.all(UitvalRow)
    assert (row.soort, row.status, row.terugbetaling_id) == ("TE_OUD", "OPEN", town.all(TerugbetalingRow)[0].id)
    assert booking.soort == "BOEKING_ONBEANTWOORD"  # no worker took the booking along either
    with pytest.raises(Refusal, match="GEEN_ACTIE"):
        resolves(town, row.id, Oplossing.OPNIEUW_VRAGEN)
    assert resolves(town, row.id, Oplossing.GEEN_ACTIE).status == "OPGELOST"


def resolves(town: Town, uitval_id: int, oplossing: Oplossing) -> Any:
    return town.does(
        lambda session: resolve_uitval(
            session,
            uitval_id,
            Keuze(oplossing, Door("J. de Vries", town.clock()), reden="Gedaan"),
            keys=town.hub.keys,
        )
    )


def test_a_rejected_reversal_follows_what_it_reverses(town: Town) -> None:
    revokes(town, registers(town, town.offers(VERGUNNING)))
    first, reversal = (row.id for row in town.all(JournaalpostRow))
    town.does(lambda session: session.execute(update(JournaalpostRow).values(status=BoekingStatus.AFGEKEURD)))
    town.does(
        lambda session: session.execute(
            update(BoekingsregelRow).where(BoekingsregelRow.journaalpost_id == first).values(kostenplaats="SO999")
        )
    )
    assert not town.does(lambda session: books_again(session, reversal, town))
    assert town.does(lambda session: books_again(session, first, town))
    assert town.does(lambda session: books_again(session, reversal, town))
    lines = town.all(BoekingsregelRow)
    accounts = [
        sorted((line.grootboekrekening, line.kostenplaats or "") for line in lines if line.journaalpost_id == post)
        for post in (first, reversal)
    ]
    assert accounts[0] == accounts[1] == [("1320", ""), ("8301", "SO410")]


def books_again(session: Any, post_id: int, town: Town) -> bool:
    return book_again(session, session.get_one(JournaalpostRow, post_id), Door("beheer", town.clock()))
