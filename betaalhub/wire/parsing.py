"""The parsers of messages and answers: safe settings, and one per thread and character set, made once."""

from __future__ import annotations

import threading

from lxml import etree


class _OfThread(threading.local):
    """What one thread keeps: a parser can serve one thread at a time, and making one costs as much as a small message."""

    def __init__(self) -> None:
        self.parsers: dict[str, etree.XMLParser] = {}


_own = _OfThread()


def parser_for(charset: str = "") -> etree.XMLParser:
    """This thread's parser for a character set; empty: what the document itself declares, or UTF-8.

    The door lets in a handful of character sets (`request.CHARSETS`), so there are no more parsers. One follows no entity, loads nothing, drops comments and processing instructions, and keeps libxml2's own bounds.
    Raises LookupError for a character set that libxml2 does not know.
    """
    parser = _own.parsers.get(charset)
    if parser is None:
        parser = _own.parsers[charset] = _make(charset)
    return parser


def _make(charset: str) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=charset or None, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
