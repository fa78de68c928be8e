"""Ports for the servers that a test starts: free now, and not taken a moment later by a call that somebody makes.

The port that bind(0) gives is in the range from which the kernel also takes one for every outgoing call. While a server starts, with
thousands of calls around it, such a call gets its port now and then: "address already in use". These lie below that range.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FROM, TO = 10_000, 32_768  # where the kernel does not say its range, the usual start of it
TRIES = 500


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """So many of them, all different."""
    top = min(TO, int(RANGE.read_text(encoding="ascii").split()[0])) if RANGE.exists() else TO
    choose, found = random.SystemRandom(), []
    held: list[socket.socket] = []
    try:
        for _ in range(TRIES):
            if len(found) == number:
                return found
            port = choose.randrange(FROM, top) if top > FROM else 0
            try:
                held.append(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            found.append(int(held[-1].getsockname()[1]))
    finally:
        for one in held:
            one.close()
    raise RuntimeError(f"No {number} free ports between {FROM} and {top} after {TRIES} tries.")
