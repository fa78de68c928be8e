"""What every PSP connector must do, whoever the PSP is: over HTTP, against its simulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspRapport
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import CaptureCommand, PspPort, RefundCommand, StartedPspBetaling
from gemeentelijke_koppelingen import PSP
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen.conftest import connect_docdata, control
from tests.koppelingen.voorbeelden import NU, new_reference, start_command

# Code of the connector → how to reach its simulator. A new connector adds its line and inherits every test below.
CONNECT: dict[str, Callable[[RunningSimulators], PspPort]] = {"docdata": connect_docdata}


@pytest.fixture(params=sorted(CONNECT))
def psp(request: pytest.FixtureRequest, simulators: RunningSimulators) -> PspPort:
    return CONNECT[request.param](simulators)


@pytest.fixture
def do(simulators: RunningSimulators) -> Callable[..., dict[str, object]]:
    return lambda path, **values: control(simulators.psp_base, path, **values)


def rapport(psp: PspPort, started: StartedPspBetaling) -> PspRapport:
    return psp.status(started.psp_key, now=NU)


def failure(action: Callable[[], object]) -> tuple[Outcome, str]:
    with pytest.raises(NeighbourError) as caught:
        action()
    return caught.value.outcome, caught.value.code


def test_every_connector_of_the_register_is_tested() -> None:
    assert set(CONNECT) == set(PSP)


def test_a_connector_calls_itself_as_the_register_does(psp: PspPort) -> None:
    assert type(psp) is PSP[psp.code]


def test_a_fresh_order_is_registered_and_has_no_attempts(psp: PspPort) -> None:
    found = rapport(psp, psp.start(start_command(cents=5_995)))
    assert (found.registered_cents, found.currency, found.pogingen) == (5_995, "EUR", ())
    assert found.observed_at == NU


def test_the_citizen_reaches_a_page_that_names_the_amount(psp: PspPort) -> None:
    handover = psp.start(start_command(cents=123_450)).handover
    page = requests.request(handover.method, handover.url, data=dict(handover.fields), timeout=10)
    assert page.status_code == 200 and "€ 1.234,50" in page.text


def test_the_way_back_to_an_open_order_is_the_same(psp: PspPort) -> None:
    command = start_command()
    started = psp.start(command)
    assert psp.resume(started.psp_key, command) == started.handover


def test_a_reference_is_used_once(psp: PspPort) -> None:
    command = start_command()
    psp.start(command)
    assert failure(lambda: psp.start(command)) == (Outcome.REFUSED, "REFERENCE_NOT_UNIQUE")


@pytest.mark.parametrize(
    ("outcome", "status", "approved"),
    [
        ("approve", PogingStatus.APPROVED, 12_345),
        ("cancel", PogingStatus.CANCELLED, 0),
        ("fail", PogingStatus.FAILED, 0),
        ("pending", PogingStatus.PENDING, 0),
        ("expire", PogingStatus.STARTED, 0),
    ],
)
def test_what_the_citizen_did_is_reported(
    psp: PspPort, do: Callable[..., dict[str, object]], outcome: str, status: PogingStatus, approved: int
) -> None:
    command = start_command()
    started = psp.start(command)
    do(f"orders/{command.reference}/pay", outcome=outcome)
    (poging,) = rapport(psp, started).pogingen
    assert (poging.status, poging.approved_cents, poging.amount_cents) == (status, approved, 12_345)


def test_a_failed_attempt_stays_beside_the_one_that_succeeded(
    psp: PspPort, do: Callable[..., dict[str, object]]
) -> None:
    command = start_command()
    started = psp.start(command)
    for outcome in ("fail", "approve"):
        do(f"orders/{command.reference}/pay", outcome=outcome)
    found = rapport(psp, started).pogingen
    assert [one.status for one in found] == [PogingStatus.FAILED, PogingStatus.APPROVED]


def test_two_payments_for_one_order_are_both_reported(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    command = start_command()
    do("scenario", reference=command.reference, attempts=2)
    started = psp.start(command)
    do(f"orders/{command.reference}/pay")
    assert [one.approved_cents for one in rapport(psp, started).pogingen] == [12_345, 12_345]


def test_another_amount_is_reported_as_it_is(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    command = start_command()
    do("scenario", reference=command.reference, paid_amount=100)
    started = psp.start(command)
    do(f"orders/{command.reference}/pay")
    found = rapport(psp, started)
    assert (found.registered_cents, found.pogingen[0].approved_cents) == (12_345, 100)


def test_a_cancelled_order_is_not_paid_even_when_its_total_becomes_zero(
    psp: PspPort, do: Callable[..., dict[str, object]]
) -> None:
    command = start_command()
    do("scenario", reference=command.reference, zero_after_cancel=True)
    started = psp.start(command)
    psp.cancel(started.psp_key)
    found = rapport(psp, started)
    assert (found.registered_cents, sum(one.approved_cents for one in found.pogingen)) == (0, 0)


def test_cancelling_twice_or_too_late_changes_nothing(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    command = start_command()
    started = psp.start(command)
    do(f"orders/{command.reference}/pay")
    before = rapport(psp, started)
    psp.cancel(started.psp_key)
    psp.cancel(started.psp_key)
    assert rapport(psp, started) == before


def test_a_word_that_the_psp_invented_is_unknown(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    command = start_command()
    do("scenario", reference=command.reference, status_word="TELEPORTED")
    started = psp.start(command)
    do(f"orders/{command.reference}/pay")
    (poging,) = rapport(psp, started).pogingen
    assert (poging.status, poging.native_status, poging.approved_cents) == (PogingStatus.UNKNOWN, "TELEPORTED", 0)


def paid(psp: PspPort, do: Callable[..., dict[str, object]], **scenario: object) -> tuple[StartedPspBetaling, str, str]:
    """A paid order: what it started as, its reference, and the number of its attempt."""
    command = start_command()
    do("scenario", reference=command.reference, **scenario)
    started = psp.start(command)
    do(f"orders/{command.reference}/pay")
    return started, command.reference, rapport(psp, started).pogingen[0].psp_id


def test_a_refund_comes_back_under_our_reference(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    started, _, poging = paid(psp, do)
    psp.refund(RefundCommand(started.psp_key, poging, "T-1", 345, "EUR", "Terugbetaling"))
    (found,) = rapport(psp, started).terugbetalingen
    read = (found.our_reference, found.amount_cents, found.status, found.poging_id)
    assert read == ("T-1", 345, BewegingStatus.DONE, poging)


def test_an_accepted_refund_may_still_be_under_way_and_fail(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    started, reference, poging = paid(psp, do, refund_status="STARTED")
    psp.refund(RefundCommand(started.psp_key, poging, "T-1", 345, "EUR", "Terugbetaling"))
    assert rapport(psp, started).terugbetalingen[0].status is BewegingStatus.PENDING
    do(f"orders/{reference}/settle", status="FAILED")
    assert rapport(psp, started).terugbetalingen[0].status is BewegingStatus.FAILED


def test_more_than_was_received_is_not_given_back(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    started, _, poging = paid(psp, do)
    command = RefundCommand(started.psp_key, poging, "T-1", 12_346, "EUR", "Terugbetaling")
    assert failure(lambda: psp.refund(command))[0] is Outcome.REFUSED


def test_refunds_and_chargebacks_made_elsewhere_are_reported(
    psp: PspPort, do: Callable[..., dict[str, object]]
) -> None:
    started, reference, poging = paid(psp, do)
    do(f"orders/{reference}/refund", amount_cents=100)
    do(f"orders/{reference}/chargeback", amount_cents=200, name="C-1")
    found = rapport(psp, started)
    (terugbetaling,), (terugboeking,) = found.terugbetalingen, found.terugboekingen
    assert (terugbetaling.our_reference, terugbetaling.amount_cents) == (None, 100)
    assert (terugboeking.amount_cents, terugboeking.status, terugboeking.poging_id) == (
        200,
        BewegingStatus.DONE,
        poging,
    )
    assert found.pogingen[0].approved_cents == 12_345


def test_nothing_is_left_to_capture_after_a_payment(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    started, _, poging = paid(psp, do)
    assert failure(lambda: psp.capture(CaptureCommand(started.psp_key, poging, "C-1", 1, "EUR")))[0] is Outcome.REFUSED


def test_an_order_that_does_not_exist_is_refused_and_never_called_failed(psp: PspPort) -> None:
    assert failure(lambda: psp.status("A" * 32, now=NU)) == (Outcome.REFUSED, "ORDER_UNKNOWN")


@pytest.mark.parametrize("operation", ["create", "status", "cancel", "refund"])
@pytest.mark.parametrize("misstep", ["drop_after", "html_502", "html_200", "empty_200", "fault_after", "garbage_200"])
def test_a_lost_answer_leaves_the_outcome_unknown(
    psp: PspPort, do: Callable[..., dict[str, object]], operation: str, misstep: str
) -> None:
    started, _, poging = paid(psp, do)
    refund = RefundCommand(started.psp_key, poging, "T-1", 345, "EUR", "Terugbetaling")
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: psp.start(start_command()),
        "status": lambda: psp.status(started.psp_key, now=NU),
        "cancel": lambda: psp.cancel(started.psp_key),
        "refund": lambda: psp.refund(refund),
    }
    do("faults", operation=operation, faults=[misstep])
    assert failure(calls[operation])[0] is Outcome.UNKNOWN


def test_a_create_whose_answer_was_lost_landed_all_the_same(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    command = start_command(new_reference())
    do("faults", operation="create", faults=["drop_after"], reference=command.reference)
    assert failure(lambda: psp.start(command))[0] is Outcome.UNKNOWN
    assert failure(lambda: psp.start(command)) == (Outcome.REFUSED, "REFERENCE_NOT_UNIQUE")


def test_a_refund_whose_answer_was_lost_is_found_by_its_reference(
    psp: PspPort, do: Callable[..., dict[str, object]]
) -> None:
    started, reference, poging = paid(psp, do)
    do("faults", operation="refund", faults=["drop_after"], reference=reference)
    failure(lambda: psp.refund(RefundCommand(started.psp_key, poging, "T-9", 345, "EUR", "Terugbetaling")))
    assert [one.our_reference for one in rapport(psp, started).terugbetalingen] == ["T-9"]


def test_a_slow_psp_is_left_at_the_deadline_of_this_one_call(
    psp: PspPort, do: Callable[..., dict[str, object]]
) -> None:
    started = psp.start(start_command())
    do("faults", operation="status", faults=["delay:2"])
    expected = (Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")
    assert failure(lambda: psp.status(started.psp_key, now=NU, timeout=0.3)) == expected
    assert rapport(psp, started).pogingen == ()


def test_wrong_credentials_are_our_own_mistake(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    do("faults", operation="create", faults=["refuse:SECURITY_ERROR"])
    assert failure(lambda: psp.start(start_command())) == (Outcome.REFUSED, "MISCONFIGURED")


def test_health_means_address_and_credentials(psp: PspPort, do: Callable[..., dict[str, object]]) -> None:
    psp.health()
    do("faults", operation="status", faults=["refuse:SECURITY_ERROR", "http_503"])
    assert failure(psp.health) == (Outcome.REFUSED, "MISCONFIGURED")
    assert failure(psp.health)[0] is Outcome.UNKNOWN


def test_a_wrong_password_is_seen_by_the_simulator_itself(simulators: RunningSimulators) -> None:
    assert failure(connect_docdata(simulators, password="fout").health) == (Outcome.REFUSED, "MISCONFIGURED")
