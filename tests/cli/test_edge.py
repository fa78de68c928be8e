"""Whatever goes wrong in a command, a person reads one line; where it went wrong is for the log at DEBUG."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result

from betaalhub.cli.edge import Edge
from betaalhub.errors import ConfigurationError, NeighbourError, Outcome, Refusal

broken = Edge("betaalhub")


@broken.command("deel")
def divide() -> None:
    """Deel door niets."""
    secret_number = 4827
    raise SystemExit(secret_number // len(()))


@broken.command("onderbreek")
def interrupt() -> None:
    """Als Ctrl-C."""
    raise KeyboardInterrupt


def run(name: str, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(broken, [name], env=env)


def test_the_unexpected_is_one_line_with_an_incident(caplog: pytest.LogCaptureFixture) -> None:
    result = run("deel")
    (line,) = result.output.splitlines()
    assert result.exit_code == 3
    assert line.startswith("Fout: er ging bij ons iets onverwachts mis (ZeroDivisionError, incident ")
    assert "BETAALHUB_LOG_LEVEL=DEBUG" in line


def test_at_debug_the_log_says_where() -> None:
    result = run("deel", {"BETAALHUB_LOG_LEVEL": "DEBUG"})
    logged, line = result.stderr.splitlines()
    told = json.loads(logged)
    assert told["event"] == "command_failed"
    assert "test_edge.py" in told["exception"]
    assert told["incident"] in line


def test_ctrl_c_is_not_an_error_of_ours() -> None:
    assert run("onderbreek").exit_code == 130


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigurationError("BETAALHUB_BIND: dat kan niet"), "Fout: BETAALHUB_BIND: dat kan niet\n"),
        (Refusal("KENMERK_ONJUIST", "Dit kenmerk klopt niet."), "Fout: Dit kenmerk klopt niet.\n"),
        (NeighbourError(Outcome.UNKNOWN, "SOAP_FAULT", neighbour="docdata"), "Fout: docdata: UNKNOWN (SOAP_FAULT)\n"),
    ],
)
def test_an_error_of_the_house_is_its_own_words(error: Exception, said: str) -> None:
    edge = Edge("betaalhub")

    @edge.command("doe")
    def do() -> None:
        raise error

    result = CliRunner().invoke(edge, ["doe"])
    assert (result.exit_code, result.output) == (2, said)
