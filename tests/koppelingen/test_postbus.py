"""The simulated mailbox takes what the connector sends, shows it, and brings it nowhere."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gemeentelijke_koppelingen.post_smtp import SmtpPost
from gemeentelijke_koppelingen.simulatoren import PostbusConfig, RunningSimulators, SimulatorConfig, start_simulators
from tests.koppelingen.test_post_smtp import BERICHT, FROM, NOW, TO


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningSimulators]:
    simulators = start_simulators(
        SimulatorConfig(
            psp_port=0,
            erp_port=0,
            productsysteem_port=0,
            hub_notification_url=None,
            hub_soap_url=None,
            state_dir=tmp_path,
            postbus=PostbusConfig(0, 0),
        )
    )
    yield simulators
    simulators.close()


def post(running: RunningSimulators) -> SmtpPost:
    return SmtpPost(host="127.0.0.1", port=running.smtp_port, afzender=FROM, tls="geen", timeout=5)


def test_a_mail_is_taken_and_can_be_read(running: RunningSimulators) -> None:
    post(running).health()
    post(running).send(BERICHT, now=NOW)
    (mail,) = requests.get(f"{running.postbus_base}/control/mails", timeout=5).json()["mails"]
    assert (mail["aan"], mail["onderwerp"]) == ([TO], BERICHT.onderwerp)
    assert mail["tekst"].replace("\r\n", "\n") == BERICHT.tekst
    page = requests.get(f"{running.postbus_base}/", timeout=5).text
    assert TO in page and f"/mails/{mail['nummer']}/html" in page
    read = requests.get(f"{running.postbus_base}/mails/{mail['nummer']}/html", timeout=5)
    assert "<b>betaald</b>" in read.text and read.headers["Content-Security-Policy"].startswith("sandbox")
    assert requests.get(f"{running.postbus_base}/mails/99/html", timeout=5).status_code == 404


def test_another_client_of_smtp_can_send_to_it_too(running: RunningSimulators) -> None:
    with smtplib.SMTP("127.0.0.1", running.smtp_port, timeout=5) as client:
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("ONZIN")[0] == 500
        client.sendmail(FROM, [TO, "ander@example.nl"], "Subject: twee\r\n\r\n.\r\nhallo\r\n")
    (mail,) = requests.get(f"{running.postbus_base}/control/mails", timeout=5).json()["mails"]
    assert (len(mail["aan"]), mail["tekst"].split()) == (2, [".", "hallo"])
