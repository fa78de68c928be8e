"""CPU per StartBetaling inside one process: our door and stock Spyne in turns, round after round, on the same messages."""

from __future__ import annotations

import base64
import gc
import io
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks import deuren
from benchmarks.berichten import start_betaling
from benchmarks.deuren import Wsgi

_BASIC = "Basic " + base64.b64encode(f"{deuren.AANSLUITING}:{deuren.GEHEIM}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU microseconds per message over all rounds."""

    median: float
    least: float


@dataclass(frozen=True, slots=True)
class Work:
    """What one StartBetaling asks of the register."""

    statements: Mapping[str, int]
    savepoints: int
    commits: int

    @property
    def total(self) -> int:
        """Statements that read or write; BEGIN, SAVEPOINT and COMMIT stand apart."""
        return sum(self.statements.values())


def wire_only(regels: int, *, rounds: int, messages: int) -> dict[str, Timing]:
    """The doors alone, with what was loaded kept out of garbage collections, as in a process of the hub."""
    doors = {"ours": deuren.our_wire(), "stock": deuren.stock_wire()}
    gc.collect()
    gc.freeze()
    return _in_turns(doors, regels, rounds, messages)


def with_register(folder: Path, regels: int, *, rounds: int, messages: int) -> dict[str, Timing]:
    """The whole way, HTTP Basic and commit included, each door on a fresh SQLite register of its own."""
    ours = deuren.make_register(f"sqlite:///{folder}/ours-{regels}.sqlite3")
    stock = deuren.make_register(f"sqlite:///{folder}/stock-{regels}.sqlite3")
    doors = {"ours": deuren.our_service(ours), "stock": deuren.stock_service(stock)}
    return _in_turns(doors, regels, rounds, messages)


def register_work(folder: Path, regels: int) -> Work:
    """Counts the statements of one StartBetaling on a register that has answered one before."""
    hub = deuren.make_register(f"sqlite:///{folder}/work-{regels}.sqlite3")
    door = deuren.our_service(hub)
    _send(door, _environ(start_betaling("first", regels)))
    statements: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    engine: Engine = hub.sessions.kw["bind"]

    @event.listens_for(engine, "before_cursor_execute")
    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if words[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            statements[_short(words)] += 1

    for name in ("savepoint", "commit"):
        event.listen(engine, name, lambda *_, name=name: seen.update([name]))
    _send(door, _environ(start_betaling("second", regels)))
    return Work(dict(statements), seen["savepoint"], seen["commit"])


def _short(words: list[str]) -> str:
    """`INSERT productregel` from a whole statement."""
    before = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM"}.get(words[0], "UPDATE")
    return f"{words[0]} {words[words.index(before) + 1]}"


def _in_turns(doors: Mapping[str, Wsgi], regels: int, rounds: int, messages: int) -> dict[str, Timing]:
    found: dict[str, list[float]] = {name: [] for name in doors}
    for number in range(-1, rounds):  # round -1 warms up
        for name, door in doors.items():
            keys = (f"{number}.{one}" for one in range(messages))
            requests = [_environ(start_betaling(key, regels)) for key in keys]
            spent = _cpu(door, requests)
            if number >= 0:
                found[name].append(spent / messages * 1e6)
    return {name: Timing(statistics.median(all_of_it), min(all_of_it)) for name, all_of_it in found.items()}


def _cpu(door: Wsgi, requests: list[dict[str, Any]]) -> float:
    """CPU seconds of this process, user and system; the garbage collector runs before, and as it likes during."""
    gc.collect()
    before = time.process_time()
    for one in requests:
        _send(door, one)
    return time.process_time() - before


def _send(door: Wsgi, environ: dict[str, Any]) -> None:
    heard: list[str] = []
    body = b"".join(door(environ, lambda status, *_: heard.append(status)))
    if not heard[0].startswith("200"):
        raise SystemExit(f"No measurement: {heard[0]}\n{body.decode(errors='replace')}")


def _environ(body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": _BASIC,
    }
