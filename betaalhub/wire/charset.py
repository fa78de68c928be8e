"""The character sets that a message may be in, judged before it is parsed: libxml2 itself would take dozens more.

Other sets (UTF-7, UTF-32, EBCDIC, Shift JIS, …) hide markup from every bound and every filter that looks at bytes.
"""

from __future__ import annotations

import codecs
import re

from betaalhub.wire.codes import FindingCode
from betaalhub.wire.faults import invalid

CHARSETS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']""")
_LONGEST_DECLARATION = 512


def check_charset(body: bytes, charset: str) -> None:
    """Refuse a message in another set. `charset` is that of the Content-Type, which goes before what the message says.

    Without one a byte order mark decides, then the XML declaration; UTF-16 needs its mark (XML 1.0, section 4.3.3).
    Raises WireFault with finding TEKENSET_ONBEKEND or NIET_WELGEVORMD.
    """
    if charset:
        if charset not in CHARSETS:
            raise invalid(FindingCode.TEKENSET_ONBEKEND, "De tekenset in het Content-Type wordt niet ondersteund.")
        return
    if body.startswith(_UTF16) and not body.startswith(_UTF32):
        return
    if b"\0" in body[:4]:
        raise _unknown()
    found = _DECLARED.match(body.removeprefix(codecs.BOM_UTF8)[:_LONGEST_DECLARATION])
    declared = found[1].decode("latin-1").lower() if found else "utf-8"
    if declared not in CHARSETS or declared == "utf-16":
        raise _unknown()
    if not body.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        raise invalid(FindingCode.NIET_WELGEVORMD, "Dit is geen welgevormde XML: het bericht begint niet met <.")


def _unknown() -> Exception:
    text = "De tekenset van het bericht is onbekend of wordt niet ondersteund; gebruik UTF-8."
    return invalid(FindingCode.TEKENSET_ONBEKEND, text)
