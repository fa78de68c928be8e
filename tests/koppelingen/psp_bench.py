"""Where a PSP connector is tried: its simulator over HTTP, spoken to in words that are the same for every PSP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from betaalhub.domain.evidence import PspRapport
from betaalhub.ports import InboundHttp, PspPort, StartedPspBetaling
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.psp_worldline import WorldlinePsp
from gemeentelijke_koppelingen.simulatoren import (
    RunningSimulators,
    SimulatorConfig,
    WorldlineConfig,
    start_simulators,
)
from tests.koppelingen.conftest import Hub, control
from tests.koppelingen.voorbeelden import NU, start_command

SECRET = "wachtwoord-van-de-psp"
WEBHOOK_SECRET = "sleutel-onder-de-meldingen"
PSPID, KEY_ID, WEBHOOK_KEY_ID = "GemeenteDemo", "sleutel-1", "webhook-1"


@dataclass(frozen=True, slots=True)
class Words:
    """How a PSP calls what happens to a refund; ours stand in the suite."""

    under_way: str
    done: str
    failed: str


@dataclass(frozen=True, slots=True)
class Bench:
    """One connector at its simulator. `connect(url, secret)` makes another one; `base` is where the simulator is controlled."""

    psp: PspPort
    base: str
    url: str
    words: Words
    connect: Callable[[str, str], PspPort]
    postbox: Hub

    def does(self, path: str, **values: object) -> dict[str, object]:
        """Tell the simulator something."""
        return control(self.base, path, **values)

    def reports(self, started: StartedPspBetaling) -> PspRapport:
        """What the connector tells of an order."""
        return self.psp.status(started.psp_key, now=NU)

    def starts(self, **scenario: object) -> tuple[StartedPspBetaling, str]:
        """An open order and its reference."""
        command = start_command()
        if scenario:
            self.does("scenario", reference=command.reference, **scenario)
        return self.psp.start(command), command.reference

    def paid(self, **scenario: object) -> tuple[StartedPspBetaling, str, str]:
        """A paid order, its reference, and the number of its attempt."""
        started, reference = self.starts(**scenario)
        self.does(f"orders/{reference}/pay")
        return started, reference, self.reports(started).pogingen[0].psp_id

    def notification(self, reference: str, times: int = 1) -> InboundHttp:
        """The notification that the PSP sends about an order, as it arrives."""
        self.does(f"orders/{reference}/notify", times=times)
        return self.postbox.received[-1]


def _docdata(simulators: RunningSimulators, postbox: Hub) -> Bench:
    def connect(url: str, secret: str) -> PspPort:
        return DocdataPsp(url=url, menu_url=simulators.psp_menu_url, merchant=PSPID, password=secret, timeout=10)

    url = simulators.psp_url
    words = Words("STARTED", "CAPTURED", "FAILED")
    return Bench(connect(url, SECRET), simulators.psp_base, url, words, connect, postbox)


def _worldline(simulators: RunningSimulators, postbox: Hub) -> Bench:
    def connect(url: str, secret: str) -> PspPort:
        return WorldlinePsp(
            url=url.removesuffix("/soap"),
            merchant=PSPID,
            key_id=KEY_ID,
            password=secret,
            webhook_key_id=WEBHOOK_KEY_ID,
            webhook_secret=WEBHOOK_SECRET,
            timeout=10,
        )

    url = simulators.worldline_base or ""
    words = Words("REFUND_REQUESTED", "REFUNDED", "REJECTED")
    return Bench(connect(url, SECRET), url, url, words, connect, postbox)


# Code of the connector → its bench. A new connector adds its line and inherits the whole suite.
BENCHES: dict[str, Callable[[RunningSimulators, Hub], Bench]] = {"docdata": _docdata, "worldline": _worldline}


@contextmanager
def open_benches() -> Iterator[Callable[[str], Bench]]:
    """Every bench by the code of its connector; the PSPs notify nobody by themselves."""
    postbox = Hub()
    config = SimulatorConfig(
        psp_port=0,
        erp_port=0,
        productsysteem_port=0,
        hub_notification_url=postbox.url,
        hub_soap_url=None,
        psp_merchant=PSPID,
        psp_password=SECRET,
        worldline=WorldlineConfig(0, postbox.address, PSPID, KEY_ID, SECRET, WEBHOOK_KEY_ID, WEBHOOK_SECRET),
    )
    running = start_simulators(config)
    benches = {code: make(running, postbox) for code, make in BENCHES.items()}
    for bench in benches.values():
        bench.does("scenario", default=True, notification="withhold")
    try:
        yield benches.__getitem__
    finally:
        running.close()
        postbox.close()


def at_once(actions: list[Callable[[], object]]) -> None:
    """Do all of these in threads at the same moment."""
    barrier = threading.Barrier(len(actions))

    def act(action: Callable[[], object]) -> None:
        barrier.wait(10)
        action()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def tampered(request: InboundHttp, **headers: str) -> InboundHttp:
    """The same request with other headers."""
    return replace(request, headers={**request.headers, **headers})
