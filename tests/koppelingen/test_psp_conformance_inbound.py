"""What every PSP connector makes of what comes in: notifications and citizens who return. A hint at most, whoever sends it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betaalhub.ports import InboundHttp, NotificationProblem, ReturnHint
from gemeentelijke_koppelingen.psp_worldline.webhook import CHALLENGE, Webhooks
from tests.koppelingen.pagina import click_through
from tests.koppelingen.psp_bench import BENCHES, WEBHOOK_KEY_ID, WEBHOOK_SECRET, Bench, open_benches, tampered
from tests.koppelingen.voorbeelden import start_command

SAME_BENCH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.fixture(scope="module")
def benches() -> Iterator[Callable[[str], Bench]]:
    with open_benches() as benches:
        yield benches


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    return benches(request.param)


@pytest.fixture
def signed(bench: Bench) -> Bench:
    """A PSP that signs its notifications."""
    if not bench.psp.capabilities.signed_notification:
        pytest.skip("this PSP signs nothing: anybody may hint, and that only makes the hub ask")
    return bench


def test_a_notification_points_at_our_betaling(bench: Bench) -> None:
    started, reference, _ = bench.paid()
    found = bench.psp.parse_notification(bench.notification(reference))
    assert reference in found.references or started.psp_key in found.psp_keys
    assert (found.reply_status, found.problem) == (200, None)


def test_e2_the_same_notification_twice_has_one_identity_where_the_psp_gives_one(bench: Bench) -> None:
    _, reference, _ = bench.paid()
    bench.notification(reference, times=2)
    first, second = (bench.psp.parse_notification(one) for one in bench.postbox.received[-2:])
    assert first == second
    assert (first.event_id is not None) == bench.psp.capabilities.signed_notification
    other = bench.psp.parse_notification(bench.notification(reference))
    assert other.event_id != first.event_id or other.event_id is None


def test_what_happened_to_a_refund_points_at_the_betaling_too(bench: Bench) -> None:
    started, reference, _ = bench.paid()
    bench.does(f"orders/{reference}/refund", amount_cents=100)
    found = bench.psp.parse_notification(bench.notification(reference))
    assert reference in found.references or started.psp_key in found.psp_keys


@SAME_BENCH
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    query=st.dictionaries(st.sampled_from(["reference", "poging", "x"]), st.text(max_size=50)),
    headers=st.dictionaries(st.sampled_from(["X-GCS-Signature", "X-GCS-KeyId", CHALLENGE, "X"]), st.text(max_size=50)),
    body=st.binary(max_size=200) | st.sampled_from([b"{}", b"[]", b'{"type": 1}', b"null", b"[" * 5000]),
)
def test_whatever_comes_in_is_answered_and_never_falls_over(
    bench: Bench, method: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    request = InboundHttp(method, "/psp/psp/melding", query, headers, body)
    found = bench.psp.parse_notification(request)
    assert found.reply_status in (200, 400, 401)
    assert all(len(one) <= 40 and one.isascii() for one in found.references)
    assert isinstance(bench.psp.parse_return(request), ReturnHint)


# --- signed notifications


def test_a_notification_that_is_not_signed_is_refused(signed: Bench) -> None:
    _, reference, _ = signed.paid()
    real = signed.notification(reference)
    bare = replace(real, headers={name: value for name, value in real.headers.items() if "gcs" not in name.lower()})
    for request in (bare, tampered(real, **{"X-Gcs-Signature": "AAAA"}), tampered(real, **{"X-Gcs-Keyid": "other"})):
        found = signed.psp.parse_notification(request)
        assert (found.reply_status, found.references, found.psp_keys) == (401, (), ())
        assert found.problem is NotificationProblem.SIGNATURE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "payment", "refund", "paymentOutput", "refundOutput", "references", "merchantReference"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@SAME_BENCH
@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50) | st.just(b"[" * 100_000))
def test_whatever_is_signed_is_answered_and_points_at_references_at_most(signed: Bench, body: bytes) -> None:
    signature = base64.b64encode(hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-GCS-KeyId": WEBHOOK_KEY_ID, "X-GCS-Signature": signature}
    found = signed.psp.parse_notification(InboundHttp("POST", "/psp/psp/melding", {}, headers, body))
    assert found.reply_status in (200, 400)
    assert all(isinstance(one, str) and 0 < len(one) <= 60 for one in (*found.references, *found.psp_keys))


def test_an_event_of_another_merchant_points_at_nothing(signed: Bench) -> None:
    body = b'{"id": "abcdefgh", "type": "payment.captured", "merchantId": "IemandAnders", "payment": {"id": "325_0"}}'
    signature = base64.b64encode(hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-GCS-KeyId": WEBHOOK_KEY_ID, "X-GCS-Signature": signature}
    found = signed.psp.parse_notification(InboundHttp("POST", "/psp/psp/melding", {}, headers, body))
    assert (found.psp_keys, found.problem) == ((), NotificationProblem.OTHER_MERCHANT)


def test_the_key_of_another_account_in_the_same_hub_signs_nothing_here() -> None:
    body = b'{"id": "abcdefgh", "type": "payment.captured", "payment": {"id": "325_0"}}'
    ours, theirs = Webhooks("stad", "onze", "geheim"), Webhooks("dorp", "hunne", "ander geheim")
    signature = base64.b64encode(hmac.new(b"ander geheim", body, hashlib.sha256).digest()).decode()
    request = InboundHttp("POST", "/", {}, {"X-GCS-KeyId": "hunne", "X-GCS-Signature": signature}, body)
    assert theirs.read(request).psp_keys == ("325",)
    assert ours.read(request).problem is NotificationProblem.SIGNATURE


def test_one_changed_byte_breaks_the_signature(signed: Bench) -> None:
    _, reference, _ = signed.paid()
    real = signed.notification(reference)
    found = signed.psp.parse_notification(replace(real, body=real.body.replace(b"12345", b"12346", 1)))
    assert found.problem is NotificationProblem.SIGNATURE


def test_the_names_of_headers_come_in_any_case(signed: Bench) -> None:
    _, reference, _ = signed.paid()
    real = signed.notification(reference)
    shouted = replace(real, headers={name.upper(): value for name, value in real.headers.items()})
    assert signed.psp.parse_notification(shouted).problem is None


def test_a_challenge_comes_back_and_a_strange_one_does_not(signed: Bench) -> None:
    def answer(text: str) -> str:
        request = InboundHttp("GET", "/psp/psp/melding", {}, {CHALLENGE.lower(): text}, b"")
        return signed.psp.parse_notification(request).reply_body

    assert answer("a1b2-C3==") == "a1b2-C3=="
    assert [answer(text) for text in ("", "<script>é", "a b", "a" * 201)] == [""] * 4


# --- the citizen returns


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_e15_a_return_without_parameters_tells_nothing(bench: Bench, method: str) -> None:
    request = InboundHttp(method, "/nl/winkelmandje/abc/terug/1", {}, {}, b"")
    assert bench.psp.parse_return(request) is ReturnHint.UNKNOWN


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_return_from_the_payment_page_is_known_as_one(bench: Bench, method: str) -> None:
    handover = bench.psp.start(start_command()).handover
    path, query = click_through(requests.get(handover.url, timeout=10), "Betalen")
    found = bench.psp.parse_return(InboundHttp(method, path, query, {}, b""))
    assert found in (ReturnHint.SUCCESS, ReturnHint.PENDING)
