"""When is it paid: the evidence of all attempts, in any order, against the amount that we stored."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspPoging
from betaalhub.domain.fold import Verdict, fold
from betaalhub.domain.statuses import FINAL, LIVE, TRANSITIONS, BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from tests.domain.bouwers import EUROS, POGINGEN, beweging, poging, rapport

B, P, U = BetalingStatus, PogingStatus, UitvalSoort
ASKED = sorted(set(B) - {B.AANGEMAAKT})  # before its start there is nothing to ask
REGISTERED = st.sampled_from([None, 0, 600, 1000, 1000, 2000])
CLOSED = st.sampled_from([None, False, True])


def judge(*pogingen: PspPoging, current: BetalingStatus = B.GESTART, **anders: object) -> Verdict:
    return fold(rapport(*pogingen, **anders), expected_cents=1000, current=current)  # type: ignore[arg-type]


def money(pogingen: list[PspPoging]) -> int:
    """What stands at the PSP: approved or captured, minus reversed."""
    return sum(max(0, max(one.approved_cents, one.captured_cents) - one.reversed_cents) for one in pogingen)


@given(EUROS, st.sampled_from(sorted(LIVE - {B.AANGEMAAKT})))
def test_it_is_paid_exactly_when_the_approved_cents_reach_the_amount(pogingen: list[PspPoging], current: B) -> None:
    verdict = judge(*pogingen, current=current)
    received = money([one for one in pogingen if one.status == P.APPROVED])
    assert verdict.received_cents == received
    assert (verdict.status == B.BETAALD) == (received >= 1000)


@given(POGINGEN, CLOSED)
@example([], None)
@example([poging(status=P.CANCELLED)], None)
def test_zero_of_zero_is_never_paid(pogingen: list[PspPoging], closed: bool | None) -> None:
    assert judge(*pogingen, registered=0, closed=closed).status != B.BETAALD


@given(POGINGEN, REGISTERED, CLOSED)
def test_betaald_never_goes_back(pogingen: list[PspPoging], registered: int | None, closed: bool | None) -> None:
    assert judge(*pogingen, current=B.BETAALD, registered=registered, closed=closed).status is None


@given(POGINGEN, REGISTERED, CLOSED, st.sampled_from(sorted(FINAL)))
def test_an_unpaid_end_is_left_for_betaald_only(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None, current: B
) -> None:
    verdict = judge(*pogingen, current=current, registered=registered, closed=closed)
    assert verdict.status in (None, B.BETAALD)


@given(POGINGEN, REGISTERED, st.sampled_from(ASKED), st.integers())
def test_the_order_of_the_attempts_means_nothing(
    pogingen: list[PspPoging], registered: int | None, current: B, seed: int
) -> None:
    mixed = random.Random(seed).sample(pogingen, len(pogingen))
    assert judge(*mixed, registered=registered, current=current) == judge(
        *pogingen, registered=registered, current=current
    )


@given(POGINGEN, REGISTERED, CLOSED, st.sampled_from(ASKED))
def test_every_judgement_is_a_step_in_the_table(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None, current: B
) -> None:
    verdict = judge(*pogingen, registered=registered, closed=closed, current=current)
    assert verdict.status is None or verdict.status in TRANSITIONS[B][current]


@given(POGINGEN, REGISTERED, CLOSED, st.sampled_from(ASKED))
def test_the_same_evidence_again_changes_nothing(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None, current: B
) -> None:
    first = judge(*pogingen, registered=registered, closed=closed, current=current)
    again = judge(*pogingen, registered=registered, closed=closed, current=first.status or current)
    assert again.status is None


@given(POGINGEN, REGISTERED, CLOSED, st.sampled_from(ASKED))
def test_money_at_the_psp_never_ends_as_failed(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None, current: B
) -> None:
    verdict = judge(*pogingen, registered=registered, closed=closed, current=current)
    assert not (money(pogingen) and verdict.status in FINAL)


@given(POGINGEN, REGISTERED, CLOSED, st.sampled_from([0, 1000]))
def test_an_unknown_word_is_still_open_and_an_alarm(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None, undone: int
) -> None:
    verdict = judge(*pogingen, poging("9999", P.UNKNOWN, undone=undone), registered=registered, closed=closed)
    assert verdict.status not in FINAL
    assert "onbekend statuswoord unknown" in verdict.alarms


@given(EUROS)
def test_what_is_received_above_the_amount_is_a_double_payment(pogingen: list[PspPoging]) -> None:
    verdict = judge(*pogingen)
    assert verdict.surplus_cents == max(0, verdict.received_cents - 1000)
    assert (U.DUBBEL_BETAALD in verdict.uitval) == (verdict.received_cents > 1000)


@given(POGINGEN, st.sampled_from(sorted(LIVE - {B.AANGEMAAKT})), st.sampled_from([1, 999, 1001, 2000]))
def test_another_amount_is_held_for_a_person(pogingen: list[PspPoging], current: B, registered: int) -> None:
    verdict = judge(*pogingen, current=current, registered=registered)
    assert verdict.status == (None if current == B.IN_BEHANDELING else B.IN_BEHANDELING)
    assert U.BEDRAG_AFWIJKEND in verdict.uitval
    assert verdict.surplus_cents == 0


@pytest.mark.parametrize(
    ("pogingen", "status"),
    [
        ([], None),  # nobody chose a way to pay yet
        ([poging(status=P.STARTED)], None),
        ([poging(status=P.PENDING)], B.IN_BEHANDELING),
        ([poging()], B.BETAALD),
        ([poging(cents=400)], B.IN_BEHANDELING),
        ([poging(status=P.CANCELLED)], B.GEANNULEERD),
        ([poging(status=P.FAILED)], B.MISLUKT),
        ([poging(status=P.ERROR)], B.MISLUKT),
        ([poging(status=P.UNKNOWN)], B.IN_BEHANDELING),
        ([poging("9", P.CANCELLED), poging("10", P.FAILED)], B.MISLUKT),  # the newest attempt tells how it ended
        ([poging("9", P.FAILED), poging("10", P.CANCELLED)], B.GEANNULEERD),
        ([poging("1"), poging("2", P.STARTED)], B.BETAALD),  # an older attempt was finished
        ([poging("1", P.CANCELLED), poging("2", P.STARTED)], None),
        ([poging("1", P.FAILED), poging("2", P.PENDING)], B.IN_BEHANDELING),
        ([poging("1", cents=600), poging("2", cents=400)], B.BETAALD),
        ([poging(cents=0)], B.IN_BEHANDELING),  # authorised, and nothing approved yet
        ([poging(undone=1000)], B.GEANNULEERD),  # approved, and wholly reversed
        ([poging("1", undone=1000), poging("2")], B.BETAALD),
        ([poging(undone=400)], B.IN_BEHANDELING),
        ([poging(status=P.CANCELLED, captured=1000)], B.IN_BEHANDELING),
        ([poging(currency="USD")], B.IN_BEHANDELING),
    ],
)
def test_what_the_attempts_say_of_an_order_that_is_open(pogingen: list[PspPoging], status: B | None) -> None:
    assert judge(*pogingen).status == status


@pytest.mark.parametrize(
    ("way", "status"),
    [(None, B.GEANNULEERD), (P.STARTED, B.GEANNULEERD), (P.CANCELLED, B.GEANNULEERD), (P.FAILED, B.MISLUKT)],
)
@pytest.mark.parametrize("gone", [{"registered": 0}, {"closed": True}])
def test_an_order_that_is_closed_without_money_is_over(way: P | None, status: B, gone: dict[str, object]) -> None:
    pogingen = [poging(status=way)] if way else []
    assert judge(*pogingen, **gone).status == status


@pytest.mark.parametrize("current", [B.GESTART, B.ONBEKEND, B.MISLUKT])
def test_a_part_of_the_amount_is_held_for_a_person(current: B) -> None:
    verdict = judge(poging(cents=999), current=current)
    assert verdict.uitval == (U.BEDRAG_AFWIJKEND,)
    assert (verdict.received_cents, verdict.surplus_cents) == (999, 0)


def test_nothing_registered_yet_approved_is_held() -> None:
    verdict = judge(poging(), registered=0)
    assert (verdict.status, verdict.uitval) == (B.IN_BEHANDELING, (U.BEDRAG_AFWIJKEND,))


def test_a_psp_that_does_not_tell_the_amount_is_believed_about_the_money() -> None:
    assert judge(poging(), registered=None, currency=None).status == B.BETAALD


def test_another_currency_is_held_and_its_cents_do_not_count() -> None:
    verdict = judge(poging(currency="USD"), current=B.ONBEKEND)
    assert (verdict.status, verdict.received_cents) == (B.IN_BEHANDELING, 0)
    assert verdict.uitval == (U.BEDRAG_AFWIJKEND,)
    assert judge(poging(), currency="USD").uitval == (U.BEDRAG_AFWIJKEND,)


@pytest.mark.parametrize("current", sorted(FINAL))
def test_late_money_corrects_an_unpaid_end(current: B) -> None:
    verdict = judge(poging("1", P.CANCELLED), poging("2"), current=current)
    assert (verdict.status, verdict.alarms) == (B.BETAALD, ())


@pytest.mark.parametrize("way", [P.PENDING, P.STARTED])
@pytest.mark.parametrize("current", sorted(FINAL))
def test_pending_after_an_end_changes_nothing_and_raises_an_alarm(current: B, way: P) -> None:
    verdict = judge(poging(status=way), current=current)
    assert verdict.status is None
    assert len(verdict.alarms) == 1


@pytest.mark.parametrize("current", sorted(FINAL))
def test_another_word_for_the_same_end_is_no_alarm(current: B) -> None:
    assert judge(registered=0, current=current).alarms == ()


@given(POGINGEN, REGISTERED, CLOSED)
def test_paid_before_and_not_now_waits_for_a_person(
    pogingen: list[PspPoging], registered: int | None, closed: bool | None
) -> None:
    """Exactly when the same evidence would not make it paid today."""
    verdict = judge(*pogingen, current=B.BETAALD, registered=registered, closed=closed)
    today = judge(*pogingen, registered=registered, closed=closed).status
    assert (U.PSP_SPREEKT_ZICH_TEGEN in verdict.uitval) == (today != B.BETAALD)
    assert U.BEDRAG_AFWIJKEND not in verdict.uitval


def test_an_amount_of_zero_is_never_paid_either() -> None:
    report = rapport(poging(status=P.CANCELLED), registered=0)
    assert fold(report, expected_cents=0, current=B.GESTART).status == B.GEANNULEERD


def test_a_second_payment_found_after_the_first_is_a_double_payment() -> None:
    verdict = judge(poging("1"), poging("2"), current=B.BETAALD)
    assert (verdict.status, verdict.surplus_cents, verdict.uitval) == (None, 1000, (U.DUBBEL_BETAALD,))


def test_the_way_of_paying_is_that_of_the_newest_approved_attempt() -> None:
    assert judge(poging("10"), poging("9"), poging("11", P.FAILED)).methode == "METHODE10"
    assert judge(poging(status=P.FAILED)).methode is None


def test_a_refund_and_a_chargeback_do_not_undo_the_payment() -> None:
    verdict = judge(poging(), terugbetalingen=[beweging(cents=1000)], terugboekingen=[beweging(cents=300)])
    assert verdict.status == B.BETAALD
    assert (verdict.refunded_cents, verdict.charged_back_cents) == (1000, 300)
    assert verdict.uitval == ()  # told where they are recorded


@pytest.mark.parametrize("status", [BewegingStatus.PENDING, BewegingStatus.UNKNOWN])
def test_a_refund_that_is_not_done_counts_no_cents(status: BewegingStatus) -> None:
    assert judge(poging(), terugbetalingen=[beweging(status=status)]).refunded_cents == 0


def test_a_movement_that_we_do_not_understand_is_an_alarm_and_counts_no_cents() -> None:
    strange = replace(beweging(), currency="USD", status=BewegingStatus.UNKNOWN)
    verdict = judge(poging(), terugboekingen=[strange, replace(strange, status=BewegingStatus.DONE)])
    assert verdict.charged_back_cents == 0
    assert len(verdict.alarms) == 3
