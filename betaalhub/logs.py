"""The log of every process: one line per event, as JSON or readable, without a person's data, a message body or a secret."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from types import TracebackType
from typing import Any
from urllib.parse import unquote

import structlog
from gunicorn.glogging import Logger

from betaalhub.errors import BetaalhubError

_TOKEN = re.compile(r"(/(?:winkelmandje|betaling)(?:/|%2F)+)[^/?#\s\"']+", re.IGNORECASE)
_QUERY = re.compile(r"(/[^?\s\"']*)\?[^\s\"']+")
_HIDDEN = frozenset(
    {
        "authorization", "body", "email", "geheim", "kijktoken", "meebetaaltoken", "naam", "password", "rit", "secret",
        "sleutel", "token", "wachtwoord",
    }
)  # fmt: skip

# Libraries that write whole messages, statements or addresses into their log. Above this level they may speak.
_QUIET = {
    "spyne": logging.CRITICAL + 1,  # logs requests, also in its errors; our own edge logs every fault
    "zeep": logging.WARNING,
    "urllib3": logging.ERROR,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "werkzeug": logging.WARNING,
}

_log = structlog.get_logger("toegang")


def mask(text: str) -> str:
    """Hide what opens a page: the token in a portal address (of a winkelmandje or of a mail), and every query string."""
    return _QUERY.sub(r"\1?***", _TOKEN.sub(r"\1***", text))


def configure_logging(level: str, json: bool) -> None:
    """Send every log line of this process to standard error, from `level` (INFO, …) up; may be called again."""
    stamps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*stamps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_not_too_talkative)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*stamps, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _tell_exception, _hide, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


class GunicornLogger(Logger):
    """Gunicorn's log in the form of the house: through the root logger, one `http_request` line per request."""

    def setup(self, cfg: Any) -> None:
        """Give gunicorn's two loggers no handlers of their own; called at the start and at every reload."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """What gunicorn itself refuses, by kind: its own text quotes the request."""
        if str(msg).startswith("Invalid request from"):
            error = sys.exc_info()[0]
            _log.warning("http_request_refused", error=error.__name__ if error else "-")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """A sender that stalls halfway its headers is cut off by SO_RCVTIMEO: no error of ours."""
        if isinstance(sys.exc_info()[1], BlockingIOError):
            _log.info("http_sender_stalled")
        else:
            super().exception(msg, *args, **kwargs)

    def access(self, resp: Any, req: Any, environ: Mapping[str, str], request_time: timedelta) -> None:
        """One line per answer, without address, query, referrer or name of the browser; health checks only at DEBUG."""
        path = _path_of(environ.get("RAW_URI", ""))
        write = _log.debug if path.startswith("/health/") else _log.info
        write(
            "http_request",
            method=environ.get("REQUEST_METHOD", "-"),
            path=path,
            status=int(str(resp.status).split(None, 1)[0]),
            bytes=getattr(resp, "sent", None) or 0,
            ms=request_time // timedelta(milliseconds=1),
        )


def _path_of(address: str) -> str:
    """The path that was asked, however it was written: a letter of it may be sent as %77, and then no mask would know it."""
    path = address.partition("?")[0]
    return unquote(path) if "%" in path else path


def _not_too_talkative(record: logging.LogRecord) -> bool:
    return record.levelno >= _QUIET.get(record.name.partition(".")[0], logging.NOTSET)


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last net under the rule that nothing secret is logged in the first place."""
    for key, value in event.items():
        if key.lower() in _HIDDEN:
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = mask(value)
    return event


def _tell_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exc_info by types and places. Only the house's own errors keep their text: others may quote a message."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = " <- ".join(_told(link) for link in _chain(error))
    return event


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links


def _told(error: BaseException) -> str:
    text = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BetaalhubError):
        text += f": {error}"
    return f"{text} at {_places(error.__traceback__)}"


def _places(found: TracebackType | None) -> str:
    return ", ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(found)) or "-"
