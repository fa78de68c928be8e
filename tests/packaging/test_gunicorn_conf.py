"""The gunicorn values: read from the settings, and safe also when somebody overrides the address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from betaalhub.settings import FIELDS, PREFIX
from tests.structure.house import TOP

SHOW = """
import sys
from types import SimpleNamespace
from gunicorn.app.wsgiapp import WSGIApplication

sys.argv = ["gunicorn", "--config", sys.argv[1], *sys.argv[2:]]
cfg = WSGIApplication().cfg
cfg.worker_class.check_config(cfg, None)
cfg.on_starting(SimpleNamespace(address=cfg.address))
print(cfg.worker_class_str, cfg.workers, cfg.threads, cfg.keepalive, cfg.control_socket_disable, cfg.bind)
"""


def gunicorn(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    required = {PREFIX + field.name: "x" * 32 for field in FIELDS if field.default is None}
    env = {"PATH": os.environ["PATH"], **required, **{PREFIX + name: value for name, value in settings.items()}}
    return subprocess.run(
        [sys.executable, "-c", SHOW, *arguments], cwd=TOP, env=env, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("config", ["python:betaalhub.gunicorn_conf", "deploy/gunicorn.conf.py"])
def test_the_settings_decide(config: str) -> None:
    done = gunicorn(config, BIND="127.0.0.1:8099", PROCESSES="3", THREADS="5")
    guarded = (
        "betaalhub.http_server.refusals.GuardedRefusals"  # gthread, and our headers on what gunicorn refuses itself
    )
    assert done.stdout.split() == [guarded, "3", "5", "75", "True", "['127.0.0.1:8099']"], done.stderr


def test_our_own_worker_can_be_chosen() -> None:
    done = gunicorn("python:betaalhub.gunicorn_conf", HTTP_WORKER="snel")
    assert done.stdout.startswith("betaalhub.http_server.worker.PlainWorker "), done.stderr


@pytest.mark.parametrize("option", [("--certfile", "x"), ("--proxy-protocol", "v1"), ("--protocol", "uwsgi")])
def test_what_our_worker_does_not_do_stops_the_start(option: tuple[str, str]) -> None:
    done = gunicorn("python:betaalhub.gunicorn_conf", *option, HTTP_WORKER="snel")
    assert "no TLS, PROXY protocol, uwsgi or HTTP/2; use gthread" in done.stderr


def test_an_address_on_the_command_line_does_not_get_round_the_rule() -> None:
    done = gunicorn("python:betaalhub.gunicorn_conf", "--bind", "0.0.0.0:8099")
    assert "ConfigurationError: BETAALHUB_BIND: 0.0.0.0 is geen loopback" in done.stderr


def test_behind_a_tls_proxy_it_may_listen_elsewhere() -> None:
    assert gunicorn("python:betaalhub.gunicorn_conf", "--bind", "0.0.0.0:8099", TLS_PROXY="ja").returncode == 0


def test_a_unix_socket_is_fine() -> None:
    assert gunicorn("python:betaalhub.gunicorn_conf", "--bind", "unix:/tmp/hub.sock").returncode == 0


def told(probe: str) -> str:
    """What Python prints that has our values as `conf`."""
    required = {PREFIX + field.name: "x" * 32 for field in FIELDS if field.default is None}
    code = f"import gc, logging, socket, sys, types\nimport betaalhub.gunicorn_conf as conf\n{probe}"
    env = {"PATH": os.environ["PATH"], **required}
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("limit", "seconds"), [(socket.SO_RCVTIMEO, 5), (socket.SO_SNDTIMEO, 30)])
def test_a_caller_that_stalls_is_cut_off(limit: int, seconds: int) -> None:
    probe = "s = socket.create_server(('127.0.0.1', 0))\n"
    probe += "conf.when_ready(types.SimpleNamespace(LISTENERS=[types.SimpleNamespace(sock=s)]))\n"
    probe += (
        f"print(s.getsockopt({int(socket.SOL_SOCKET)}, {int(limit)}, 16)[:8] == ({seconds}).to_bytes(8, sys.byteorder))"
    )
    assert told(probe) == "True"


def test_what_was_loaded_at_the_start_is_left_out_of_every_garbage_collection() -> None:
    assert int(told("conf.post_worker_init(types.SimpleNamespace()); print(gc.get_freeze_count())")) > 10_000


@pytest.mark.parametrize(("mib", "alive"), [(1, "True"), (400, "False")])
def test_a_process_that_has_grown_too_large_is_replaced(mib: int, alive: str) -> None:
    probe = "worker = types.SimpleNamespace(alive=True, log=logging.getLogger())\n"
    probe += f"grown = b'x' * ({mib} << 20)\nconf.post_request(worker, None, None, None); print(worker.alive)"
    assert told(probe) == alive


def test_a_large_block_that_a_thread_is_done_with_goes_back_to_the_system() -> None:
    probe = "from concurrent.futures import ThreadPoolExecutor\nconf.post_worker_init(types.SimpleNamespace())\n"
    probe += "pages = lambda: int(open('/proc/self/statm').read().split()[1])\n"
    probe += "with ThreadPoolExecutor(1) as pool:\n"
    probe += "    before = pool.submit(pages).result()\n"
    probe += "    for _ in range(3): pool.submit(lambda: len(b'x' * (19 << 20))).result()\n"
    probe += "    print((pool.submit(pages).result() - before) * 4096 < 10 << 20)"
    assert told(probe) == "True"
