"""The simulated mailbox: a mail server that takes every mail and brings none of them anywhere, with a page to read them."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from flask import Response, abort, jsonify, render_template
from flask.typing import ResponseReturnValue

from gemeentelijke_koppelingen.simulatoren.control import control_blueprint, ok
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.script import Script, Wsgi
from gemeentelijke_koppelingen.simulatoren.templates import new_app

_MAX_BYTES = 1024 * 1024
_PATIENCE = 60.0  # seconds that a client may say nothing
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"  # a mail is somebody else's page


class Postbus:
    """The mails, the oldest first."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def take(self, to: list[str], content: bytes) -> None:
        """Keep one mail."""
        mail = message_from_bytes(content, policy=default)
        number = self._memory.next_number("mail")
        body = {
            "nummer": number,
            "tijdstip": datetime.now(UTC).isoformat(timespec="seconds"),
            "aan": to,
            "van": str(mail["From"] or ""),
            "onderwerp": str(mail["Subject"] or ""),
            "tekst": _part(mail, "plain"),
            "html": _part(mail, "html"),
        }
        self._memory.put("mail", str(number), body)

    def mails(self) -> list[dict[str, Any]]:
        """All of them."""
        return self._memory.all("mail")

    def mail(self, number: int) -> dict[str, Any] | None:
        """One of them; None when there is none of this number."""
        found: dict[str, Any] | None = self._memory.get("mail", str(number))
        return found


def _part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    return str(found.get_content()) if found is not None else ""


def make_postbus(memory: Memory) -> tuple[Wsgi, Postbus]:
    """The application with the page, and the mailbox behind it."""
    postbus, app = Postbus(memory), new_app(__name__)
    control = control_blueprint(app, Script(lambda *_: None))

    @app.get("/")
    def page() -> ResponseReturnValue:
        return render_template("postbus.html", mails=postbus.mails()[::-1])

    @app.get("/mails/<int:number>/<any(tekst, html):kind>")
    def mail(number: int, kind: str) -> ResponseReturnValue:
        found = postbus.mail(number)
        if found is None:
            abort(404)
        media = "text/html" if kind == "html" else "text/plain"
        return Response(found[kind], mimetype=media, headers={"Content-Security-Policy": _SANDBOX})

    @control.get("/mails")
    def listing() -> ResponseReturnValue:
        return jsonify({"mails": postbus.mails()})

    @control.post("/reset")
    def reset() -> ResponseReturnValue:
        memory.clear()
        return ok()

    app.register_blueprint(control)
    return app, postbus


class _Talk(socketserver.StreamRequestHandler):
    """One client: EHLO, MAIL, RCPT, DATA, QUIT, and nothing more of SMTP than a mail needs."""

    timeout = _PATIENCE
    postbus: Postbus

    def handle(self) -> None:
        """Talk until QUIT."""
        self._to: list[str] = []
        answers: dict[str, Callable[[str], str]] = {
            "EHLO": lambda _: "250 postbus",
            "HELO": lambda _: "250 postbus",
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._mail,
            "NOOP": lambda _: "250 OK",
        }
        try:
            self._say("220 postbus: dit is een simulator")
            while line := self.rfile.readline(1000).decode("utf-8", "replace").strip():
                verb, _, rest = line.partition(" ")
                if verb.upper() == "QUIT":
                    self._say("221 tot ziens")
                    return
                answer = answers.get(verb.upper())
                self._say(answer(rest) if answer else "500 dat kan deze simulator niet")
        except OSError:
            return  # it went away

    def _mail(self, _rest: str) -> str:
        self._to = []
        return "250 OK"

    def _rcpt(self, rest: str) -> str:
        self._to.append(rest.partition(":")[2].strip().strip("<>"))
        return "250 OK"

    def _data(self, _rest: str) -> str:
        if not self._to:
            return "503 aan wie?"
        self._say("354 toe maar, en eindig met een punt")
        content, size = [], 0
        while (line := self.rfile.readline(_MAX_BYTES)) != b".\r\n":
            size += len(line)
            if not line or size > _MAX_BYTES:
                return "552 te groot"
            content.append(line.removeprefix(b"."))
        self.postbus.take(self._to, b"".join(content))
        return "250 OK"

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that breaks off is no news."""


def serve_mail(postbus: Postbus, sock: socket.socket) -> Callable[[], None]:
    """Take mails on this listening socket, in threads of this process; gives what stops it."""
    server = _Server(("", 0), type("Talk", (_Talk,), {"postbus": postbus}), bind_and_activate=False)
    server.socket.close()
    server.socket = sock
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()

    def close() -> None:
        server.shutdown()
        server.server_close()

    return close
