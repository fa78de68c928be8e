"""A mail server by SMTP: one mail per connection, one deadline over all of it, and what is surely known when it fails."""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import MessageError
from email.policy import SMTP
from typing import Literal

from betaalhub.errors import MISCONFIGURED, ConfigurationError, NeighbourError, Outcome
from betaalhub.ports import MailBericht, MailCode
from gemeentelijke_koppelingen.deadline import TimedReader, seconds_left
from gemeentelijke_koppelingen.http_exchange import ExchangeCode
from gemeentelijke_koppelingen.post_smtp.message import ascii_address, message_of

NEIGHBOUR = "mailserver"
Tls = Literal["starttls", "tls", "geen"]
_GOODBYE = 2.0  # seconds for the answer to QUIT, which changes nothing any more
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)
_POLICY = re.compile(rb"5\.7\.")  # the enhanced status of a server that does not let us, or not to this address
_RELAY = re.compile(rb"relay", re.IGNORECASE)  # how servers everywhere say that we are the ones they do not let
_QUOTED = re.compile(rb"<[^>]*>|\S*@\S*")  # an address that the server repeats: a citizen typed it


class SmtpPost:
    """One mail server. Stateless and safe to share between threads."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        afzender: str,
        tls: Tls = "starttls",
        user: str | None = None,
        password: str | None = None,
        reply_to: str | None = None,
        ca_file: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        """`afzender` is the address of every mail; `timeout` seconds for all of one. With `starttls` and `tls` the certificate of
        the server is checked, against `ca_file` when given; a server that offers no STARTTLS gets nothing."""
        self._host, self._port, self._afzender, self._reply_to = host, port, afzender, reply_to
        self._tls, self._user, self._password, self._timeout = tls, user, password, timeout
        self._context = None if tls == "geen" else _context(ca_file)

    def send(self, bericht: MailBericht, *, now: datetime) -> None:
        """Hand it over. Raises NeighbourError: UNKNOWN only when the connection broke after the mail began to leave."""
        try:
            message = message_of(bericht, afzender=self._afzender, reply_to=self._reply_to, now=now)
            to = ascii_address(bericht.naar)
        except (ValueError, MessageError):
            raise _error(Outcome.REFUSED, MailCode.ADDRESS_REFUSED) from None
        data = _LINE_DOT.sub(b"..", message.as_bytes(policy=SMTP)) + b".\r\n"
        with self._session() as smtp:
            self._judge(smtp.mail(self._afzender), refused=MISCONFIGURED, later=ExchangeCode.TOO_BUSY)
            self._judge(smtp.rcpt(to), refused=MailCode.ADDRESS_REFUSED, later=MailCode.LATER)
            self._judge(smtp.docmd("DATA"), refused=MailCode.MESSAGE_REFUSED, later=MailCode.LATER)
            smtp.leaving = True
            smtp.send(data)
            self._judge(smtp.getreply(), refused=MailCode.MESSAGE_REFUSED, later=MailCode.LATER, left=True)
            smtp.leaving = False

    def health(self) -> None:
        """Reach the server and log in; raises NeighbourError when that fails."""
        with self._session() as smtp:
            self._judge(smtp.docmd("NOOP"), refused=MISCONFIGURED, later=ExchangeCode.TOO_BUSY)

    @contextmanager
    def _session(self) -> Iterator[_Smtp]:
        """A connection on which we may send; whatever goes wrong in it comes out as a NeighbourError."""
        deadline = time.monotonic() + self._timeout
        smtp: _Smtp | None = None
        try:
            smtp = _Smtp(
                self._host, self._port, self._afzender, deadline, self._context if self._tls == "tls" else None
            )
            self._enter(smtp)
            yield smtp
            smtp.goodbye()
        except smtplib.SMTPAuthenticationError as error:
            later = 400 <= error.smtp_code < 500
            raise _error(Outcome.NOT_DONE, ExchangeCode.TOO_BUSY if later else MISCONFIGURED) from None
        except smtplib.SMTPNotSupportedError:  # no STARTTLS, or no way to log in that we know
            raise _error(Outcome.NOT_DONE, MISCONFIGURED) from None
        except ssl.SSLError:
            raise _error(_known(smtp), ExchangeCode.TLS_FAILED) from None
        except smtplib.SMTPResponseException:  # 4xx or 5xx where we only come in, or an answer that is no answer
            raise _error(_known(smtp), ExchangeCode.ANSWER_NOT_UNDERSTOOD) from None
        except (OSError, smtplib.SMTPException):
            in_time = time.monotonic() < deadline
            code = ExchangeCode.CONNECTION_LOST if in_time else ExchangeCode.NO_ANSWER_IN_TIME
            code = ExchangeCode.CONNECT_FAILED if smtp is None and in_time else code
            raise _error(_known(smtp), code) from None
        finally:
            if smtp is not None:
                smtp.close()

    def _enter(self, smtp: _Smtp) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._tls == "starttls":
            code, _ = smtp.starttls(context=self._context)
            if code != 220:
                raise _error(Outcome.NOT_DONE, ExchangeCode.TLS_FAILED)
            smtp.ehlo_or_helo_if_needed()
        if self._user is not None and self._password is not None:
            smtp.login(self._user, self._password)

    def _judge(self, reply: tuple[int, bytes], *, refused: str, later: str, left: bool = False) -> None:
        """A reply of 2xx or 3xx lets us go on. 5xx is refused, 4xx later; a server that does not let us is ours to mend. What is
        no reply at all says nothing of a mail that `left`."""
        code, text = reply
        if 200 <= code < 400:
            return
        if code == 421:  # the server is going down
            raise _error(Outcome.NOT_DONE, ExchangeCode.TOO_BUSY)
        if 400 <= code < 500:
            raise _error(Outcome.NOT_DONE, later)
        if code == 530 or refused == MISCONFIGURED:
            raise _error(Outcome.NOT_DONE, MISCONFIGURED)
        if refused == MailCode.ADDRESS_REFUSED and _POLICY.match(text):
            # Policy about one address must not hold up the mails to all others: whoever types it could stop them.
            ours = _RELAY.search(_QUOTED.sub(b"", text))
            raise _error(Outcome.NOT_DONE, MISCONFIGURED if ours else later)
        if 500 <= code < 600:
            raise _error(Outcome.REFUSED, refused)
        raise _error(Outcome.UNKNOWN if left else Outcome.NOT_DONE, ExchangeCode.ANSWER_NOT_UNDERSTOOD)


class _Smtp(smtplib.SMTP):
    """The standard library's client with one deadline over the whole talk. `leaving`: the mail is on its way out."""

    def __init__(self, host: str, port: int, afzender: str, deadline: float, context: ssl.SSLContext | None) -> None:
        self._deadline, self._wrap = deadline, context
        self.leaving = False
        super().__init__(host, port, local_hostname=afzender.rpartition("@")[2], timeout=seconds_left(deadline))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        return sock if self._wrap is None else self._wrap.wrap_socket(sock, server_hostname=host)

    def send(self, s: str | bytes) -> None:  # type: ignore[override]
        """As it is, within what is left of the deadline."""
        if self.sock is not None:
            self.sock.settimeout(seconds_left(self._deadline))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """As it is, within what is left of the deadline."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(TimedReader(self.sock, self._deadline))
        return super().getreply()

    def goodbye(self) -> None:
        """Say QUIT; how that ends changes nothing."""
        self._deadline = min(self._deadline, time.monotonic() + _GOODBYE)
        self.file = None
        with suppress(OSError, smtplib.SMTPException):
            self.quit()


def _known(smtp: _Smtp | None) -> Outcome:
    return Outcome.UNKNOWN if smtp is not None and smtp.leaving else Outcome.NOT_DONE


def _error(outcome: Outcome, code: str) -> NeighbourError:
    return NeighbourError(outcome, code, neighbour=NEIGHBOUR)


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(f"the CA file {ca_file} cannot be read") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
