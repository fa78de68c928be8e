"""A mail goes to a real mail server: what arrives, how it is kept secret on its way, and what is known when it fails."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from betaalhub.errors import ConfigurationError, NeighbourError
from betaalhub.ports import MailBericht
from gemeentelijke_koppelingen.post_smtp import SmtpPost
from tests.koppelingen import lastig
from tests.koppelingen.mailserver import PASSWORD, USER, bad_server, mailserver, make_papers, parts_of

NOW = datetime(2026, 11, 24, 13, 32, tzinfo=UTC)
FROM, TO = "betalen@demostad.example", "j.jansen@example.nl"
BERICHT = MailBericht(
    naar=TO,
    afzender_naam="Gemeente Demostad",
    onderwerp="Gemeente Demostad: uw betaalbewijs – € 187,50",
    tekst="U hebt betaald: € 187,50\n.\n..een regel met punten\n",
    html='<p lang="nl">U hebt <b>betaald</b>: € 187,50</p>\n.\n',
    taal="nl",
    message_id="<1.1.abc@betalen.example>",
)
GREETED = ("220 hallo", "250 hallo")  # the greeting, and the answer to EHLO
AT_DATA = (*GREETED, "250 OK", "250 OK", "354 toe maar")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return make_papers(tmp_path_factory.mktemp("papers"))


def post(port: int, tls: str = "geen", timeout: float = 5, **more: object) -> SmtpPost:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "afzender": FROM,
        "tls": tls,
        "timeout": timeout,
        **more,
    }
    return SmtpPost(**values)  # type: ignore[arg-type]


def failure(port: int, *, naar: str = TO, **more: object) -> tuple[str, str]:
    with pytest.raises(NeighbourError) as caught:
        post(port, **more).send(BERICHT if naar == TO else _to(naar), now=NOW)  # type: ignore[arg-type]
    assert "jansen" not in str(caught.value)
    return str(caught.value.outcome), str(caught.value.code)


def _to(naar: str) -> MailBericht:
    return MailBericht(naar, "Gemeente", "onderwerp", "tekst", "<p>html</p>", "nl", "<x@y>")


def test_it_arrives_plain_and_as_html_from_the_municipality() -> None:
    with mailserver() as server:
        post(server.port, reply_to="vragen@demostad.example").send(BERICHT, now=NOW)
    (mail,) = server.mails
    assert parts_of(mail) == (BERICHT.tekst, BERICHT.html)
    assert (mail["From"], mail["To"]) == (f"Gemeente Demostad <{FROM}>", TO)
    assert mail["Subject"] == BERICHT.onderwerp
    assert (mail["Reply-To"], mail["Message-ID"]) == ("vragen@demostad.example", BERICHT.message_id)
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "nl")
    assert mail["Date"].datetime == NOW


def test_a_host_name_with_accents_goes_as_dns_knows_it() -> None:
    with mailserver() as server:
        post(server.port).send(_to("info@bücher.example"), now=NOW)
    assert server.asked == ["info@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "naar", ["a@b.nl\r\nBcc: c@d.nl", "a@b.nl,c@d.nl", "jörg@b.nl", "a", "a b@c.nl", "@", "a@..nl"]
)
def test_an_address_that_can_not_be_written_is_refused_and_nobody_else_gets_it(naar: str) -> None:
    with mailserver() as server:
        assert failure(server.port, naar=naar) == ("REFUSED", "ADDRESS_REFUSED")
    assert (server.asked, server.mails) == ([], [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_it_goes_over_tls_with_a_login(papers: tuple[ssl.SSLContext, Path], tls: str) -> None:
    context, ca_file = papers
    with mailserver(login=True, **{tls: context}) as server:
        if tls == "starttls":
            post(server.port, tls, ca_file=str(ca_file), user=USER, password=PASSWORD).send(BERICHT, now=NOW)
            post(server.port, tls, ca_file=str(ca_file), user=USER, password=PASSWORD).health()
            wrong = failure(server.port, tls=tls, ca_file=str(ca_file), user=USER, password="fout")
            assert wrong == ("NOT_DONE", "MISCONFIGURED")
            assert failure(server.port, tls=tls, ca_file=str(ca_file)) == ("NOT_DONE", "MISCONFIGURED")
        else:
            post(server.port, tls, ca_file=str(ca_file), user=USER, password=PASSWORD).send(BERICHT, now=NOW)
    assert len(server.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(papers: tuple[ssl.SSLContext, Path]) -> None:
    context, _ = papers
    with mailserver(starttls=context) as server, mailserver(tls=context) as other:
        assert failure(server.port, tls="starttls") == ("NOT_DONE", "TLS_FAILED")
        assert failure(other.port, tls="tls") == ("NOT_DONE", "TLS_FAILED")
    assert server.mails == server.asked == other.asked == []


def test_a_server_without_starttls_gets_nothing() -> None:
    with mailserver() as server:
        assert failure(server.port, tls="starttls") == ("NOT_DONE", "MISCONFIGURED")
    assert server.asked == []


@pytest.mark.parametrize(
    ("command", "reply", "known"),
    [
        ("RCPT", "550 5.1.1 niemand", ("REFUSED", "ADDRESS_REFUSED")),
        ("RCPT", "553 fout", ("REFUSED", "ADDRESS_REFUSED")),
        ("RCPT", "450 4.2.1 later", ("NOT_DONE", "LATER")),
        ("RCPT", "421 tot ziens", ("NOT_DONE", "TOO_BUSY")),
        ("RCPT", "550 5.7.1 relaying denied", ("NOT_DONE", "MISCONFIGURED")),
        ("RCPT", "554 5.7.1 <x@ergens.example>: Relay access denied", ("NOT_DONE", "MISCONFIGURED")),
        ("RCPT", "550 5.7.1 <relay@kwaad.example>: domain is blocked", ("NOT_DONE", "LATER")),
        ("RCPT", "530 eerst inloggen", ("NOT_DONE", "MISCONFIGURED")),
        ("MAIL", "550 van u niet", ("NOT_DONE", "MISCONFIGURED")),
        ("MAIL", "451 druk", ("NOT_DONE", "TOO_BUSY")),
        ("DATA", "554 5.7.1 spam", ("REFUSED", "MESSAGE_REFUSED")),
        ("DATA", "452 vol", ("NOT_DONE", "LATER")),
    ],
)
def test_what_a_server_says_no_to(command: str, reply: str, known: tuple[str, str]) -> None:
    with mailserver() as server:
        server.replies[command] = reply
        assert failure(server.port) == known
    assert server.mails == []


@pytest.mark.parametrize(
    ("replies", "known"),
    [
        ((None,), ("NOT_DONE", "NO_ANSWER_IN_TIME")),
        (("220 hallo", None), ("NOT_DONE", "NO_ANSWER_IN_TIME")),
        (GREETED, ("NOT_DONE", "CONNECTION_LOST")),
        (("554 nee",), ("NOT_DONE", "ANSWER_NOT_UNDERSTOOD")),
        (("HTTP/1.1 400 Bad Request",), ("NOT_DONE", "ANSWER_NOT_UNDERSTOOD")),
        ((*GREETED, "250 OK", "250 OK", None), ("NOT_DONE", "NO_ANSWER_IN_TIME")),
        ((*GREETED, "250 OK", "250 OK", "554 nee"), ("REFUSED", "MESSAGE_REFUSED")),
        (AT_DATA, ("UNKNOWN", "CONNECTION_LOST")),
        ((*AT_DATA, None), ("UNKNOWN", "NO_ANSWER_IN_TIME")),
        ((*AT_DATA, "onzin"), ("UNKNOWN", "ANSWER_NOT_UNDERSTOOD")),
        ((*AT_DATA, "451 later"), ("NOT_DONE", "LATER")),
    ],
)
def test_only_what_broke_off_after_the_mail_left_is_unknown(
    replies: tuple[str | None, ...], known: tuple[str, str]
) -> None:
    with bad_server(*replies) as server:
        assert failure(server.port, timeout=0.7) == known


def test_a_server_that_drips_is_cut_off_at_the_deadline() -> None:
    with bad_server("220 " + "x" * 200, drip=True) as server:
        assert failure(server.port, timeout=0.7) == ("NOT_DONE", "NO_ANSWER_IN_TIME")


def test_a_server_that_hangs_at_goodbye_has_taken_the_mail() -> None:
    with bad_server(*AT_DATA, "250 OK", None) as server:
        post(server.port, timeout=5).send(BERICHT, now=NOW)


def test_nobody_there() -> None:
    with lastig.nobody() as url:
        assert failure(int(url.split(":")[2].split("/")[0])) == ("NOT_DONE", "CONNECT_FAILED")


def test_the_password_is_shown_to_nobody() -> None:
    assert PASSWORD not in repr(post(1, "starttls", user=USER, password=PASSWORD))


def test_a_ca_file_that_can_not_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("geen certificaat")
    with pytest.raises(ConfigurationError, match="CA file"):
        post(1, "tls", ca_file=str(tmp_path / "ca.pem"))
