"""How gunicorn serves the hub (`gunicorn --config python:betaalhub.gunicorn_conf betaalhub.wsgi:application`).

The values come from the settings; the reasons behind the others were measured and stand beside them. A site that wants
other values starts from `deploy/gunicorn.conf.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import resource
import socket
import struct
from importlib import import_module
from pathlib import Path
from typing import Any

from betaalhub.errors import ConfigurationError
from betaalhub.logs import configure_logging
from betaalhub.settings import LOOPBACK, Settings
from betaalhub.web.security import as_lines

_settings = Settings.from_env()
configure_logging(_settings.log_level, _settings.log_format == "json")

_STALL_SECONDS = 5
_MOST_MIB = 384  # of one process; about 100 after ordinary load
_SILENT_SECONDS = 30

wsgi_app = "betaalhub.wsgi:application"
bind = [_settings.bind]
workers = _settings.processes
threads = _settings.threads
# A waiting page may wait for the PSP for some seconds; that must not hold up the others, so both have threads.
worker_class = {
    "snel": "betaalhub.http_server.worker.PlainWorker",
    "gthread": "betaalhub.http_server.refusals.GuardedRefusals",
}[_settings.http_worker]
keepalive = 75  # longer than the proxy keeps an idle connection (60), so that the proxy never writes into a closed one
graceful_timeout = 60  # longer than the longest call of a neighbour that a request may wait for
timeout = 60
max_requests = 10_000  # a fresh process now and then, not all of them at once
max_requests_jitter = 1_000
control_socket_disable = True  # two hubs of one user would take over each other's control socket
forwarded_allow_ips = ""  # addresses are built from PUBLIC_URL; no header of a caller is believed
forwarder_headers = ""
logger_class = "betaalhub.logs.GunicornLogger"
accesslog = "-"  # on; the logger class decides where to and what
loglevel = _settings.log_level.lower()
proc_name = "betaalhub"


def on_starting(server: Any) -> None:
    """Refuse to listen where passwords would cross a network in the clear; raises ConfigurationError.

    And load the program before the door opens. A process that is forked from here answers after 0.2 s instead of a second
    or more, so nobody waits at a node that was just restarted, and a process that died is soon replaced. The settings
    and the files that they name are still read by each process itself: a reload sees new ones, but not a new program.
    """
    import_module("betaalhub.app")
    for address in server.address:
        if isinstance(address, tuple) and address[0] not in LOOPBACK and not _settings.tls_proxy:
            raise ConfigurationError(
                f"BETAALHUB_BIND: {address[0]} is geen loopback; zet er een TLS-proxy voor en BETAALHUB_TLS_PROXY=ja"
            )


def when_ready(server: Any) -> None:
    """Cut off a sender that stalls halfway its message, and a reader that takes no more of its answer: accepted sockets
    inherit these limits from the listening one.

    And let the kernel keep a connection on which nothing was said yet: gunicorn gives each of them a thread for 5 seconds.
    """
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", _STALL_SECONDS, 0))
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SILENT_SECONDS, 0))
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)


def post_worker_init(worker: Any) -> None:
    """Let what gunicorn answers by itself carry our headers; and keep what was loaded out of every later garbage collection.

    It is some 150,000 objects that never die. Walking them in the middle of a request took 108 ms of CPU
    (docs/benchmarks.md).
    """
    worker.refusal_headers = as_lines(tls=_settings.tls_proxy)
    gc.collect()
    gc.freeze()
    _give_back_large_blocks()


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """Replace a process that has grown too large, after its last answers; another one takes its place.

    libxml2 keeps every name of an element or attribute that a thread has ever parsed. The contract's names are few, but
    who sends messages full of invented ones makes a process grow, by up to 2 MiB a message; this is the bound.
    """
    if worker.alive and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _MOST_MIB * 1024 and _holds_too_much():
        worker.log.warning("worker_too_large")
        worker.alive = False


def _holds_too_much() -> bool:
    """Whether the process holds that much now: the peak is cheap to ask, but may be that of a program it was before."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() > _MOST_MIB << 20
    return True


def _give_back_large_blocks() -> None:
    """Let glibc return every block of a mebibyte or more at once, as it does by itself until it has freed the first.

    After that it keeps such a block for each thread: the 19 MiB of argon2, say, times the threads that ever checked a
    password. Another C library than glibc has no such habit, and no mallopt.
    """
    threshold = -3  # M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(threshold, 1 << 20)
