"""A download is the same everywhere, and is not sent to who has it."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.wire.documents import Documents
from betaalhub.wire.download import Download, make_zip

FILES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=8), st.binary(max_size=200), max_size=8)
ONE = Download("een.zip", "application/zip", b"inhoud")


@given(FILES)
def test_a_zip_gives_back_what_was_put_in(files: dict[str, bytes]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(make_zip(files)))
    assert {name: archive.read(name) for name in archive.namelist()} == files


def test_no_clock_and_no_compressor_has_a_say_in_it() -> None:
    (entry,) = zipfile.ZipFile(io.BytesIO(make_zip({"een": b"x" * 1000}))).infolist()
    assert (entry.date_time, entry.compress_type, entry.create_system) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3)


@given(FILES)
def test_the_order_in_which_files_were_found_changes_nothing(files: dict[str, bytes]) -> None:
    assert make_zip(files) == make_zip(dict(reversed(files.items())))


def test_only_one_with_a_name_is_saved_under_it() -> None:
    assert dict(ONE.headers)["Content-Disposition"] == 'attachment; filename="een.zip"'
    assert "Content-Disposition" not in dict(Download("", "text/xml", b"<a/>").headers)


@pytest.mark.parametrize(
    ("named", "status"),
    [(ONE.etag, "304"), (f"W/{ONE.etag}", "304"), (f'"x", {ONE.etag}', "304"), ('"x"', "200"), ("", "200")],
)
def test_who_has_it_already_is_not_sent_it(named: str, status: str) -> None:
    documents = Documents({}, {"een": ONE})
    answered, body, headers = documents.answer({"QUERY_STRING": "een", "HTTP_IF_NONE_MATCH": named})
    assert (answered[:3], dict(headers)["ETag"]) == (status, ONE.etag)
    assert (body == b"") is (status == "304")


def test_another_content_has_another_etag() -> None:
    assert Download("een.zip", "application/zip", b"anders").etag != ONE.etag
