"""What every PSP connector must do, whoever the PSP is: over HTTP, against its simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import CaptureCommand, PspCode, RefundCommand
from gemeentelijke_koppelingen import PSP
from tests.koppelingen.psp_bench import BENCHES, Bench, open_benches
from tests.koppelingen.voorbeelden import NU, new_reference, start_command

Failure = tuple[Outcome, str]


@pytest.fixture(scope="module")
def benches() -> Iterator[Callable[[str], Bench]]:
    with open_benches() as benches:
        yield benches


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    return benches(request.param)


def failure(action: Callable[[], object]) -> Failure:
    with pytest.raises(NeighbourError) as caught:
        action()
    return caught.value.outcome, caught.value.code


def refund_of(bench: Bench, key: str, poging: str, cents: int, reference: str | None = None) -> str:
    """Ask for a refund; its reference."""
    reference = reference or f"T-{new_reference()}"
    bench.psp.refund(RefundCommand(key, poging, reference, cents, "EUR", "Terugbetaling"))
    return reference


# --- the register


def test_every_connector_of_the_register_is_tested() -> None:
    assert set(BENCHES) == set(PSP)


def test_a_connector_calls_itself_as_the_register_does(bench: Bench) -> None:
    assert type(bench.psp) is PSP[bench.psp.code]


# --- start, and come back


def test_a_fresh_order_has_no_attempts_and_is_open(bench: Bench) -> None:
    started, _ = bench.starts()
    found = bench.reports(started)
    assert (found.pogingen, found.terugbetalingen, found.terugboekingen) == ((), (), ())
    assert found.observed_at == NU and found.closed is not True


def test_the_amount_that_is_registered_is_ours(bench: Bench) -> None:
    started, _, _ = bench.paid()
    found = bench.reports(started)
    assert (found.registered_cents, found.currency) == (12_345, "EUR")


def test_the_citizen_reaches_a_page_that_names_the_amount_and_can_open_it_again(bench: Bench) -> None:
    handover = bench.psp.start(start_command(cents=123_450)).handover
    for _ in range(2):
        page = requests.request(handover.method, handover.url, data=dict(handover.fields), timeout=10)
        assert page.status_code == 200 and "€ 1.234,50" in page.text


@pytest.mark.parametrize("methode", ["IDEAL", "CREDITCARD"])
def test_each_method_of_the_catalogue_can_be_paid_with(bench: Bench, methode: str) -> None:
    handover = bench.psp.start(start_command(methode=methode)).handover
    assert requests.get(handover.url, timeout=10).status_code == 200


def test_the_same_start_again_is_the_same_order_or_is_refused_as_one_that_landed(bench: Bench) -> None:
    command = start_command()
    started = bench.psp.start(command)
    if bench.psp.capabilities.repeat_hours is None:
        assert failure(lambda: bench.psp.start(command)) == (Outcome.REFUSED, PspCode.REFERENCE_NOT_UNIQUE)
    else:
        assert bench.psp.start(command) == started


def test_a_start_whose_answer_was_lost_landed_all_the_same(bench: Bench) -> None:
    command = start_command(new_reference())
    bench.does("faults", operation="create", faults=["drop_after"], reference=command.reference)
    assert failure(lambda: bench.psp.start(command))[0] is Outcome.UNKNOWN
    if bench.psp.capabilities.repeat_hours is None:
        assert failure(lambda: bench.psp.start(command)) == (Outcome.REFUSED, PspCode.REFERENCE_NOT_UNIQUE)
    else:
        assert bench.reports(bench.psp.start(command)).pogingen == ()
    listing = requests.get(f"{bench.base}/control/orders", timeout=10).json()["orders"]
    assert [one["reference"] for one in listing].count(command.reference) == 1


# --- what happened to the payment


@pytest.mark.parametrize(
    ("outcome", "status", "approved"),
    [
        ("approve", {PogingStatus.APPROVED}, 12_345),
        ("cancel", {PogingStatus.CANCELLED}, 0),
        ("fail", {PogingStatus.FAILED}, 0),
        ("pending", {PogingStatus.PENDING}, 0),
        ("expire", {PogingStatus.STARTED, PogingStatus.CANCELLED}, 0),
    ],
)
def test_what_the_citizen_did_is_reported(bench: Bench, outcome: str, status: set[PogingStatus], approved: int) -> None:
    started, reference = bench.starts()
    bench.does(f"orders/{reference}/pay", outcome=outcome)
    (poging,) = bench.reports(started).pogingen
    assert poging.status in status
    assert (poging.approved_cents, poging.amount_cents, poging.currency) == (approved, 12_345, "EUR")


def test_the_method_is_told_in_our_words(bench: Bench) -> None:
    started, _, _ = bench.paid()
    assert bench.reports(started).pogingen[0].methode == "IDEAL"


def test_a_late_payment_is_reported_after_a_cancel(bench: Bench) -> None:
    started, reference = bench.starts()
    for outcome in ("cancel", "approve"):
        bench.does(f"orders/{reference}/pay", outcome=outcome)
    assert sum(one.approved_cents for one in bench.reports(started).pogingen) == 12_345


def test_another_amount_is_reported_as_it_is(bench: Bench) -> None:
    started, _, _ = bench.paid(paid_amount=100)
    found = bench.reports(started)
    assert (found.registered_cents, found.pogingen[0].approved_cents) == (12_345, 100)


def test_e18_a_word_that_the_psp_invented_is_unknown_never_failed_and_never_paid(bench: Bench) -> None:
    started, _, _ = bench.paid(status_word="TELEPORTED")
    (poging,) = bench.reports(started).pogingen
    assert (poging.status, poging.native_status, poging.approved_cents) == (PogingStatus.UNKNOWN, "TELEPORTED", 0)


def test_an_order_that_does_not_exist_is_refused_and_never_called_failed(bench: Bench) -> None:
    assert failure(lambda: bench.psp.status("A" * 32, now=NU)) == (Outcome.REFUSED, PspCode.ORDER_UNKNOWN)


# --- cancel


def test_an_open_order_may_be_cancelled_and_is_not_paid_by_that(bench: Bench) -> None:
    started, _ = bench.starts()
    bench.psp.cancel(started.psp_key)
    assert sum(one.approved_cents for one in bench.reports(started).pogingen) == 0


def test_cancelling_twice_or_too_late_changes_nothing(bench: Bench) -> None:
    started, _, _ = bench.paid()
    before = bench.reports(started)
    bench.psp.cancel(started.psp_key)
    bench.psp.cancel(started.psp_key)
    assert bench.reports(started) == before


# --- refunds


@pytest.mark.parametrize("cents", [12_345, 345, 1])
def test_a_refund_comes_back_under_our_reference(bench: Bench, cents: int) -> None:
    started, _, poging = bench.paid()
    reference = refund_of(bench, started.psp_key, poging, cents)
    (found,) = bench.reports(started).terugbetalingen
    read = (found.our_reference, found.amount_cents, found.currency, found.status, found.poging_id)
    assert read == (reference, cents, "EUR", BewegingStatus.DONE, poging)


def test_refunds_stand_beside_each_other_and_leave_the_payment_paid(bench: Bench) -> None:
    started, _, poging = bench.paid()
    references = [refund_of(bench, started.psp_key, poging, cents) for cents in (12_000, 300, 45)]
    found = bench.reports(started)
    assert [one.our_reference for one in found.terugbetalingen] == references
    assert len({one.psp_id for one in found.terugbetalingen}) == 3
    assert (found.pogingen[0].status, found.pogingen[0].approved_cents) == (PogingStatus.APPROVED, 12_345)


def test_the_same_refund_twice_is_seen_for_what_it_is(bench: Bench) -> None:
    started, _, poging = bench.paid()
    reference = refund_of(bench, started.psp_key, poging, 100)
    refund_of(bench, started.psp_key, poging, 100, reference)
    found = bench.reports(started).terugbetalingen
    once = bench.psp.capabilities.idempotent_refund
    assert [one.our_reference for one in found] == [reference] * (1 if once else 2)
    assert len({one.psp_id for one in found}) == len(found)


def test_a_refund_that_is_under_way_gets_an_end(bench: Bench) -> None:
    for word, end in ((bench.words.done, BewegingStatus.DONE), (bench.words.failed, BewegingStatus.FAILED)):
        started, reference, poging = bench.paid(refund_status=bench.words.under_way)
        refund_of(bench, started.psp_key, poging, 345)
        assert bench.reports(started).terugbetalingen[0].status is BewegingStatus.PENDING
        bench.does(f"orders/{reference}/settle", status=word)
        assert bench.reports(started).terugbetalingen[0].status is end


def test_a_refund_that_was_refused_leaves_the_payment_paid(bench: Bench) -> None:
    started, _, poging = bench.paid(refund_status=bench.words.failed)
    refund_of(bench, started.psp_key, poging, 345)
    found = bench.reports(started)
    assert [one.status for one in found.terugbetalingen] == [BewegingStatus.FAILED]
    assert (found.pogingen[0].status, found.pogingen[0].approved_cents) == (PogingStatus.APPROVED, 12_345)


def test_more_than_was_received_is_not_given_back(bench: Bench) -> None:
    started, _, poging = bench.paid()
    assert failure(lambda: refund_of(bench, started.psp_key, poging, 12_346))[0] is Outcome.REFUSED
    refund_of(bench, started.psp_key, poging, 12_000)
    assert failure(lambda: refund_of(bench, started.psp_key, poging, 346))[0] is Outcome.REFUSED
    assert len(bench.reports(started).terugbetalingen) == 1


def test_e11_a_refund_whose_answer_was_lost_is_found_by_its_reference(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    bench.does("faults", operation="refund", faults=["drop_after"], reference=reference)
    assert failure(lambda: refund_of(bench, started.psp_key, poging, 345, "T-9"))[0] is Outcome.UNKNOWN
    assert [one.our_reference for one in bench.reports(started).terugbetalingen] == ["T-9"]


def test_e11_a_refund_that_never_arrived_is_not_found(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    bench.does("faults", operation="refund", faults=["drop"], reference=reference)
    assert failure(lambda: refund_of(bench, started.psp_key, poging, 345))[0] is Outcome.UNKNOWN
    assert bench.reports(started).terugbetalingen == ()


def test_e12_a_refund_made_in_the_back_office_is_reported_and_is_not_ours(bench: Bench) -> None:
    started, reference, _ = bench.paid()
    for cents in (100, 100):
        bench.does(f"orders/{reference}/refund", amount_cents=cents)
    found = bench.reports(started).terugbetalingen
    assert [(one.our_reference, one.amount_cents, one.status) for one in found] == [
        (None, 100, BewegingStatus.DONE)
    ] * 2
    assert len({one.psp_id for one in found}) == 2


def test_the_names_of_movements_never_change(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    bench.does(f"orders/{reference}/refund", amount_cents=100)
    first = [one.psp_id for one in bench.reports(started).terugbetalingen]
    refund_of(bench, started.psp_key, poging, 200)
    bench.does(f"orders/{reference}/chargeback", amount_cents=300)
    assert [one.psp_id for one in bench.reports(started).terugbetalingen][:1] == first


# --- chargebacks


def test_e13_a_chargeback_and_its_reversal_leave_the_payment_paid(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    bench.does(f"orders/{reference}/chargeback", amount_cents=200)
    (taken,) = bench.reports(started).terugboekingen
    assert (taken.amount_cents, taken.status, taken.poging_id) == (200, BewegingStatus.DONE, poging)
    bench.does(f"orders/{reference}/event", event="chargeback_won")
    found = bench.reports(started)
    assert [(one.psp_id, one.status) for one in found.terugboekingen] == [(taken.psp_id, BewegingStatus.FAILED)]
    assert found.pogingen[0].approved_cents == 12_345


# --- capture


def test_what_was_only_authorised_is_collected_once(bench: Bench) -> None:
    started, reference = bench.starts(authorise_only=True)
    bench.does(f"orders/{reference}/pay")
    (poging,) = bench.reports(started).pogingen
    assert poging.captured_cents == 0
    command = CaptureCommand(started.psp_key, poging.psp_id, f"C-{reference}", 12_345, "EUR")
    bench.psp.capture(command)
    (poging,) = bench.reports(started).pogingen
    assert (poging.status, poging.captured_cents) == (PogingStatus.APPROVED, 12_345)


def test_nothing_is_left_to_collect_after_a_payment(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    command = CaptureCommand(started.psp_key, poging, f"C-{reference}", 1, "EUR")
    assert failure(lambda: bench.psp.capture(command))[0] is Outcome.REFUSED
