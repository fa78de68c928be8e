"""The present request as a connector reads it: a notification, or a citizen who returns from the PSP."""

from __future__ import annotations

from flask import request

from betaalhub.ports import InboundHttp


def inbound_http() -> InboundHttp:
    """Method, path, query, headers and body as they came in."""
    return InboundHttp(
        method=request.method,
        path=request.path,
        query=request.args.to_dict(),
        headers=dict(request.headers),
        body=request.get_data(),
    )
