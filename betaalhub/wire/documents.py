"""The contract over HTTP GET: a fixed set of documents, each with an ETag; whatever else is asked is a plain-text 404."""

from __future__ import annotations

from collections.abc import Mapping

from betaalhub.wire.download import Download
from betaalhub.wire.request import Environ

Answer = tuple[str, bytes, tuple[tuple[str, str], ...]]  # status, body, headers

_TEXT = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
_ABSENT = "Dit document is er niet. Vraag ?wsdl, ?singleWsdl of een ?xsd= uit de WSDL.\n"


def exists(environ: Environ, *paths: str) -> bool:
    """Whether a request is for the service itself, or for one of these paths below it.

    Below the prefix under which a service is mounted nothing else is there; one without a prefix owns every path.
    """
    path = str(environ.get("PATH_INFO") or "").rstrip("/")
    return not environ.get("SCRIPT_NAME") or path in ("", *paths)


class Documents:
    """The documents of one contract by query string, and what may be downloaded beside it, made once. The Host header is not read."""

    def __init__(self, documents: Mapping[str, bytes], downloads: Mapping[str, Download] | None = None) -> None:
        xml = {query.lower(): Download("", "text/xml; charset=utf-8", body) for query, body in documents.items()}
        self._documents = {**xml, **(downloads or {})}

    def answer(self, environ: Environ) -> Answer:
        """The document that a GET or HEAD asks for, 304 when the caller has it already, or 404."""
        query = str(environ.get("QUERY_STRING") or "").lower()
        if not query and str(environ.get("PATH_INFO") or "").rstrip("/").endswith("/wsdl"):
            query = "wsdl"
        document = self._documents.get(query)
        if document is None or not exists(environ):
            return "404 Not Found", _ABSENT.encode(), _TEXT
        if document.etag in str(environ.get("HTTP_IF_NONE_MATCH") or "")[:4096]:
            return "304 Not Modified", b"", document.kept
        return "200 OK", document.content, document.headers
