"""Credentials in the Authorization header."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.wire.http_basic import basic_credentials

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=50)


def header(text: bytes, scheme: str = "Basic") -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"{scheme} {base64.b64encode(text).decode()}"}


@given(user=TEXT.filter(lambda text: ":" not in text), password=TEXT)
def test_whatever_was_sent_is_read(user: str, password: str) -> None:
    assert basic_credentials(header(f"{user}:{password}".encode(), "bAsIc")) == (user, password)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": "Basic"},
        {"HTTP_AUTHORIZATION": "Basic ~~~"},
        {"HTTP_AUTHORIZATION": "Basic é"},
        header(b"u:p", "Bearer"),
        header(b"no colon"),
        header(b":no user"),
        header(b"u:\xff"),
        header(b"u:p\n"),
        header(b"u:" + b"p" * 9000),
    ],
)
def test_anything_else_is_nobody(environ: dict[str, str]) -> None:
    assert basic_credentials(environ) is None
