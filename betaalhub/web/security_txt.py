"""Tells who finds a weak spot where to report it (RFC 9116), as Dutch government bodies are asked to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from betaalhub.web.context import the_web
from betaalhub.web.guards import public

_VALID = timedelta(days=180)
_Answer = tuple[str, int, dict[str, str]]


def make_security_txt(contact: str) -> Callable[[], _Answer]:
    """The view; `contact` is a mailto: or https: address, checked with the settings."""

    @public("the address at which a weak spot is reported is for everybody")
    def security_txt() -> _Answer:
        web = the_web()
        lines = (
            f"Contact: {contact}",
            f"Expires: {web.now() + _VALID:%Y-%m-%dT00:00:00Z}",
            "Preferred-Languages: nl, en",
            f"Canonical: {web.hub.portaal.url}/.well-known/security.txt",
        )
        return "\n".join(lines) + "\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    return security_txt
