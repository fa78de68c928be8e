"""The nginx example of deploy/ as a test runs it: as it is shipped, with other ports, places and terms."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.structure.house import TOP

NGINX, OPENSSL = (
    shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ["PATH"]),
    shutil.which("openssl"),
)
_FRAME = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/betaalhub.conf;
}}
"""


def skip_without_nginx() -> None:
    """Skip this test where nginx or openssl is missing; fail instead where BETAALHUB_TEST_NGINX says that they must be there."""
    if NGINX is None or OPENSSL is None:
        if os.environ.get("BETAALHUB_TEST_NGINX"):
            pytest.fail("BETAALHUB_TEST_NGINX asks for nginx and openssl, and they are not there")
        pytest.skip("no nginx: apt-get install nginx-light openssl")


def write_config(folder: Path, port: int, upstreams: Sequence[int], changes: Mapping[str, str]) -> Path:
    """The example before hubs on these ports of this machine, with a certificate of its own (keten.pem) for 127.0.0.1.

    `changes`: what stands in the example, as a regular expression, and what stands there in this test; each must be found.
    """
    for name in ("soap-fout", "even-niet"):
        shutil.copytree(TOP / "deploy/nginx" / name, folder / name)
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / "sleutel.pem"), "-out", str(folder / "keten.pem")]
    subject = ["-subj", "/CN=hub", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([str(OPENSSL), "req", "-x509", *key, *subject], check=True, capture_output=True)
    shutil.copy(folder / "keten.pem", folder / "pkioverheid.pem")
    (folder / "proxy-geheim.conf").write_text('proxy_set_header X-Betaalhub-Proxy "geheim";')
    shared = folder / "soap-fout/locaties.conf"
    shared.write_text(shared.read_text(encoding="utf-8").replace("/etc/nginx/betaalhub", str(folder)))
    text = (TOP / "deploy/nginx/betaalhub.conf").read_text(encoding="utf-8")
    servers = [f"server 127.0.0.1:{one} max_fails=3 fail_timeout=5s;" for one in upstreams]
    for old, new in {
        r"server 127\.0\.0\.1:8080[^;]*;": "\n    ".join(servers),
        r"listen 80;": f"listen 127.0.0.1:{free_port()};", r"listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        r"listen \[::\].*": "", "/etc/betaalhub/tls": str(folder), "/etc/nginx/betaalhub": str(folder),
        r"ssl_crl .*": "", "/var/log/nginx": str(folder), **changes,
    }.items():  # fmt: skip
        text, changed = re.subn(old, new, text)
        assert changed, old
    (folder / "betaalhub.conf").write_text(text)
    config = folder / "nginx.conf"
    config.write_text(_FRAME.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    return config
