"""A secret that must stay readable: only with the key, and only under the name that it belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.errors import ConfigurationError
from betaalhub.soap.secret_box import decrypt, encrypt

KEY = "k" * 32


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_goes_in_comes_out_and_fits_in_the_register(naam: str, geheim: str) -> None:
    stored = encrypt(KEY, naam, geheim)
    assert decrypt(KEY, naam, stored) == geheim
    assert len(stored) <= 500


def test_the_same_secret_never_looks_the_same() -> None:
    assert encrypt(KEY, "esb", "geheim") != encrypt(KEY, "esb", "geheim")


@pytest.mark.parametrize(
    ("key", "naam", "spoil"),
    [
        ("x" * 32, "esb", str),
        (KEY, "ander", str),
        (KEY, "esb", lambda s: s[:-6] + "AAAA=="),
        (KEY, "esb", lambda s: "1.é"),
    ],
)
def test_another_key_name_or_text_gives_nothing(key: str, naam: str, spoil: type[str]) -> None:
    with pytest.raises(ConfigurationError, match="USERNAMETOKEN_KEY"):
        decrypt(key, naam, spoil(encrypt(KEY, "esb", "geheim")))
