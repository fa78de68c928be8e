"""Which PSP account takes the money, and for how long: what the catalogue says of products, accounts and methods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.keys import make_meebetaaltoken
from betaalhub.flows.mandje import MandjeStand, join_by_kenmerk, view_mandje
from betaalhub.flows.routing import Route
from betaalhub.flows.stand import vraag_betaalstatus
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.pay import PayResult
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow, PspAccountRow
from betaalhub.worker.loop import run_until_idle
from tests.builders import demo_catalogus, load
from tests.flows.town import ESB, NOW, PARKEREN, TERUG, VERGUNNING, Psp, Town

OMGEVING = ProductregelVerzoek(1, "OMGEVING", "Omgevingsvergunning", 1, 8_450)
IDEAL = {
    "code": "IDEAL",
    "naam_nl": "iDEAL bij de tweede",
    "naam_en": "iDEAL at the second",
    "uitleg_nl": "Uw bank",
    "uitleg_en": "Your bank",
}


@pytest.fixture
def town(small_town: Town) -> Town:
    """A town with two PSP accounts: `psp`, and `tweede` with iDEAL only."""
    small_town.hub.psps["tweede"] = Psp()  # type: ignore[index]
    return small_town


def catalogus(town: Town, **changes: dict[str, Any]) -> None:
    """Load the demo catalogue with a second account and these changes: a code of a product, productgroep or account → values."""
    data = demo_catalogus(terug=TERUG, push="http://127.0.0.1:9/push")
    first = data["psp_account"]
    second = {**first, "code": "tweede", "tussenrekening": "1311", "betaalmethode": [IDEAL]}
    data["psp_account"] = [first, second]
    for table in (*data["psp_account"], *data["product"], *data["productgroep"]):
        table.update(changes.get(table["code"], {}))
    load(town.hub.sessions, data)


def used(town: Town) -> list[str]:
    """The account of each betaling."""
    codes = {row.id: row.code for row in town.all(PspAccountRow)}
    return [codes[row.psp_account_id or 0] for row in town.all(BetalingRow)]


def view(town: Town, antwoord: StartBetalingAntwoord) -> MandjeStand:
    with reading(town.hub.sessions) as session:
        token = town.opdracht(antwoord).token
        return view_mandje(
            session,
            token,
            portaal=town.hub.portaal,
            now=town.clock(),
            attempt=town.hub.attempt,
            accounts=town.hub.psps.keys(),
        )


def pays_with(town: Town, antwoord: StartBetalingAntwoord, methode: str) -> PayResult:
    return town.pays(antwoord, replace(town.wish(antwoord, f"form-{next(town.numbers)}"), methode=methode))


def lasts(town: Town) -> list[timedelta]:
    return [row.verloopt_op - row.aangemaakt_op for row in town.all(BetalingRow)]


# --- accounts


@pytest.mark.parametrize(
    ("changes", "account"),
    [
        ({}, "psp"),
        ({"EVENEMENT": {"psp_account": "tweede"}}, "tweede"),
        ({"VERGUNNINGEN": {"psp_account": "tweede"}}, "tweede"),
        ({"VERGUNNINGEN": {"psp_account": "tweede"}, "EVENEMENT": {"psp_account": "psp"}}, "psp"),
        ({"PARKEREN": {"psp_account": "tweede"}}, "psp"),
        ({"psp": {"actief": False}}, "tweede"),
    ],
)
def test_the_product_says_where_else_its_productgroep_else_the_first_account_that_is_on(
    town: Town, changes, account: str
) -> None:
    catalogus(town, **changes)
    assert town.pays(town.offers()).url
    assert used(town) == [account]


def test_the_newest_version_of_a_product_counts_from_its_day(town: Town) -> None:
    data = demo_catalogus(terug=TERUG, push=None)
    first = data["psp_account"]
    data["psp_account"] = [first, {**first, "code": "tweede", "betaalmethode": [IDEAL]}]
    (permit,) = (one for one in data["product"] if one["code"] == "EVENEMENT")
    data["product"].append({**permit, "geldig_van": date(2026, 11, 25), "psp_account": "tweede"})
    load(town.hub.sessions, data)
    before = town.offers()
    assert town.pays(before).url
    town.clock.forward(days=1)
    assert town.pays(town.offers()).url
    assert used(town) == ["psp", "tweede"]


def test_only_the_methods_of_its_own_account_are_offered(town: Town) -> None:
    catalogus(town, EVENEMENT={"psp_account": "tweede"})
    permit, parking = town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert [one.naam_nl for one in view(town, permit).methoden] == ["iDEAL bij de tweede"]
    assert [one.code for one in view(town, parking).methoden] == ["IDEAL", "CREDITCARD"]
    assert pays_with(town, permit, "CREDITCARD").problem == "no_method"
    assert town.all(BetalingRow) == []


def test_a_method_that_is_switched_off_is_not_offered(town: Town) -> None:
    catalogus(
        town, psp={"betaalmethode": [{**IDEAL, "actief": False}]}, tweede={"betaalmethode": [{**IDEAL, "code": "WERO"}]}
    )
    antwoord = town.offers()
    assert [one.code for one in view(town, antwoord).methoden] == ["WERO"]
    assert pays_with(town, antwoord, "IDEAL").problem == "no_method"


def test_an_account_that_this_process_cannot_call_offers_nothing(town: Town) -> None:
    catalogus(town, EVENEMENT={"psp_account": "tweede"})
    del town.hub.psps["tweede"]  # type: ignore[attr-defined]
    antwoord = town.offers()
    stand = view(town, antwoord)
    assert (stand.methoden, stand.storing) == ((), False)
    assert town.pays(antwoord).problem == "no_method"


def test_who_can_be_served_by_another_account_is(town: Town) -> None:
    catalogus(town)

    def misfit() -> None:
        raise NeighbourError(Outcome.REFUSED, MISCONFIGURED, neighbour="psp")

    town.psp.during_start = misfit
    antwoord = town.offers()
    assert town.pays(antwoord).problem == "unavailable"
    stand = view(town, antwoord)
    assert ([one.code for one in stand.methoden], stand.storing) == (["IDEAL"], False)
    assert town.pays(antwoord).url
    assert pays_with(town, town.offers(), "CREDITCARD").problem == "down"
    assert used(town) == ["psp", "tweede"]


def test_who_must_use_an_account_that_is_spared_is_told_that_it_is_down(town: Town) -> None:
    catalogus(town, VERGUNNINGEN={"psp_account": "psp"})

    def misfit() -> None:
        raise NeighbourError(Outcome.REFUSED, MISCONFIGURED, neighbour="psp")

    town.psp.during_start = misfit
    antwoord = town.offers()
    town.pays(antwoord)
    assert (view(town, antwoord).methoden, view(town, antwoord).storing) == ((), True)
    assert town.pays(town.offers(PARKEREN, zender="parkeren")).url


def test_a_betaling_keeps_its_account_after_a_switch(town: Town) -> None:
    antwoord, betaling = town.started()
    catalogus(town, psp={"actief": False})
    asked: list[str] = []
    town.psp.during_status = lambda: asked.append("psp")
    ask_psp(town.hub, betaling.id, wie="worker")
    assert asked == ["psp"]
    assert town.pays(antwoord).url, "she goes back to the order that she has"
    assert town.pays(town.offers()).url
    assert used(town) == ["psp", "tweede"]


# --- together


def test_what_is_paid_at_different_accounts_stays_apart_and_is_no_fault(town: Town) -> None:
    catalogus(town, EVENEMENT={"psp_account": "psp"}, PARKEREN={"psp_account": "tweede"})
    permit = town.offers()
    token = make_meebetaaltoken(town.hub.portaal, town.mandje(permit).id, town.clock())
    parking = town.offers(PARKEREN, zender="parkeren", meebetaaltoken=token)
    extract = town.offers(OMGEVING, meebetaaltoken=token)
    assert town.mandje(parking).id != town.mandje(permit).id == town.mandje(extract).id
    assert not town.joins(parking, permit)
    assert town.pays(permit).url and town.pays(parking).url
    assert used(town) == ["psp", "tweede"]


def test_who_tries_by_hand_is_told_that_it_cannot(town: Town) -> None:
    catalogus(town, EVENEMENT={"psp_account": "psp"}, PARKEREN={"psp_account": "tweede"})
    permit, parking, other = town.offers(), town.offers(PARKEREN, zender="parkeren"), town.offers()

    def adds(antwoord: StartBetalingAntwoord, cents: int) -> bool:
        token = town.mandje(permit).token
        return town.does(
            lambda session: join_by_kenmerk(
                session,
                token,
                kenmerk=antwoord.betaalkenmerk,
                bedrag_cent=cents,
                limits=town.hub.limits,
                now=town.clock(),
            )
        )

    assert not adds(parking, PARKEREN.bedrag_cent)
    assert adds(other, VERGUNNING.bedrag_cent)


def test_a_successor_with_another_account_leaves_the_shared_winkelmandje(town: Town) -> None:
    catalogus(town, EVENEMENT={"psp_account": "psp"}, PARKEREN={"psp_account": "tweede"})
    permit = town.offers()
    free = ProductregelVerzoek(1, "AFVALPAS", "Afvalpas", 1, 1_210)
    pass_ = town.offers(free, zender="parkeren", kenmerk="pas")
    assert town.joins(pass_, permit)
    parking = town.offers(PARKEREN, zender="parkeren", kenmerk="pas", vervang=True)
    assert town.mandje(parking).id != town.mandje(permit).id


def test_after_a_change_of_the_catalogue_a_mixed_winkelmandje_can_still_be_paid(town: Town) -> None:
    permit, parking = town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert town.joins(parking, permit)
    catalogus(town, EVENEMENT={"psp_account": "tweede"}, PARKEREN={"psp_account": "psp"})
    assert town.pays(permit).url
    assert used(town) == ["tweede"]


# --- minutes


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({}, 20),
        ({"psp": {"poging_minuten": 30}}, 30),
        ({"VERGUNNINGEN": {"poging_minuten": 45}}, 45),
        ({"VERGUNNINGEN": {"poging_minuten": 45}, "EVENEMENT": {"poging_minuten": 10}}, 10),
        ({"EVENEMENT": {"poging_minuten": 60}, "psp": {"poging_minuten": 10}}, 60),
        ({"PARKEREN": {"poging_minuten": 5}}, 20),
    ],
)
def test_an_attempt_lasts_as_long_as_the_product_says_else_the_account(town: Town, changes, minutes: int) -> None:
    catalogus(town, **changes)
    antwoord = town.offers()
    assert town.pays(antwoord).url
    assert lasts(town) == [timedelta(minutes=minutes)]
    town.clock.forward(minutes=minutes - 1)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"]
    town.clock.forward(minutes=2)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["VERLOPEN"]


def test_the_psp_is_told_the_same_time(town: Town) -> None:
    catalogus(town, EVENEMENT={"poging_minuten": 45})
    told: list[int] = []
    start = town.psp.start

    class Hears(Psp):
        def start(self, command):  # type: ignore[no-untyped-def]
            told.append(command.valid_minutes)
            return start(command)

    town.hub.psps["psp"] = Hears()  # type: ignore[index]
    town.pays(town.offers())
    assert told == [45]


@pytest.mark.parametrize(("minutes_left", "can"), [(70, True), (50, False)])
def test_one_whole_attempt_must_remain(town: Town, minutes_left: int, can: bool) -> None:
    catalogus(town, EVENEMENT={"poging_minuten": 60})
    antwoord = town.offers(vervalt_op=NOW + timedelta(days=2))
    town.clock.now = NOW + timedelta(days=2, minutes=-minutes_left)
    with reading(town.hub.sessions) as session:
        _, url = vraag_betaalstatus(
            session,
            zender="vergunningen",
            aanroeper=ESB,
            portaal=town.hub.portaal,
            now=town.clock(),
            attempt=town.hub.attempt,
            betaalkenmerk=antwoord.betaalkenmerk,
        )
    assert (url is not None) == can
    assert (town.pays(antwoord).problem == "") == can


@given(
    minuten=st.lists(st.none() | st.integers(5, 1440), max_size=6),
    account=st.none() | st.integers(5, 1440),
    default=st.integers(5, 1440).map(lambda n: timedelta(minutes=n)),
)
def test_the_shortest_of_all_products_counts(
    minuten: list[int | None], account: int | None, default: timedelta
) -> None:
    found = Route((), tuple(minuten)).attempt(account, default)
    usual = timedelta(minutes=account) if account else default
    asked = [timedelta(minutes=one) if one else usual for one in minuten] or [usual]
    assert found in asked and all(found <= one for one in asked)


def test_the_form_of_another_account_is_paid_where_its_method_is(town: Town) -> None:
    """A method that only the second account has, although both may take the money."""
    catalogus(town, tweede={"betaalmethode": [IDEAL, {**IDEAL, "code": "WERO"}]})
    antwoord = town.offers()
    mandje = town.mandje(antwoord)
    assert town.pays(antwoord, PayWish("WERO", "formulier", mandje.versie, mandje.totaal_cent, "nl")).url
    assert used(town) == ["tweede"]
