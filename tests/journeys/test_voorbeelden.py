"""The examples of the contract are true: each is sent to a hub, in an order that makes a story, and answered as its answer says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.builders import BUUR, ESB, GEHEIM
from tests.journeys.burger import Burger
from tests.journeys.stad import Neighbourhood, Stad
from tests.voorbeelden import ANTWOORD, VRAAG, Dictionary, all_names, message, read, shape

BEGIN = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
GOES, PAYS = "(the citizen goes to the PSP)", "(the citizen pays)"
STORY = (
    "Controleer", "Controleer-soap12", "Controleer-ws-addressing", "VraagProducten",
    "StartBetaling", "VraagBetaalstatus",
    "fout-ONGELDIG_BERICHT", "fout-TOTAAL_ONJUIST", "fout-REFERENTIENUMMER_NIET_UNIEK", "fout-KENMERK_BEZET",
    "fout-BETAALOPDRACHT_ONBEKEND", "fout-NIET_GEAUTORISEERD", "fout-soap12",
    GOES, "fout-BETALING_LOOPT", PAYS, "VraagBetaalstatus-op-kenmerk", "VraagWijzigingen", "VraagWijzigingen-bij", "ZoekBetalingen",
    "StartBetaling-volledig", "ZoekBetalingen-bladzijde", "ZoekBetalingen-vervolg", "VraagKlantoverzicht", "StartBetaling-vervang", "TrekBetalingIn",
    "StartBetaling-balie", "RegistreerBetaling", "HerroepRegistratie",
    "MeldLevering", "MeldLevering-niet-leverbaar", "VraagTerugbetaling", "VraagTerugbetaling-geheel",
    "VraagBetaalstatus-terugbetaling",
)  # fmt: skip
STEPS = [step for step in STORY if step not in (GOES, PAYS)]
SOAP12 = "application/soap+xml; charset=utf-8"

Answers = dict[str, requests.Response]


def told(stad: Stad) -> Answers:
    """Tell the whole story to a hub; what it answered to each step."""
    words, answers = Dictionary({"http://127.0.0.1:8093/terug": stad.near.simulators.terugkeer_url}), {}
    stad.clock.now = BEGIN
    for step in STORY:
        if step == GOES:
            burger = Burger(words.words[_betaal_url()]).presses_pay()
            continue
        if step == PAYS:
            stad.clock.now = BEGIN + timedelta(minutes=5)
            burger.at_psp()
            stad.work()
            continue
        answers[step] = send(stad, words.request(step + VRAAG), BUUR if "GEAUTORISEERD" in step else ESB)
        words.learn(step + ANTWOORD, answers[step].content)
    return answers


def send(stad: Stad, envelope: bytes, aansluiting: str = ESB) -> requests.Response:
    """POST an envelope to the hub, with the media type of its version of SOAP."""
    kind = SOAP12 if b"2003/05/soap-envelope" in envelope else "text/xml; charset=utf-8"
    address = f"{stad.near.address}/soap/v1"
    return requests.post(address, envelope, headers={"Content-Type": kind}, auth=(aansluiting, GEHEIM), timeout=10)


def _betaal_url() -> str:
    return message(read("StartBetaling" + ANTWOORD)).findtext("{*}BetaalUrl") or ""


@pytest.fixture(scope="module")
def answers(near: Neighbourhood, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The answers of a hub to the whole story."""
    stad = Stad.found(near, tmp_path_factory.mktemp("verhaal"))
    yield told(stad)
    stad.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_answered_as_the_example_says(answers: Answers, step: str) -> None:
    assert shape(answers[step].content) == shape(read(step + ANTWOORD))


def test_the_same_question_again_gets_the_same_answer(near: Neighbourhood, tmp_path: Path) -> None:
    stad = Stad.found(near, tmp_path)
    words = Dictionary({"http://127.0.0.1:8093/terug": near.simulators.terugkeer_url})
    first, again = (send(stad, words.request("StartBetaling" + VRAAG)) for _ in range(2))
    assert first.content == again.content
    stad.close()


def test_who_gives_no_password_is_answered_as_the_example_says(near: Neighbourhood, tmp_path: Path) -> None:
    """But for CrossRefnummer: it depends on how far the message was read before somebody asked who sends it."""
    stad = Stad.found(near, tmp_path)
    headers = {"Content-Type": "text/xml"}
    answer = requests.post(f"{near.address}/soap/v1", read("Controleer" + VRAAG), headers=headers, timeout=10)
    told = [one for one in shape(answer.content) if not one[0].endswith("CrossRefnummer")]
    assert (answer.status_code, told) == (401, shape(read("fout-NIET_GEAUTHENTICEERD" + ANTWOORD)))
    stad.close()


def test_every_question_to_betaalhub_is_a_step() -> None:
    ours = {name.removesuffix(VRAAG) for name in all_names() if name.endswith(VRAAG)}
    outgoing = {
        name for name in ours if name.startswith(("MeldBetaalstatus", "VerwerkBoekingsbatch", "VraagBoekingsbatch"))
    }
    assert ours - outgoing == set(STEPS)
