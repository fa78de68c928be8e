"""What reaches the log: events and ids, and nothing that opens a winkelmandje or names a person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from betaalhub.errors import ConfigurationError
from betaalhub.logs import configure_logging, mask

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The log of this process from now on, at DEBUG, as JSON; everything is put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("DEBUG", json=True)
    root.handlers[0].stream = stream  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_an_event_has_its_ids_a_level_and_a_time_in_utc(lines: Lines) -> None:
    structlog.get_logger().info("betaling_gestart", betaling=7)
    [line] = lines()
    assert (line["event"], line["betaling"], line["level"]) == ("betaling_gestart", 7, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_the_token_of_a_winkelmandje_is_masked_everywhere(lines: Lines) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/nl/winkelmandje/AbC-_1/betalen?x=1")
    structlog.get_logger().info("page", url="https://betalen.example/nl/winkelmandje/AbC-_1")
    assert "AbC-_1" not in json.dumps(lines())


@pytest.mark.parametrize("key", ["token", "email", "password", "body", "Authorization"])
def test_what_should_not_have_been_given_is_hidden(lines: Lines, key: str) -> None:
    structlog.get_logger().info("x", **{key: "geheim"})
    assert "geheim" not in json.dumps(lines())


def test_an_exception_is_told_by_type_and_place_and_not_by_text(lines: Lines) -> None:
    try:
        int("BSN 123456782")
    except ValueError:
        structlog.get_logger().exception("broken")
    [line] = lines()
    assert "builtins.ValueError at " in str(line["exception"])
    assert "123456782" not in json.dumps(line)


def test_an_error_of_the_house_keeps_its_text(lines: Lines) -> None:
    structlog.get_logger().error("refused", exc_info=ConfigurationError("BETAALHUB_BIND: geef adres:poort"))
    assert "geef adres:poort" in str(lines()[0]["exception"])


@pytest.mark.parametrize(
    "name", ["spyne.protocol.xml", "zeep.transports", "urllib3.connectionpool", "sqlalchemy.engine"]
)
def test_libraries_that_log_messages_are_quiet(lines: Lines, name: str) -> None:
    logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger(name).info("<Bericht/>")
    assert not lines()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/en/winkelmandje/t0k3n", "/en/winkelmandje/***"),
        ("/nl/betaling/t0k3n/bewijs", "/nl/betaling/***/bewijs"),
        ("/nl/winkelmandje//t0k3n/ga?rit=x", "/nl/winkelmandje//***/ga?***"),
        ("https://shop.example/terug?meebetaaltoken=7-1-ab", "https://shop.example/terug?***"),
        ("/psp/psp/melding?reference=4-1", "/psp/psp/melding?***"),
        ("waarom? daarom", "waarom? daarom"),
    ],
)
def test_an_address_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_the_readable_form_is_readable(capsys: pytest.CaptureFixture[str], lines: Lines) -> None:
    configure_logging("INFO", json=False)
    structlog.get_logger().info("gestart", poort=8080)
    logging.getLogger().handlers[0].flush()
    assert "gestart" in capsys.readouterr().err
