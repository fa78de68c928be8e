"""Runs the simulators as real servers in this process, each on its own port, until told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from betaalhub.errors import ConfigurationError
from gemeentelijke_koppelingen.simulatoren import erp, postbus, productsysteem, psp, worldline
from gemeentelijke_koppelingen.simulatoren.config import SimulatorConfig
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.script import Wsgi

log = structlog.get_logger(__name__)
_POLL = 0.1


class _Quiet(WSGIRequestHandler):
    """Logs no requests: their addresses hold references and tokens."""

    timeout = 60

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class RunningSimulators:
    """The simulators as they run, with the addresses to give to the hub and the base addresses of their pages."""

    psp_base: str
    erp_base: str
    productsysteem_base: str
    worldline_base: str | None  # where Worldline's API and its pages are; None: there is none
    postbus_base: str | None  # where the page of the mailbox is; None: there is none
    smtp_port: int  # where it takes mails; 0: there is none
    _servers: tuple[BaseWSGIServer, ...] = field(repr=False)
    _closing: tuple[Callable[[], None], ...] = field(repr=False)
    _stop: threading.Event = field(repr=False)

    @property
    def psp_url(self) -> str:
        """Where the PSP speaks SOAP."""
        return self.psp_base + psp.SOAP_PATH

    @property
    def psp_menu_url(self) -> str:
        """The PSP's payment page."""
        return self.psp_base + psp.MENU_PATH

    @property
    def erp_url(self) -> str:
        """Where the ERP speaks SOAP."""
        return self.erp_base + erp.SOAP_PATH

    @property
    def productsysteem_url(self) -> str:
        """Where the product system speaks SOAP."""
        return self.productsysteem_base + productsysteem.SOAP_PATH

    @property
    def terugkeer_url(self) -> str:
        """Where the product system welcomes the citizen back."""
        return self.productsysteem_base + productsysteem.RETURN_PATH

    def close(self) -> None:
        """Stop the servers, whoever hangs included, and close the books."""
        self._stop.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for close in self._closing:
            close()


def start_simulators(config: SimulatorConfig) -> RunningSimulators:
    """Start all of them in threads of this process; the caller closes what it gets.

    Raises ConfigurationError when a port is taken, with nothing left running.
    """
    stop = threading.Event()
    sockets = _listen_all(config)
    name = config.public_host or config.host
    bases = [f"http://{f'[{name}]' if ':' in name else name}:{sock.getsockname()[1]}" for sock in sockets]
    more = (("worldline", config.worldline), ("postbus", config.postbus))
    kinds = ("psp", "erp", "productsysteem", *(name for name, one in more if one is not None))
    memories = [Memory(_path(config.state_dir, kind)) for kind in kinds]
    psp_app, state = psp.make_psp(config, bases[0], memories[0], stop)
    apps: list[Wsgi] = [
        psp_app,
        erp.make_erp(config, bases[1], memories[1], stop),
        productsysteem.make_productsysteem(config, bases[2], memories[2], stop),
    ]
    closing: list[Callable[[], None]] = [state.close, memories[1].close, memories[2].close]
    if config.worldline is not None:
        worldline_app, books = worldline.make_worldline(config.worldline, bases[3], memories[3], stop)
        apps.append(worldline_app)
        closing.append(books.close)
    smtp_port = 0
    if config.postbus is not None:
        smtp = sockets.pop()  # it speaks no HTTP
        smtp_port = smtp.getsockname()[1]
        page, box = postbus.make_postbus(memories[-1])
        apps.append(page)
        closing += [postbus.serve_mail(box, smtp), memories[-1].close]
    servers = tuple(_serve(app, sock) for app, sock in zip(apps, sockets, strict=True))
    log.info("simulators_started", **dict(zip(kinds, bases, strict=False)))
    addresses = dict(zip(kinds, bases, strict=False))
    return RunningSimulators(
        psp_base=addresses["psp"],
        erp_base=addresses["erp"],
        productsysteem_base=addresses["productsysteem"],
        worldline_base=addresses.get("worldline"),
        postbus_base=addresses.get("postbus"),
        smtp_port=smtp_port,
        _servers=servers,
        _closing=tuple(closing),
        _stop=stop,
    )


def serve_simulators(config: SimulatorConfig, stop: threading.Event) -> None:
    """Start all of them and stay until `stop` is set. Raises ConfigurationError when a port is taken."""
    running = start_simulators(config)
    try:
        stop.wait()
    finally:
        running.close()
        log.info("simulators_stopped")


def _listen_all(config: SimulatorConfig) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    wanted = [
        (config.psp_port, "BETAALHUB_SIMULATOR_PSP_PORT"),
        (config.erp_port, "BETAALHUB_SIMULATOR_ERP_PORT"),
        (config.productsysteem_port, "BETAALHUB_SIMULATOR_PRODUCTSYSTEEM_PORT"),
    ]
    if config.worldline is not None:
        wanted.append((config.worldline.port, "BETAALHUB_SIMULATOR_WORLDLINE_PORT"))
    if config.postbus is not None:
        wanted.append((config.postbus.page_port, "BETAALHUB_SIMULATOR_POSTBUS_PORT"))
        wanted.append((config.postbus.smtp_port, "BETAALHUB_SIMULATOR_SMTP_PORT"))
    try:
        for port, setting in wanted:
            sockets.append(_listen(config.host, port, setting))
    except ConfigurationError:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ConfigurationError(
            f"Poort {port} op {host} is niet vrij ({error.strerror}). Kies met {setting}."
        ) from None


def _serve(app: Wsgi, sock: socket.socket) -> BaseWSGIServer:
    host, port = sock.getsockname()[:2]
    server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=sock.fileno())
    sock.close()  # the server has its own handle on it
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL}, daemon=True).start()
    return server


def _path(state_dir: Path | None, kind: str) -> Path | None:
    return None if state_dir is None else state_dir / f"{kind}.sqlite3"
