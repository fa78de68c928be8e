"""SOAP callers as processes of their own: each keeps one connection and sends one message after the other, for a while."""

from __future__ import annotations

import base64
import http.client
import multiprocessing
import time
from dataclasses import dataclass

from benchmarks.berichten import start_betaling


@dataclass(frozen=True, slots=True)
class Doel:
    """Where the callers go, and with which secret."""

    port: int
    path: str
    naam: str
    geheim: str

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers of each message."""
        basic = base64.b64encode(f"{self.naam}:{self.geheim}".encode()).decode()
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Authorization": f"Basic {basic}"}


@dataclass(frozen=True, slots=True)
class Load:
    """What the callers saw: milliseconds per answer, answers other than 200, connections lost, and how long it took."""

    answers: tuple[float, ...]
    refused: int
    lost: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.seconds

    def percentile(self, part: float) -> float:
        """Milliseconds within which this part of the answers came."""
        ordered = sorted(self.answers)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def call(doel: Doel, run: str, *, callers: int, seconds: float, regels: int = 5) -> Load:
    """Let so many callers speak at once; `run` makes their messages new ones."""
    context = multiprocessing.get_context("spawn")  # a fork of this process would carry its measurements along
    start = context.Barrier(callers + 1)
    results: multiprocessing.Queue[tuple[list[float], int, int]] = context.Queue()
    processes = [
        context.Process(target=_caller, args=(doel, f"{run}.{number}", regels, seconds, start, results), daemon=True)
        for number in range(callers)
    ]
    for process in processes:
        process.start()
    start.wait(timeout=60)
    found = [results.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join(timeout=10)
    answers = tuple(one for times, _, _ in found for one in times)
    return Load(answers, sum(bad for _, bad, _ in found), sum(lost for _, _, lost in found), seconds)


def _caller(doel: Doel, name: str, regels: int, seconds: float, start, results) -> None:  # type: ignore[no-untyped-def]
    connection = http.client.HTTPConnection("127.0.0.1", doel.port, timeout=30)
    times: list[float] = []
    refused = lost = number = 0
    start.wait(timeout=60)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        number += 1
        body = start_betaling(f"{name}.{number}", regels)
        before = time.perf_counter()
        try:
            connection.request("POST", doel.path, body, doel.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            lost += 1
            continue
        if answer.status == 200:
            times.append((time.perf_counter() - before) * 1000)
        else:
            refused += 1
    connection.close()
    results.put((times, refused, lost))
