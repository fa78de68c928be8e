"""The memory of one process over ten thousand requests: the whole hub on its register, and the door alone.

Run from the top of the checkout: `make bench`, or `python -m benchmarks.geheugen --help`. Told is what the process
holds (PSS) after every thousandth part of the way; exit code 1 when it grows too much after the first fifth.
"""

from __future__ import annotations

import argparse
import http.client
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.aanroepers import Doel
from benchmarks.bediening import memory, serving
from benchmarks.berichten import start_betaling
from benchmarks.servers import PLAIN, gunicorn

MOST_MIB = 2.0
_PARTS = 10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Does a process grow while it answers?")
    parser.add_argument("--requests", type=int, default=10_000, help="requests per measurement (10000)")
    given = parser.parse_args()
    print(
        f"\n5. Memory of one process, PSS in MiB, after every {given.requests // _PARTS} of {given.requests} requests"
    )
    good = True
    with gunicorn("door", "--worker-class", PLAIN, "--threads", "4", workers=1) as door:
        doel = Doel(door.port, "/", "", "")
        good &= _row("door, valid", door.processes[0], doel, _valid, given.requests)
        good &= _row("door, refused", door.processes[0], doel, _refused, given.requests)
        _row("door, invented names", door.processes[0], doel, _invented, given.requests)
    with (
        tempfile.TemporaryDirectory(prefix="betaalhub-bench-") as name,
        serving(Path(name) / "hub", processes=1) as hub,
    ):
        good &= _row("hub on SQLite", hub.workers[0], hub.doel, _valid, given.requests)
    if not good:
        raise SystemExit(1)


def _valid(number: int) -> bytes:
    return start_betaling(f"m{number}", 5)


def _refused(number: int) -> bytes:
    return _valid(number).replace(b"OMGEVING", b"#")


def _invented(number: int) -> bytes:
    """A message with a name in it that no other message has, as somebody would send who wants to make us grow."""
    return _valid(number).replace(b"Kenmerk>", b"K%032x>" % random.getrandbits(128))


def _row(label: str, pid: int, doel: Doel, message: Callable[[int], bytes], requests: int) -> bool:
    """Send them one after the other; whether the growth from the second part to the last stays within the bound."""
    connection = http.client.HTTPConnection("127.0.0.1", doel.port, timeout=30)
    sizes = []
    for number in range(1, requests + 1):
        connection.request("POST", doel.path, message(number), doel.headers)
        connection.getresponse().read()
        if number % (requests // _PARTS) == 0:
            sizes.append(memory(pid).pss)
    connection.close()
    growth = sizes[-1] - sizes[1]
    told = " ".join(f"{size:.1f}" for size in sizes)
    print(f"   {label:22} {told}   growth after the first fifth: {growth:.2f}", flush=True)
    return growth < MOST_MIB


if __name__ == "__main__":
    main()
