"""One deadline over a whole talk with a neighbour: a peer that drips is cut off too."""

from __future__ import annotations

import io
import socket
import time
from typing import Any


class TimedReader(io.RawIOBase):
    """The reading half of a socket, to `deadline` by the monotonic clock."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive what is there into a writable buffer; TimeoutError once the deadline has passed."""
        self._sock.settimeout(seconds_left(self._deadline))
        return self._sock.recv_into(buffer)


def seconds_left(deadline: float) -> float:
    """The seconds until then; TimeoutError when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
