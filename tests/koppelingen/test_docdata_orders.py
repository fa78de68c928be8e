"""What only Docdata has: an order of several attempts, and a total that becomes zero."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from betaalhub.domain.evidence import PogingStatus
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen.conftest import control
from tests.koppelingen.voorbeelden import NU, start_command


@pytest.fixture
def do(simulators: RunningSimulators) -> Callable[..., dict[str, object]]:
    return lambda path, **values: control(simulators.psp_base, path, **values)


def test_a_fresh_order_is_registered(docdata: DocdataPsp) -> None:
    started = docdata.start(start_command(cents=5_995))
    found = docdata.status(started.psp_key, now=NU)
    assert (found.registered_cents, found.currency, found.closed) == (5_995, "EUR", None)


def test_the_menu_of_an_order_is_the_same_address_every_time(docdata: DocdataPsp) -> None:
    command = start_command()
    started = docdata.start(command)
    assert docdata.menu(started.psp_key, command) == started.handover


def test_e5_a_failed_attempt_stays_beside_the_one_that_succeeded(
    docdata: DocdataPsp, do: Callable[..., dict[str, object]]
) -> None:
    command = start_command()
    started = docdata.start(command)
    for outcome in ("fail", "approve"):
        do(f"orders/{command.reference}/pay", outcome=outcome)
    found = docdata.status(started.psp_key, now=NU).pogingen
    assert [one.status for one in found] == [PogingStatus.FAILED, PogingStatus.APPROVED]


def test_e8_two_payments_for_one_order_are_both_reported(
    docdata: DocdataPsp, do: Callable[..., dict[str, object]]
) -> None:
    command = start_command()
    do("scenario", reference=command.reference, attempts=2)
    started = docdata.start(command)
    do(f"orders/{command.reference}/pay")
    assert [one.approved_cents for one in docdata.status(started.psp_key, now=NU).pogingen] == [12_345, 12_345]


def test_a_cancelled_order_is_not_paid_even_when_its_total_becomes_zero(
    docdata: DocdataPsp, do: Callable[..., dict[str, object]]
) -> None:
    command = start_command()
    do("scenario", reference=command.reference, zero_after_cancel=True)
    started = docdata.start(command)
    docdata.cancel(started.psp_key)
    found = docdata.status(started.psp_key, now=NU)
    assert (found.registered_cents, sum(one.approved_cents for one in found.pogingen)) == (0, 0)
