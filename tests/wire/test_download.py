"""A download is the same everywhere, and is not sent to who has it."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.wire.download import Download, make_zip

FILES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=8), st.binary(max_size=200), max_size=8)
ONE = Download("een.zip", "application/zip", b"inhoud")


@given(FILES)
def test_a_zip_gives_back_what_was_put_in(files: dict[str, bytes]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(make_zip(files)))
    assert {name: archive.read(name) for name in archive.namelist()} == files


@given(FILES)
def test_the_order_in_which_files_were_found_changes_nothing(files: dict[str, bytes]) -> None:
    assert make_zip(files) == make_zip(dict(reversed(files.items())))


@pytest.mark.parametrize("named", [ONE.etag, f"W/{ONE.etag}", f'"ander", {ONE.etag}', "*"])
def test_who_has_it_gets_304(named: str) -> None:
    assert ONE.status({"HTTP_IF_NONE_MATCH": named}).startswith("304")


@pytest.mark.parametrize("named", ["", '"ander"', ONE.etag.strip('"')])
def test_who_has_another_gets_it(named: str) -> None:
    assert ONE.status({"HTTP_IF_NONE_MATCH": named}).startswith("200")


def test_another_content_has_another_etag() -> None:
    assert Download("een.zip", "application/zip", b"anders").etag != ONE.etag
