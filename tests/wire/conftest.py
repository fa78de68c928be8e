"""The library, ready to be called, and a real server around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from betaalhub.wire.serving import SoapEndpoint
from tests.wire.bibliotheek import library


@pytest.fixture(scope="session")
def desk() -> SoapEndpoint:
    """The library without authentication."""
    return library()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the library behind a threaded HTTP server on a free port."""
    http = make_server("127.0.0.1", 0, lambda environ, start: application[0](environ, start), threaded=True)
    address = f"http://127.0.0.1:{http.server_port}/soap"
    application = [library(address)]
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield address
    http.shutdown()
    thread.join(5)
