"""The status tables decide: every step that is not in them is refused."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain import statuses
from betaalhub.domain.statuses import (
    FINAL,
    LIVE,
    MAX_AGE,
    TRANSITIONS,
    BetaalopdrachtStatus,
    BetalingStatus,
    BoekingStatus,
    Kanaal,
    TerugbetalingStatus,
    WinkelmandjeStatus,
    check_transition,
    is_correction,
)
from betaalhub.errors import IllegalTransition

B = BetalingStatus
EVERY_VALUE = [value for kind in TRANSITIONS for value in kind]
# The drawing of domain.md section 3, written down a second time by hand.
ANSWERS = "GESTART IN_BEHANDELING BETAALD MISLUKT GEANNULEERD VERLOPEN"
BETALING = {
    "AANGEMAAKT": "STARTEN BETAALD",
    "STARTEN": f"{ANSWERS} ONBEKEND",
    "GESTART": ANSWERS.replace("GESTART ", ""),
    "IN_BEHANDELING": ANSWERS.replace("IN_BEHANDELING ", ""),
    "ONBEKEND": ANSWERS,
    "BETAALD": "",
    "MISLUKT": "BETAALD",
    "GEANNULEERD": "BETAALD",
    "VERLOPEN": "BETAALD",
}


def test_the_table_of_the_betaling_is_the_drawing() -> None:
    assert {van: set(naar) for van, naar in TRANSITIONS[B].items()} == {k: set(v.split()) for k, v in BETALING.items()}


@given(st.sampled_from(EVERY_VALUE), st.sampled_from(EVERY_VALUE), st.sampled_from(Kanaal))
def test_every_step_that_is_not_in_the_table_is_refused(van: StrEnum, naar: StrEnum, kanaal: Kanaal) -> None:
    counter_only = van is B.AANGEMAAKT and naar is B.BETAALD and kanaal is not Kanaal.BALIE
    if type(van) is type(naar) and naar in TRANSITIONS[type(van)][van] and not counter_only:
        check_transition(van, naar, kanaal=kanaal)
    else:
        with pytest.raises(IllegalTransition):
            check_transition(van, naar, kanaal=kanaal)


@pytest.mark.parametrize("kind", TRANSITIONS, ids=lambda kind: kind.__name__)
def test_a_word_that_is_no_status_has_no_step(kind: type[StrEnum]) -> None:
    strange = StrEnum("strange", {"BETAALDD": "BETAALDD", "BETAALD": "BETAALD"})  # type: ignore[misc]
    for status in kind:
        for word in strange:
            with pytest.raises(IllegalTransition):
                check_transition(status, word)
            with pytest.raises(IllegalTransition):
                check_transition(word, status)


@pytest.mark.parametrize("status", EVERY_VALUE)
def test_staying_is_no_step(status: StrEnum) -> None:
    with pytest.raises(IllegalTransition):
        check_transition(status, status, kanaal=Kanaal.BALIE)


def test_betaald_is_never_left() -> None:
    assert TRANSITIONS[B][B.BETAALD] == frozenset()


def test_only_the_counter_is_paid_without_a_start() -> None:
    check_transition(B.AANGEMAAKT, B.BETAALD, kanaal=Kanaal.BALIE)
    with pytest.raises(IllegalTransition):
        check_transition(B.AANGEMAAKT, B.BETAALD)


def test_the_truth_of_the_psp_may_leave_an_unpaid_end_and_is_a_correction() -> None:
    assert {B.MISLUKT, B.GEANNULEERD, B.VERLOPEN} == FINAL
    for status in FINAL:
        assert TRANSITIONS[B][status] == {B.BETAALD}
        assert is_correction(status, B.BETAALD)


@given(st.sampled_from(B), st.sampled_from(B))
def test_nothing_else_is_a_correction(van: BetalingStatus, naar: BetalingStatus) -> None:
    assert is_correction(van, naar) == (van in FINAL and naar == B.BETAALD)


def test_live_final_and_paid_share_out_the_statuses_of_a_betaling() -> None:
    assert {B.AANGEMAAKT, B.STARTEN, B.GESTART, B.IN_BEHANDELING, B.ONBEKEND} == LIVE
    assert LIVE | FINAL | {B.BETAALD} == set(B)
    assert not LIVE & FINAL


def test_whatever_waits_grows_too_old_and_whatever_may_stay_does_not() -> None:
    assert set(MAX_AGE[B]) == LIVE
    assert set(MAX_AGE[BoekingStatus]) == set(BoekingStatus) - {BoekingStatus.GEBOEKT}
    assert not set(MAX_AGE[TerugbetalingStatus]) & {TerugbetalingStatus.VOLTOOID, TerugbetalingStatus.AFGEWEZEN}
    assert all(age.total_seconds() > 0 for ages in MAX_AGE.values() for age in ages.values())
    assert MAX_AGE[B][B.ONBEKEND].total_seconds() == 24 * 3600


def test_a_paid_betaalopdracht_is_never_open_again() -> None:
    paid = {BetaalopdrachtStatus.BETAALD, BetaalopdrachtStatus.DEELS_TERUGBETAALD, BetaalopdrachtStatus.TERUGBETAALD}
    assert all(TRANSITIONS[BetaalopdrachtStatus][status] <= paid for status in paid)
    assert TRANSITIONS[WinkelmandjeStatus][WinkelmandjeStatus.BETAALD] == frozenset()


def test_a_rejected_journaalpost_is_never_called_booked_without_going_again() -> None:
    table = TRANSITIONS[BoekingStatus]
    assert table[BoekingStatus.AFGEKEURD] == {BoekingStatus.TE_BOEKEN}
    assert [van for van, naar in table.items() if BoekingStatus.GEBOEKT in naar] == [BoekingStatus.VERZONDEN]


def test_the_values_are_their_own_names() -> None:
    kinds = {value for value in vars(statuses).values() if isinstance(value, type) and issubclass(value, StrEnum)}
    assert all(value.name == value.value for kind in kinds for value in kind)
