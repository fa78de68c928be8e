"""What a simulator remembers: JSON documents by kind and name, in a file that outlives a killed process, or in memory."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)
)
"""


class Memory:
    """A small store of documents behind one lock; everything inside `with memory.change():` is kept as a whole."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` is the file; None keeps everything in this process."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        # A killed process loses nothing, a power failure may: this is a simulator.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(_SCHEMA)
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock; commit at the end of the outermost block, or take everything back when it raises."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def put(self, kind: str, name: str, body: Any) -> None:
        """Keep a document under (kind, name); the order of first keeping stays."""
        with self.change():
            self._db.execute(
                "INSERT INTO document (kind, name, seq, body) VALUES (?, ?, (SELECT coalesce(max(rowid), 0) + 1 FROM document), ?) "
                "ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
                (kind, name, json.dumps(body)),
            )

    def get(self, kind: str, name: str) -> Any:
        """The document, or None."""
        with self._lock:
            row = self._db.execute("SELECT body FROM document WHERE kind = ? AND name = ?", (kind, name)).fetchone()
        return None if row is None else json.loads(row[0])

    def all(self, kind: str) -> list[Any]:
        """Every document of a kind, the oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT body FROM document WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def next_number(self, name: str, first: int = 1) -> int:
        """The next number of a row of numbers without gaps, from `first`."""
        with self.change():
            number = int(self.get("number", name) or first - 1) + 1
            self.put("number", name, number)
        return number

    def clear(self) -> None:
        """Forget everything but the rows of numbers, so that no number is given out twice."""
        with self.change():
            self._db.execute("DELETE FROM document WHERE kind <> 'number'")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
