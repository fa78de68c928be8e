"""Who may open a page: every view says it itself, and a view that says nothing is never served."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, request

from betaalhub.errors import ConfigurationError

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,43}")  # no longer than the register keeps
_KIJKTOKEN = re.compile(r"[1-9][0-9]{0,17}-[0-9a-f]{32}")

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Guard:
    """How a view is guarded (`public`, `token`, `kijk`, `psp_hint`) and why that is enough."""

    kind: str
    reason: str


def public(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Everyone may open this view; `reason` says why that is right."""
    return lambda view: _mark(view, Guard("public", reason))


def token_holder(view: Callable[P, R]) -> Callable[P, R]:
    """Who holds the unguessable token in the address may open this view; what is no token is not found."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _TOKEN.fullmatch(str(kwargs.get("token", ""))):
            abort(404)
        return view(*args, **kwargs)

    return _mark(guarded, Guard("token", "the token in the address is unguessable and looked up by the view"))


def kijktoken_holder(view: Callable[P, R]) -> Callable[P, R]:
    """Who holds the signed kijktoken in the address may look; what the view does with it is only showing."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _KIJKTOKEN.fullmatch(str(kwargs.get("kijktoken", ""))):
            abort(404)
        return view(*args, **kwargs)

    return _mark(
        guarded, Guard("kijk", "the kijktoken in the address is signed by us, checked by the view, and only shows")
    )


def psp_hint(view: Callable[P, R]) -> Callable[P, R]:
    """A PSP (or anyone) may call this view: it only makes the hub ask the PSP, and believes nothing that it is told."""
    return _mark(view, Guard("psp_hint", "a hint: the hub asks the PSP itself"))


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard that a view carries; None when it carries none."""
    found = getattr(view, "guard", None)
    return found if isinstance(found, Guard) else None


def refuse_unguarded(app: Flask) -> None:
    """Deny by default. Raises ConfigurationError for a view without a guard; one added later is answered with 404."""
    bare = sorted(name for name, view in app.view_functions.items() if guard_of(view) is None)
    if bare:
        raise ConfigurationError("Views without a guard: " + ", ".join(bare))

    @app.before_request
    def deny_by_default() -> None:
        if request.endpoint is not None and guard_of(app.view_functions[request.endpoint]) is None:
            abort(404)


def _mark(view: Callable[P, R], guard: Guard) -> Callable[P, R]:
    view.guard = guard  # type: ignore[attr-defined]
    return view
