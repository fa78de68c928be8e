"""What every PSP connector must say of a call that failed, and must never say at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import CaptureCommand, PspCode, RefundCommand
from tests.koppelingen import lastig
from tests.koppelingen.psp_bench import BENCHES, SECRET, WEBHOOK_SECRET, Bench, open_benches
from tests.koppelingen.test_psp_conformance import failure
from tests.koppelingen.voorbeelden import NU, start_command

HTML = b"<html><body>J. Voorbeeld, BSN 123456782, NL13TEST0123456789</body></html>"
PRIVATE = (SECRET, WEBHOOK_SECRET, "Voorbeeld", "NL13TEST", "123456782", "411111", "1111", "@")
KEY = "A" * 32  # fits every PSP, and is nobody's
OPERATIONS = ("start", "status", "cancel", "refund", "capture", "health")


@pytest.fixture(scope="module")
def benches() -> Iterator[Callable[[str], Bench]]:
    with open_benches() as benches:
        yield benches


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    return benches(request.param)


def calls(bench: Bench, key: str = KEY, poging: str = "1234567890") -> dict[str, Callable[[], object]]:
    """Every call of a connector, by its name in the port."""
    psp = bench.psp
    return {
        "start": lambda: psp.start(start_command()),
        "status": lambda: psp.status(key, now=NU),
        "cancel": lambda: psp.cancel(key),
        "refund": lambda: psp.refund(RefundCommand(key, poging, f"T-{poging}", 345, "EUR", "Terugbetaling")),
        "capture": lambda: psp.capture(CaptureCommand(key, poging, f"C-{poging}", 345, "EUR")),
        "health": psp.health,
    }


def elsewhere(bench: Bench, url: str) -> Bench:
    """The same connector, pointed at another address."""
    return replace(bench, psp=bench.connect(url, SECRET), url=url)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_connection_nothing_was_done(bench: Bench, operation: str) -> None:
    with lastig.nobody() as url:
        assert failure(calls(elsewhere(bench, url))[operation]) == (Outcome.NOT_DONE, "CONNECT_FAILED")


def test_a_psp_that_never_accepts_was_never_reached(bench: Bench) -> None:
    with lastig.never_accepts() as url:
        psp = elsewhere(bench, url).psp
        assert failure(lambda: psp.status(KEY, now=NU, timeout=0.3))[0] is Outcome.NOT_DONE


NONSENSE: dict[str, lastig.Behaviour] = {
    "hangs up": lastig.hang_up,
    "hangs up at once": lastig.hang_up_at_once,
    "cut off": lastig.cut_off,
    "HTML": lastig.answer(HTML, media_type="text/html"),
    "HTML 502": lastig.answer(HTML, status="502 Bad Gateway", media_type="text/html"),
    "HTML 404": lastig.answer(HTML, status="404 Not Found", media_type="text/html"),
    "HTML 402": lastig.answer(HTML, status="402 Payment Required", media_type="text/html"),
    "empty": lastig.answer(b""),
    "half an object": lastig.answer(b"{", media_type="application/json"),
    "a list": lastig.answer(b"[1]", media_type="application/json"),
    "no text": lastig.answer(b"\xff\xfe\x00", media_type="application/json"),
    "empty 503": lastig.answer(b"", status="503 Service Unavailable"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("behaviour", NONSENSE.values(), ids=NONSENSE.keys())
def test_whatever_else_comes_back_leaves_the_outcome_unknown(
    bench: Bench, operation: str, behaviour: lastig.Behaviour
) -> None:
    with lastig.neighbour(behaviour) as url:
        assert failure(calls(elsewhere(bench, url))[operation])[0] is Outcome.UNKNOWN


@pytest.mark.parametrize("behaviour", [lastig.hang, lastig.drip, lastig.drip_headers])
def test_a_slow_psp_is_left_at_the_deadline(bench: Bench, behaviour: lastig.Behaviour) -> None:
    with lastig.neighbour(behaviour) as url:
        psp = elsewhere(bench, url).psp
        expected = (Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")
        assert failure(lambda: psp.status(KEY, now=NU, timeout=0.3)) == expected


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_is_not_let_in_is_misconfigured(bench: Bench, operation: str, status: str) -> None:
    with lastig.neighbour(lastig.answer(HTML, status=status, media_type="text/html")) as url:
        assert failure(calls(elsewhere(bench, url))[operation]) == (Outcome.REFUSED, PspCode.MISCONFIGURED)


def test_who_calls_too_often_was_not_heard(bench: Bench) -> None:
    with lastig.neighbour(lastig.answer(b"", status="429 Too Many Requests")) as url:
        assert failure(calls(elsewhere(bench, url))["start"]) == (Outcome.NOT_DONE, "TOO_BUSY")


@pytest.mark.parametrize("operation", ["create", "status", "refund"])
@pytest.mark.parametrize(
    "misstep", ["drop_after", "html_502", "html_200", "empty_200", "fault", "garbage_200", "http_503"]
)
def test_a_lost_answer_leaves_the_outcome_unknown(bench: Bench, operation: str, misstep: str) -> None:
    started, _, poging = bench.paid()
    call = {"create": "start"}.get(operation, operation)
    bench.does("faults", operation=operation, faults=[misstep])
    assert failure(calls(bench, started.psp_key, poging)[call])[0] is Outcome.UNKNOWN


def test_a_slow_answer_is_not_waited_for_and_the_next_call_works(bench: Bench) -> None:
    started, _ = bench.starts()
    bench.does("faults", operation="status", faults=["delay:2"])
    expected = (Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")
    assert failure(lambda: bench.psp.status(started.psp_key, now=NU, timeout=0.3)) == expected
    assert bench.reports(started).pogingen == ()


def test_health_means_address_and_credentials(bench: Bench) -> None:
    bench.psp.health()
    bench.does("faults", operation="status", faults=["refuse:SECURITY_ERROR", "http_503"])
    assert failure(bench.psp.health) == (Outcome.REFUSED, PspCode.MISCONFIGURED)
    assert failure(bench.psp.health)[0] is Outcome.UNKNOWN


def test_a_wrong_secret_is_seen_by_the_simulator_itself(bench: Bench) -> None:
    assert failure(bench.connect(bench.url, "fout").health) == (Outcome.REFUSED, PspCode.MISCONFIGURED)


def test_nothing_secret_or_personal_is_logged_or_told(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    started, _, poging = bench.paid()
    told = [repr(bench.psp), repr(vars(type(bench.psp))), str(bench.reports(started))]
    with lastig.neighbour(lastig.answer(HTML, media_type="application/json")) as url:
        told += [_trace(call) for call in calls(elsewhere(bench, url)).values()]
    bench.does("faults", operation="refund", faults=["refuse:DECLINED"])
    told.append(_trace(calls(bench, started.psp_key, poging)["refund"]))
    heard = capsys.readouterr()
    everything = "\n".join([*told, caplog.text, heard.out, heard.err])
    assert not [word for word in PRIVATE if word in everything]


def _trace(call: Callable[[], object]) -> str:
    """What is told of a call that fails. Nothing below it may be shown with it: a library's error holds the body of an answer."""
    with pytest.raises(NeighbourError) as caught:
        call()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return f"{caught.value!r} {caught.value}"
