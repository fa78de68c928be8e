"""Every connection has one owner, all are heard, and a stop does not wait for silent ones."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from betaalhub.http_server.connections import Connection, Connections
from tests.http_server.server import until


class Door:
    """Connections over pairs of sockets, without a listener."""

    def __init__(self) -> None:
        self.connections = Connections([], 1000)
        self._sockets: list[socket.socket] = []

    def caller(self) -> tuple[socket.socket, Connection]:
        """Someone new, and our side of it, which we own."""
        there, here = socket.socketpair()
        self._sockets += (there, here)
        connection = Connection(here, "", "", {})
        self.connections.add(connection)
        return there, connection

    def close(self) -> None:
        for one in self._sockets:
            one.close()


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.close()


def test_who_always_has_more_to_say_does_not_keep_others_from_being_heard(door: Door) -> None:
    for _ in range(2):
        door.connections.again(door.caller()[1])
    there, quiet = door.caller()
    door.connections.hand_back(quiet, 75)
    there.sendall(b"now I")

    def heard() -> bool:
        found = door.connections.take()
        door.connections.again(found)
        return found is quiet

    until(heard, 5)


def test_a_silent_connection_that_comes_during_a_stop_is_closed_soon(door: Door) -> None:
    door.connections.stop(0.05)
    there, late = door.caller()
    door.connections.hand_back(late, 75)
    until(lambda: door.connections.take() is None and len(door.connections) == 0, 10)
    assert there.recv(1) == b""


class Slow(Connection):
    """One whose owner stops to think while it hands the connection back."""

    def __init__(self, sock: socket.socket, think: Callable[[], None]) -> None:
        self._known, self._think = False, think
        super().__init__(sock, "", "", {})

    @property
    def known(self) -> bool:  # type: ignore[override]
        self._think()
        return self._known

    @known.setter
    def known(self, value: bool) -> None:
        self._known = value


def test_a_connection_is_not_closed_under_the_hands_of_who_hands_it_back(door: Door) -> None:
    def look() -> None:
        door.connections.stop(0)  # asks to look at once for those whose time is over
        door.connections.take()

    looker = threading.Thread(target=look)

    def think() -> None:
        looker.start()
        looker.join(0.3)  # as it should be, the looker waits as well

    there, here = socket.socketpair()
    slow = Slow(here, think)
    door.connections.add(slow)
    door.connections.hand_back(slow, -1)  # raises when it is closed already
    looker.join(10)
    until(lambda: door.connections.take() is None and len(door.connections) == 0, 10)
    assert there.recv(1) == b""
    there.close()
