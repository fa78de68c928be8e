"""Mail servers on this machine: a real one (aiosmtpd) that keeps what it took and answers as a test wants, and some that misbehave."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.ports import free_port

USER, PASSWORD = "betaalhub", "een heel goed wachtwoord"


@dataclass
class Mailbox:
    """What a server took, and what it answers instead of taking: a reply per command."""

    mails: list[EmailMessage] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # every RCPT
    replies: dict[str, str] = field(default_factory=dict)  # MAIL, RCPT, DATA
    port: int = 0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.asked.append(address)
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.mails.append(cast(EmailMessage, message_from_bytes(cast(bytes, envelope.content), policy=default)))
        return "250 OK"


def parts_of(mail: EmailMessage) -> tuple[str, str]:
    """How it reads plain, and as HTML."""
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


@contextmanager
def mailserver(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False
) -> Iterator[Mailbox]:
    """A real mail server on loopback."""
    box = Mailbox()
    options: dict[str, Any] = {"require_starttls": starttls is not None, "tls_context": starttls}
    if login:
        options |= {"authenticator": _check, "auth_required": True, "auth_require_tls": starttls is not None}
    controller = Controller(box, hostname="127.0.0.1", port=0, ssl_context=tls, **options)
    controller.port = free_port()
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def _check(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good)


@contextmanager
def bad_server(*replies: str | None, drip: bool = False) -> Iterator[Mailbox]:
    """Gives these replies in turn, the first at once and each next one after a line (the mail itself counts as one); after the
    last it hangs up, and for None it says nothing any more."""
    box, done = Mailbox(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    box.port = listener.getsockname()[1]

    def talk() -> None:
        while not done.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as lines:
                _play(peer, lines.readline, replies, done, drip=drip)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        done.set()
        listener.close()


def _play(
    peer: socket.socket,
    readline: Callable[[], bytes],
    replies: tuple[str | None, ...],
    done: threading.Event,
    *,
    drip: bool,
) -> None:
    in_data = False
    for number, reply in enumerate(replies):
        while number and (line := readline()) and in_data and line != b".\r\n":
            continue
        if reply is None:
            done.wait(30)
            return
        in_data = reply.startswith("354")
        try:
            if drip:
                for sign in reply:
                    peer.sendall(sign.encode())
                    if done.wait(0.1):
                        return
            peer.sendall(b"\r\n" if drip else reply.encode() + b"\r\n")
        except OSError:
            return


def make_papers(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate for 127.0.0.1, and the file with which a client trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paper, secret = folder / "mail.pem", folder / "mail.key"
    paper.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, secret)
    return context, paper
