"""What a page of the portal costs: bytes and requests of the first one, how fast a cheap phone shows it, and what it asks of the hub.

A real hub under gunicorn on a fresh SQLite register; the phone is a Chromium with a slow line and a slow processor, as
Lighthouse has it for mobile. `make browser` installs what this needs: `.venv/bin/python -m benchmarks.portaal`.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import CDPSession, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.test import Client

from benchmarks.servers import wrk
from betaalhub.app import make_application, make_hub
from betaalhub.demo.journey import soap_client
from betaalhub.settings import Settings
from tests.browser.chromium import FLAGS, find
from tests.builders import regel, settings_env, start_message
from tests.flows.cost import cost_of
from tests.interop.hub import Served, running_hub

# Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up; a processor four times as slow.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 768_000 / 8}
SLOWER = 4
ROUNDS, PAGES, SECONDS = 5, 200, 10
_TIMES = """() => new Promise(done => {
  const found = {shift: 0, largest: 0};
  new PerformanceObserver(list => list.getEntries().forEach(e => { found.largest = e.startTime }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => { found.shift += e.value }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => {
    const page = performance.getEntriesByType("navigation")[0], paint = performance.getEntriesByName("first-contentful-paint")[0];
    done({...found, answer: page.responseStart, first: paint ? paint.startTime : 0, ready: page.domContentLoadedEventEnd,
      loaded: page.loadEventEnd});
  }, 300);
})"""


def say(text: str) -> None:
    print(text, flush=True)


def offered(served: Served, folder: Path) -> str:
    """The address of a winkelmandje with two productregels."""
    lines = [
        regel("PARKEREN", Omschrijving="Parkeervergunning bewoner"),
        regel("AFVALPAS", nummer=2, Omschrijving="Vervangende afvalpas"),
    ]
    service = soap_client(f"{served.address}?wsdl", served.naam, served.geheim).service
    answer = service.StartBetaling(**start_message("parkeren", lines, terug="http://127.0.0.1:8093/terug"))
    return str(answer.BetaalUrl)


@contextmanager
def phone() -> Iterator[tuple[Page, CDPSession]]:
    """A cheap phone that has never seen these pages."""
    found = find(fetch=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=list(FLAGS), env=dict(found.env) or None)
        page = browser.new_page(viewport={"width": 360, "height": 640}, device_scale_factor=2, is_mobile=True)
        yield page, page.context.new_cdp_session(page)
        browser.close()


def first_page(url: str) -> tuple[Mapping[str, float], dict[str, int]]:
    """The times in milliseconds of one first visit on a cheap phone, and the bytes over the wire by address."""
    with phone() as (page, cdp):
        names: dict[str, str] = {}
        sizes: dict[str, int] = {}
        cdp.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
        cdp.on(
            "Network.loadingFinished",
            lambda event: sizes.update({names[event["requestId"]]: int(event["encodedDataLength"])}),
        )
        cdp.send("Network.enable")
        cdp.send("Network.emulateNetworkConditions", LINE)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url)
        times: Mapping[str, float] = page.evaluate(_TIMES)
        return times, {name: size for name, size in sizes.items() if name.startswith("http")}


def on_the_phone(url: str) -> None:
    say("\nThe first page on a cheap phone (slow 4G, processor 4 times as slow), nothing kept from before")
    runs = [first_page(url) for _ in range(ROUNDS)]
    sizes = runs[0][1]
    for name, size in sizes.items():
        path = urlsplit(name).path
        say(f"   {size:>8,} bytes  {'the page' if '/winkelmandje/' in path else path}")
    say(f"   {sum(sizes.values()):>8,} bytes over the wire in {len(sizes)} requests, headers included")
    for what, name in (
        ("first byte", "answer"),
        ("first contentful paint", "first"),
        ("largest contentful paint", "largest"),
        ("document ready", "ready"),
        ("loaded", "loaded"),
    ):
        every = sorted(times[name] for times, _ in runs)
        say(f"   {statistics.median(every):>8.0f} ms  {what} (median of {ROUNDS}; {every[0]:.0f} to {every[-1]:.0f})")
    say(f"   {max(times['shift'] for times, _ in runs):>8.3f}     cumulative layout shift, the worst")


def at_the_hub(pages: Mapping[str, str]) -> None:
    say(f"\nThe hub alone: {PAGES} requests after each other on one kept connection, in milliseconds")
    with requests.Session() as session:
        for name, url in pages.items():
            times = []
            for _ in range(PAGES):
                begin = time.perf_counter()
                session.get(url, timeout=10).raise_for_status()
                times.append(1000 * (time.perf_counter() - begin))
            times.sort()
            say(f"   {statistics.median(times):6.1f} median  {times[int(0.95 * len(times))]:6.1f} p95   {name}")


def under_load(url: str) -> None:
    found = wrk()
    if found is None:
        say("   SKIPPED: wrk is not there (Debian: apt-get install wrk)")
        return
    done = subprocess.run(
        [found, "-t1", "-c8", f"-d{SECONDS}s", "--latency", url], capture_output=True, text=True, check=True
    )
    lines = dict(re.findall(r"(Requests/sec|50%|99%):?\s+(\S+)", done.stdout))
    say(
        f"\nThe winkelmandje asked by 8 at once for {SECONDS} s: {lines['Requests/sec']} requests/s, median {lines['50%']}, p99 {lines['99%']}"
    )


def statements(folder: Path, pages: Mapping[str, str]) -> None:
    say("\nStatements that a page asks of the register")
    settings = Settings.from_env(settings_env(folder / "register.sqlite3"))
    hub = make_hub(settings)
    client, engine = Client(make_application(settings, hub)), hub.sessions.kw["bind"]
    assert isinstance(engine, Engine)
    for name, url in pages.items():
        say(f"   {_statements(engine, client, urlsplit(url).path):4d}  {name}")
    engine.dispose()


def _statements(engine: Engine, client: Any, path: str) -> int:
    assert client.get(path).status_code == 200
    return len(cost_of(engine, lambda: client.get(path)).statements)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_hub(folder) as served:
            url = offered(served, folder)
            front = url.partition("/winkelmandje/")[0]
            pages = {
                "winkelmandje": url,
                "status": f"{url}/status",
                "waar is mijn betaling?": f"{front}/waar-is-mijn-betaling",
                "hulp": f"{front}/hulp",
            }
            on_the_phone(url)
            at_the_hub(pages)
            under_load(url)
            statements(folder, pages)


if __name__ == "__main__":
    main()
