"""Attacks by character set: the bytes, the Content-Type and the code that must be among those of the fault."""

from __future__ import annotations

import codecs

from tests.hostile.messages import XML, envelope, start

BARE = "text/xml"
_TEXT = "Buurtfeest café"
_GOOD = envelope(start(Omschrijving=_TEXT))


def _declared(name: str, message: str = _GOOD) -> str:
    return f"<?xml version='1.0' encoding='{name}'?>{message}"


def _utf8(inside: bytes) -> bytes:
    """A message with these bytes in the middle of a text."""
    return envelope(start(Omschrijving="@@")).encode().replace(b"@@", inside)


ATTACKS: dict[str, tuple[bytes, str, str]] = {
    "UTF-7 with charset": (_GOOD.encode("utf-7"), "text/xml; charset=utf-7", "TEKENSET_ONBEKEND"),
    "UTF-7 by declaration": (_declared("UTF-7", envelope(start()).replace("<b:", "+ADw-b:")).encode("ascii"), BARE, "TEKENSET_ONBEKEND"),
    "EBCDIC by declaration": (_declared("IBM037").encode("cp037"), BARE, "NIET_WELGEVORMD"),
    "EBCDIC with charset": (_declared("IBM037").encode("cp037"), "text/xml; charset=IBM037", "TEKENSET_ONBEKEND"),
    "EBCDIC that says UTF-8": (_GOOD.encode("cp037"), XML, "NIET_WELGEVORMD"),
    "UTF-32": (_GOOD.encode("utf-32"), BARE, "TEKENSET_ONBEKEND"),
    "UTF-32 without BOM": (_GOOD.encode("utf-32-be"), BARE, "TEKENSET_ONBEKEND"),
    "UTF-32 with charset": (_GOOD.encode("utf-32"), "text/xml; charset=utf-32", "TEKENSET_ONBEKEND"),
    "UTF-16 that says UTF-8": (_GOOD.encode("utf-16"), XML, "NIET_WELGEVORMD"),
    "UTF-16 without BOM": (_GOOD.encode("utf-16-le"), BARE, "TEKENSET_ONBEKEND"),
    "UTF-16 declared in bytes of one": (_declared("UTF-16").encode(), BARE, "TEKENSET_ONBEKEND"),
    "UTF-16 cut in a character": (_GOOD.encode("utf-16")[:-1], BARE, "NIET_WELGEVORMD"),
    "UTF-16 with half a pair": (
        codecs.BOM_UTF16_LE + envelope(start(Omschrijving="@")).encode("utf-16-le").replace(b"@\0", b"\x00\xd8"), BARE, "NIET_WELGEVORMD",
    ),
    "UTF-8 that says UTF-16": (_GOOD.encode(), "text/xml; charset=utf-16", "NIET_WELGEVORMD"),
    "Latin-1 that says UTF-8": (_GOOD.encode("latin-1"), XML, "NIET_WELGEVORMD"),
    "Latin-1 that says nothing": (_GOOD.encode("latin-1"), BARE, "NIET_WELGEVORMD"),
    "UTF-8 that says ASCII": (_GOOD.encode(), "text/xml; charset=us-ascii", "NIET_WELGEVORMD"),
    "Shift JIS by declaration": (_declared("Shift_JIS", envelope(start())).encode(), BARE, "TEKENSET_ONBEKEND"),
    "ISO-2022-JP by declaration": (_declared("ISO-2022-JP", envelope(start())).encode(), BARE, "TEKENSET_ONBEKEND"),
    "HZ by declaration": (_declared("HZ-GB-2312", envelope(start())).encode(), BARE, "TEKENSET_ONBEKEND"),
    "a set that does not exist": (_declared("klingon").encode(), BARE, "TEKENSET_ONBEKEND"),
    "a set with a very long name": (_declared("k" * 50_000).encode(), BARE, "ONGELDIG_BERICHT"),
    "a charset that does not exist": (_GOOD.encode(), "text/xml; charset=klingon", "TEKENSET_ONBEKEND"),
    "a charset of a codec of Python": (_GOOD.encode(), "text/xml; charset=zlib_codec", "TEKENSET_ONBEKEND"),
    "two charsets": (_GOOD.encode(), "text/xml; charset=utf-8; charset=utf-7", "TEKENSET_ONBEKEND"),
    "overlong slash": (_utf8(b"\xc0\xaf"), XML, "NIET_WELGEVORMD"),
    "overlong bracket": (_utf8(b"\xc0\xbc"), XML, "NIET_WELGEVORMD"),
    "overlong NUL": (_utf8(b"\xc0\x80"), XML, "NIET_WELGEVORMD"),
    "a surrogate in UTF-8": (_utf8(b"\xed\xa0\x80"), XML, "NIET_WELGEVORMD"),
    "a pair of surrogates in UTF-8": (_utf8(b"\xed\xa0\xbd\xed\xb8\x80"), XML, "NIET_WELGEVORMD"),
    "beyond Unicode": (_utf8(b"\xf4\x90\x80\x80"), XML, "NIET_WELGEVORMD"),
    "five bytes": (_utf8(b"\xf8\x88\x80\x80\x80"), XML, "NIET_WELGEVORMD"),
    "a lonely continuation": (_utf8(b"\x80"), XML, "NIET_WELGEVORMD"),
    "half a character": (_utf8(b"\xe2\x82"), XML, "NIET_WELGEVORMD"),
    "NUL": (_utf8(b"\x00"), XML, "NIET_WELGEVORMD"),
    "NUL at the end": (_GOOD.encode() + b"\x00", XML, "NIET_WELGEVORMD"),
    "NUL at the start": (b"\x00" + _GOOD.encode(), XML, "NIET_WELGEVORMD"),
    "a control character": (_utf8(b"\x07"), XML, "NIET_WELGEVORMD"),
    "escape codes of a terminal": (_utf8(b"\x1b[31m"), XML, "NIET_WELGEVORMD"),
    "a control character by reference": (_utf8(b"&#7;"), XML, "NIET_WELGEVORMD"),
    "NUL by reference": (_utf8(b"&#0;"), XML, "NIET_WELGEVORMD"),
    "a surrogate by reference": (_utf8(b"&#xD800;"), XML, "NIET_WELGEVORMD"),
    "a reference beyond Unicode": (_utf8(b"&#x110000;"), XML, "NIET_WELGEVORMD"),
    "a reference without end": (_utf8(b"&#" + b"9" * 5000), XML, "NIET_WELGEVORMD"),
    "FFFE": (_utf8("\ufffe".encode()), XML, "NIET_WELGEVORMD"),
    "two BOMs": (codecs.BOM_UTF8 * 2 + _GOOD.encode(), XML, "NIET_WELGEVORMD"),
    "a BOM of UTF-16 before UTF-8": (codecs.BOM_UTF16_LE + _GOOD.encode(), BARE, "NIET_WELGEVORMD"),
    "a line separator": (_utf8("\u2028".encode()), XML, "WAARDE_ONJUIST"),
    "the next line of C1": (_utf8(b"\xc2\x85"), XML, "WAARDE_ONJUIST"),
    "text that turns round": (_utf8("\u202eneto".encode()), XML, "WAARDE_ONJUIST"),
    "invisible text": (_utf8("Buurt\u200bfeest".encode()), XML, "WAARDE_ONJUIST"),
    "beyond the basic plane": (_utf8("\U0001f600".encode()), XML, "WAARDE_ONJUIST"),
    "a private character": (_utf8("\ue000".encode()), XML, "WAARDE_ONJUIST"),
    "tags of Unicode": (_utf8("\U000e0041".encode()), XML, "WAARDE_ONJUIST"),
    "gzip without a word": (b"\x1f\x8b\x08\x00" + b"\x00" * 40, XML, "NIET_WELGEVORMD"),
    "random bytes": (bytes(range(256)) * 20, XML, "NIET_WELGEVORMD"),
    "nothing": (b"", XML, "NIET_WELGEVORMD"),
    "only a BOM": (codecs.BOM_UTF8, XML, "NIET_WELGEVORMD"),
    "only white space": (b" \r\n\t" * 99, XML, "NIET_WELGEVORMD"),
}  # fmt: skip


def _fine(number: int) -> str:
    return envelope(start(f"E-{number}", Kenmerk=f"EN-{number}", Omschrijving=_TEXT))


HARMLESS: dict[str, tuple[bytes, str]] = {
    "UTF-8 with a BOM": (codecs.BOM_UTF8 + _fine(1).encode(), XML),
    "UTF-16 with a BOM": (_fine(2).encode("utf-16"), BARE),
    "UTF-16 with a BOM and declared": (_declared("UTF-16", _fine(3)).encode("utf-16"), "text/xml; charset=utf-16"),
    "UTF-16 big end first": (codecs.BOM_UTF16_BE + _fine(4).encode("utf-16-be"), BARE),
    "Latin-1 by declaration": (_declared("ISO-8859-1", _fine(5)).encode("latin-1"), BARE),
    "Latin-1 with charset": (_fine(6).encode("latin-1"), "text/xml; charset=ISO-8859-1"),
    "windows-1252 by declaration": (_declared("windows-1252", _fine(7)).encode("cp1252"), BARE),
    "the header wins": (_declared("ISO-8859-1", _fine(8)).encode(), XML),
    "a charset in quotes": (_fine(9).encode(), 'Text/XML;CharSet="UTF-8"'),
}
