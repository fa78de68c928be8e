"""The connections of one process: who is waited for, who has something to say, and who has been silent for too long."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections import deque
from typing import Any

_ONCE = select.EPOLLIN | select.EPOLLONESHOT  # the kernel tells of a connection once; then it has one owner
_AT_ONCE = 64
_LOOK_SECONDS = 0.002


class Connection:
    """A caller's connection. The thread that took it from `Connections.take` owns it, until it hands it back or ends it."""

    __slots__ = ("address", "ahead", "base", "begun", "data", "deadline", "fd", "known", "lingering", "server", "sock", "stalled", "waiting")  # fmt: skip

    def __init__(self, sock: socket.socket, address: Any, server: Any, base: dict[str, Any]) -> None:
        self.sock, self.address, self.server, self.base = sock, address, server, base
        self.fd = sock.fileno()
        self.data = b""  # read, and not used yet
        self.ahead = False  # `data` may be a whole request, so look before reading more
        self.begun = 0.0  # when the first bytes of an unfinished request came
        self.stalled = False  # the rest of it will not come
        self.lingering: int | None = None  # closed on our side; how many bytes may still be thrown away
        self.known = False  # to the poller
        self.waiting = False  # owned by the poller
        self.deadline = 0.0


class Connections:
    """All of them, on one epoll. Every method may be called by any thread."""

    def __init__(self, listeners: list[Any], most: int) -> None:
        self._epoll = select.epoll()
        self._listeners = {one.fileno(): one for one in listeners}
        self._most = most
        self._table: dict[int, Connection] = {}
        self._ready: deque[Any] = deque()
        self._polling, self._changing = threading.Lock(), threading.Lock()
        self._accepting = self._stopping = False
        self._pace, self._next_look, self._next_poll = 1.0, 0.0, 0.0
        self._last_wait = 0.0  # seconds for a silent connection once we are stopping
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._bell, select.EPOLLIN)
        with self._changing:
            self._accept(True)

    def __len__(self) -> int:
        return len(self._table)

    def take(self) -> Any:
        """A connection or a listener that has something; None after a second without.

        While some are ready the others are looked at as well, every few milliseconds: who sends many requests at once
        must not keep the rest from being heard.
        """
        if time.monotonic() < self._next_poll:
            with contextlib.suppress(IndexError):
                return self._ready.popleft()
        with self._polling:
            self._collect(0 if self._ready else self._pace)
            self._next_poll = time.monotonic() + _LOOK_SECONDS
        try:
            return self._ready.popleft()
        except IndexError:
            return None

    def add(self, connection: Connection) -> None:
        """A new one; its owner is who adds it."""
        with self._changing:
            self._table[connection.fd] = connection
            if len(self._table) >= self._most:
                self._accept(False)

    def hand_back(self, connection: Connection, seconds: float) -> None:
        """Wait for what it says next, so long at most; while stopping, a silent one as long as `stop` said at most."""
        with self._changing:  # `_look` must not end it before the poller has it
            if self._stopping and not connection.data:
                seconds = min(seconds, self._last_wait)
            connection.deadline = time.monotonic() + seconds
            connection.waiting = True
            if connection.known:
                self._epoll.modify(connection.fd, _ONCE)
            else:
                connection.known = True
                self._epoll.register(connection.fd, _ONCE)

    def again(self, connection: Connection) -> None:
        """It has more to say already: after the others."""
        self._ready.append(connection)
        self.wake()  # whoever has the turn now may wait for the poller

    def end(self, connection: Connection) -> None:
        """Close it; only its owner may. Its number may be another's already when gunicorn has closed it."""
        with self._changing:
            if self._table.get(connection.fd) is connection:
                del self._table[connection.fd]
            if not self._accepting and len(self._table) < self._most:
                self._accept(True)
        with contextlib.suppress(OSError):
            connection.sock.close()

    def pause(self) -> None:
        """Accept nobody for a second: the process has no file descriptor left."""
        with self._changing:
            self._accept(False)

    def stop(self, seconds: float) -> None:
        """Accept nobody any more, and keep silent connections open so long at most."""
        with self._changing:
            self._accept(False)
            self._stopping, self._last_wait, self._pace, self._next_look = True, seconds, 0.1, 0.0
            latest = time.monotonic() + seconds
            for connection in self._table.values():
                connection.deadline = min(connection.deadline, latest)
        self.wake()

    def wake(self) -> None:
        """Let whoever waits in `take` look up."""
        os.eventfd_write(self._bell, 1)

    def _accept(self, wanted: bool) -> None:
        if wanted == self._accepting or (wanted and self._stopping):
            return
        self._accepting = wanted
        for number in self._listeners:
            if wanted:
                self._epoll.register(number, select.EPOLLIN)
            else:
                self._epoll.unregister(number)

    def _collect(self, seconds: float) -> None:
        """What the poller tells, and once a second those whose time is over. Held by one thread at a time."""
        for number, _ in self._epoll.poll(seconds, _AT_ONCE):
            connection = self._table.get(number)
            if connection is not None:
                connection.waiting = False
                self._ready.append(connection)
            elif number in self._listeners:
                self._ready.append(self._listeners[number])
            elif number == self._bell:
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._bell)
        if time.monotonic() >= self._next_look:
            self._look()

    def _look(self) -> None:
        now = time.monotonic()
        self._next_look = now + self._pace
        with self._changing:
            late = [one for one in self._table.values() if one.waiting and one.deadline <= now]
            if not self._accepting and len(self._table) < self._most:
                self._accept(True)
        for connection in late:
            connection.waiting = False
            if connection.data and connection.lingering is None:  # half a request: somebody must be told
                connection.stalled = True
                connection.known = False
                self._epoll.unregister(connection.fd)
                self._ready.append(connection)
            else:
                self.end(connection)
