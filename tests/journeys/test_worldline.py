"""The same roads through a second PSP: Worldline; and what stays with the old one after a switch."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

import pytest
import requests
from sqlalchemy import select
from structlog.testing import capture_logs

from betaalhub.storage.tables import BetaalmethodeRow, BetalingRow, GebeurtenisRow, GezienRow, OutboxRow, PspAccountRow
from tests.builders import WORLDLINE
from tests.journeys.stad import NewStad, Opdracht, Stad
from tests.journeys.test_terugbetaling import approves, asks, balance, refunds, statuses


@dataclass(frozen=True, slots=True)
class Worldline:
    """The simulated Worldline of a town."""

    stad: Stad
    base: str

    def does(self, path: str, **values: object) -> None:
        self.stad.control(self.base, path, **values)

    def orders(self) -> list[dict]:
        return list(requests.get(f"{self.base}/control/orders", timeout=10).json()["orders"])

    def refunds(self) -> list[tuple[str, int]]:
        """Every refund at Worldline."""
        operations = (one for order in self.orders() for one in order["operations"])
        return [(one["status"], one["amount"]) for one in operations if one["status"].startswith("REFUND")]

    def notify(self, opdracht: Opdracht, times: int = 1) -> None:
        self.does(f"orders/{self.stad.reference(opdracht)}/notify", times=times)


def use(stad: Stad, code: str) -> None:
    """The administrator lets new betalingen go through this PSP account, and through no other."""
    with stad.hub.sessions.begin() as session:
        for row in session.scalars(select(PspAccountRow)):
            row.actief = row.code == code


@pytest.fixture
def stad(new_stad: NewStad, near) -> Stad:
    settings = {f"psp2_{name}": value for name, value in WORLDLINE.items()}
    stad = new_stad(**settings, psp2_url=near.simulators.worldline_base)
    with stad.hub.sessions.begin() as session:
        old = session.scalars(select(PspAccountRow)).one()
        new = PspAccountRow(
            administratie_id=old.administratie_id,
            code="wl",
            koppeling="worldline",
            tussenrekening="1311",
            productie=False,
            actief=False,
        )
        session.add(new)
        session.flush()
        for one in session.scalars(select(BetaalmethodeRow).where(BetaalmethodeRow.psp_account_id == old.id)).all():
            names = ("code", "naam_nl", "naam_en", "uitleg_nl", "uitleg_en", "logo", "volgorde", "actief")
            session.add(BetaalmethodeRow(psp_account_id=new.id, **{name: getattr(one, name) for name in names}))
    return stad


@pytest.fixture
def worldline(stad: Stad) -> Worldline:
    """New betalingen go through Worldline, which notifies nobody until a test says so."""
    use(stad, "wl")
    worldline = Worldline(stad, str(stad.near.simulators.worldline_base))
    worldline.does("reset")
    worldline.does("scenario", default=True, notification="withhold")
    return worldline


def test_a_permit_is_paid_through_worldline_told_by_webhook_and_booked(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT", "OMGEVING")
    burger = stad.burger(opdracht).presses_pay()
    assert burger.is_at_psp
    burger.at_psp("approve_no_return")
    assert stad.status(opdracht) == "IN_BETALING"
    worldline.notify(opdracht)
    stad.work()
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.Leverbaar, stand.OntvangenInCenten) == ("BETAALD", True, 27_200)
    assert stand.Betaalmethode == "IDEAL"
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    (post,) = stad.booked(opdracht)
    assert [regel["grootboekrekening"] for regel in post["regels"]] == ["1311", "8301", "8301"]


def test_the_citizen_who_returns_reads_that_she_paid(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("PARKEREN")
    burger = stad.burger(opdracht).pays("approve", "CREDITCARD")
    stad.work()
    assert burger.reads == "U hebt betaald"
    assert stad.orders() == [] and [one["status"] for one in worldline.orders()[0]["operations"]] == ["CAPTURED"]


@pytest.mark.parametrize(("uitkomst", "betaling"), [("cancel", "GEANNULEERD"), ("fail", "MISLUKT")])
def test_who_stops_or_fails_gets_a_checkout_of_her_own_the_next_time(
    stad: Stad, worldline: Worldline, uitkomst: str, betaling: str
) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).pays(uitkomst)
    stad.work()
    assert (stad.status(opdracht), stad.betalingen()) == ("OPEN", [betaling])
    burger.opens()
    burger.pays()
    stad.work()
    assert (stad.status(opdracht), stad.betalingen()) == ("BETAALD", [betaling, "BETAALD"])
    assert len({one["id"] for one in worldline.orders()}) == 2


def test_e11_a_lost_answer_to_a_create_is_found_again_by_its_key(stad: Stad, worldline: Worldline) -> None:
    worldline.does("faults", operation="create", faults=["drop_after"])
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay()
    assert stad.betalingen() == ["ONBEKEND"]
    stad.passes(minutes=5)
    assert stad.betalingen() == ["GESTART"]
    assert len(worldline.orders()) == 1
    worldline.does(f"orders/{stad.reference(opdracht)}/pay")
    worldline.notify(opdracht)
    stad.work()
    assert stad.status(opdracht) == "BETAALD"


def test_an_attempt_that_nobody_finished_ends_when_its_time_is_over(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay()
    stad.passes(hours=2)
    assert (stad.status(opdracht), stad.betalingen()) == ("OPEN", ["VERLOPEN"])


def asked(stad: Stad) -> int:
    """How often the PSP was asked."""
    return sum(row.gevraagd for row in stad.rows(BetalingRow))


def test_e2_the_same_webhook_twice_makes_the_hub_ask_once(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("approve_no_return")
    worldline.notify(opdracht, times=3)
    stad.work()
    assert (stad.status(opdracht), asked(stad)) == ("BETAALD", 1)
    assert len(stad.rows_of(GezienRow)) == 1


def test_another_webhook_is_never_swallowed_by_an_earlier_one(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("approve_no_return")
    for _ in range(2):
        worldline.notify(opdracht)
        stad.work()
    assert asked(stad) == 2


def test_a_webhook_that_knows_only_the_number_of_the_payment_is_enough(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("approve_no_return")
    key = worldline.orders()[0]["id"]
    body = f'{{"id": "event-0001", "type": "refund.refunded", "refund": {{"id": "{key}_1"}}}}'.encode()
    signed = hmac.new(WORLDLINE["webhook_secret"].encode(), body, hashlib.sha256).digest()
    headers = {"X-GCS-KeyId": WORLDLINE["webhook_key_id"], "X-GCS-Signature": base64.b64encode(signed).decode()}
    assert requests.post(f"{stad.near.address}/psp/wl/melding", data=body, headers=headers, timeout=10).ok
    stad.work()
    assert (stad.status(opdracht), asked(stad)) == ("BETAALD", 1)


def test_a_webhook_with_a_wrong_signature_changes_nothing(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("approve_no_return")
    waiting = [(row.id, row.due_at) for row in stad.rows(OutboxRow)]
    happened = len(stad.rows(GebeurtenisRow))
    address = f"{stad.near.address}/psp/wl/melding"
    headers = {"X-GCS-KeyId": WORLDLINE["webhook_key_id"], "X-GCS-Signature": "AAAA"}
    body = f'{{"id": "12345678", "type": "payment.captured", "payment": {{"id": "{worldline.orders()[0]["id"]}_0"}}}}'
    with capture_logs() as logs:
        answer = requests.post(address, data=body, headers=headers, timeout=10)
    assert answer.status_code == 401 and not answer.text
    assert [(row.id, row.due_at) for row in stad.rows(OutboxRow)] == waiting
    assert (stad.rows_of(GezienRow), len(stad.rows(GebeurtenisRow))) == ([], happened)
    assert "psp_hint_refused" in [line["event"] for line in logs]


def test_a_challenge_is_echoed_at_the_address_of_the_account(stad: Stad, worldline: Worldline) -> None:
    header = {"X-GCS-Webhooks-Endpoint-Verification": "d6a0-77"}
    answer = requests.get(f"{stad.near.address}/psp/wl/melding", headers=header, timeout=10)
    assert (answer.status_code, answer.text) == (200, "d6a0-77")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_method_that_worldline_does_not_know_ends_the_attempt_and_nothing_falls_over(
    stad: Stad, worldline: Worldline
) -> None:
    with stad.hub.sessions.begin() as session:
        for row in session.scalars(select(BetaalmethodeRow)):
            row.code = {"IDEAL": "RUILHANDEL"}.get(row.code, row.code)
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).presses_pay("RUILHANDEL")
    assert not burger.is_at_psp and "niet" in burger.browser.page
    assert [(row.status, row.reden) for row in stad.rows(BetalingRow)] == [("MISLUKT", "METHOD_UNKNOWN")]
    assert worldline.orders() == []
    burger.opens()
    burger.pays("approve", "CREDITCARD")
    stad.work()
    assert stad.status(opdracht) == "BETAALD"


def test_a_return_is_read_for_the_log_and_never_believed(stad: Stad, worldline: Worldline) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).presses_pay()
    with capture_logs() as logs:
        burger.returns()
        stad.work()
        assert stad.betalingen() == ["GESTART"]
        stad.passes(seconds=10)
        burger.browser.open(worldline_page(worldline))
        burger.at_psp("fail")
    assert [line["hint"] for line in logs if line["event"] == "psp_return"] == ["UNKNOWN", "PENDING"]


def worldline_page(worldline: Worldline) -> str:
    """The address of the only payment page."""
    return f"{worldline.base}/ps/hostedcheckout/{worldline.orders()[0]['token']}"


def test_a_betaling_keeps_its_account_after_a_switch_and_its_refund_goes_to_the_old_psp(
    stad: Stad, worldline: Worldline
) -> None:
    use(stad, "psp")
    before = stad.offers("EVENEMENT")
    old = stad.burger(before).presses_pay()
    use(stad, "wl")
    after = stad.offers("OMGEVING")
    stad.burger(after).pays()
    old.at_psp()
    stad.passes(minutes=1)
    assert (stad.status(before), stad.status(after)) == ("BETAALD", "BETAALD")
    assert (len(stad.orders()), len(worldline.orders())) == (1, 1)
    approves(stad, asks(stad, before))
    stad.passes(minutes=10)
    assert statuses(stad) == ["VOLTOOID"] and stad.status(before) == "TERUGBETAALD"
    assert ([one[2] for one in refunds(stad)], worldline.refunds()) == ([18_750], [])
    assert balance(stad) == {"1311": 8_450, "8301": -8_450}  # only what was paid through the new one is left


# --- money that goes back through Worldline


def paid(stad: Stad) -> Opdracht:
    """An event permit that was paid through Worldline."""
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    return opdracht


@pytest.mark.parametrize("under_way", [False, True])
def test_a_refund_goes_back_over_worldline(stad: Stad, worldline: Worldline, under_way: bool) -> None:
    opdracht = paid(stad)
    if under_way:
        worldline.does("scenario", reference=stad.reference(opdracht), refund_status="REFUND_REQUESTED")
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=2)
    if under_way:
        assert statuses(stad) == ["INGEDIEND"]
        worldline.does(f"orders/{stad.reference(opdracht)}/settle", status="REFUNDED")
        worldline.notify(opdracht)
    stad.passes(minutes=10)
    assert (statuses(stad), worldline.refunds()) == (["VOLTOOID"], [("REFUNDED", 18_750)])
    assert (stad.status(opdracht), balance(stad)) == ("TERUGBETAALD", {})


def test_a_refund_in_parts_and_one_that_is_refused_leave_the_rest_paid(stad: Stad, worldline: Worldline) -> None:
    opdracht = paid(stad)
    approves(stad, asks(stad, opdracht, "1=3,45"))
    stad.passes(minutes=10)
    worldline.does("faults", operation="refund", faults=["refuse:DECLINED"])
    approves(stad, asks(stad, opdracht, "1=10,00"))
    stad.passes(hours=2)
    assert (statuses(stad), worldline.refunds()) == (["VOLTOOID", "MISLUKT"], [("REFUNDED", 345)])
    assert [row.soort for row in stad.uitval()] == ["TERUGBETALING_MISLUKT"]
    assert (stad.status(opdracht), stad.betalingen()) == ("DEELS_TERUGBETAALD", ["BETAALD"])


@pytest.mark.parametrize("fault", ["drop_after", "html_502_after", "drop", "html_502", "refuse:IN_PROGRESS"])
def test_e11_a_refund_whose_answer_was_lost_is_done_once(stad: Stad, worldline: Worldline, fault: str) -> None:
    opdracht = paid(stad)
    worldline.does("faults", operation="refund", faults=[fault])
    approves(stad, asks(stad, opdracht))
    stad.passes(hours=8)
    assert (statuses(stad), worldline.refunds()) == (["VOLTOOID"], [("REFUNDED", 18_750)])
    assert balance(stad) == {}


def test_e13_a_chargeback_is_told_and_its_reversal_too(stad: Stad, worldline: Worldline) -> None:
    opdracht = paid(stad)
    worldline.does(f"orders/{stad.reference(opdracht)}/chargeback", amount_cents=18_750)
    worldline.notify(opdracht)
    stad.passes(minutes=5)
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.TeruggeboektInCenten, stand.Leverbaar) == ("BETAALD", 18_750, False)
    worldline.does(f"orders/{stad.reference(opdracht)}/event", event="chargeback_won")
    worldline.notify(opdracht)
    stad.passes(minutes=5)
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.TeruggeboektInCenten, stand.Leverbaar) == ("BETAALD", 0, True)
    assert stad.uitval("TERUGBOEKING") == []


def test_e12_a_refund_made_at_worldline_itself_is_found_and_waits_for_a_person(
    stad: Stad, worldline: Worldline
) -> None:
    opdracht = paid(stad)
    worldline.does(f"orders/{stad.reference(opdracht)}/refund", amount_cents=500)
    worldline.notify(opdracht)
    stad.passes(minutes=5)
    assert (statuses(stad), [row.soort for row in stad.uitval()]) == (["EXTERN"], ["EXTERNE_TERUGBETALING"])
