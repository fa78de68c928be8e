"""An Oracle that is not there, that stays silent or that says no: told in words, in bounded time, and without the password."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import oracledb
import pytest
from sqlalchemy import Engine, NullPool
from sqlalchemy.exc import DBAPIError, OperationalError

from betaalhub.storage.database import DatabaseOptions, make_engine, reason_of, worth_another_try
from betaalhub.storage.database_oracle import code_of

SECRET = "zeer-geheim"


def url_of(port: int, driver: str = "oracledb") -> str:
    return f"oracle+{driver}://betaalhub:{SECRET}@127.0.0.1:{port}/?service_name=HUB"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def said_at_connect(engine: Engine) -> str:
    with pytest.raises(DBAPIError) as caught:
        engine.connect()
    assert SECRET not in str(caught.value)
    return reason_of(caught.value.orig)


def test_a_port_where_nothing_listens_is_told_with_what_to_look_at(closed_port: int) -> None:
    said = said_at_connect(make_engine(url_of(closed_port)))
    assert said.startswith("DPY-6005") and "Connection refused" in said and "firewall" in said


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_host_that_nobody_knows_is_told_and_leaves_no_traceback() -> None:
    url = f"oracle+oracledb://betaalhub:{SECRET}@db.gemeente.invalid/?service_name=HUB"
    assert said_at_connect(make_engine(url)).startswith("de hostnaam is niet gevonden")


def test_who_may_not_make_tables_is_told_which_scripts_come_first() -> None:
    said = reason_of(oracledb.DatabaseError("ORA-01031: insufficient privileges"))
    assert "scripts 02 als de eigenaar" in said and "LEESMIJ" in said


def test_a_listener_that_stays_silent_holds_nobody_longer_than_the_setting_says(silent_port: int) -> None:
    said = said_at_connect(make_engine(url_of(silent_port), DatabaseOptions(connect_timeout=1)))
    assert said == "geen antwoord binnen 2 seconden (twee keer BETAALHUB_ORACLE_CONNECT_TIMEOUT)"


def test_a_borrowed_session_that_does_not_come_is_told_too(silent_port: int) -> None:
    engine = make_engine(url_of(silent_port), DatabaseOptions(connect_timeout=1, drcp=True, pool=2))
    assert isinstance(engine.pool, NullPool)
    assert "DPY-4005" in said_at_connect(engine)


def test_without_an_instant_client_thick_mode_says_what_to_install(closed_port: int) -> None:
    """In a process of its own: thick mode holds for a whole process, and comes first or not at all."""
    open_it = (
        "import sys; from betaalhub.storage.database import *; make_engine(sys.argv[1], DatabaseOptions(thick=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", open_it, url_of(closed_port)], capture_output=True, text=True, check=False
    )
    last = done.stderr.splitlines()[-1]
    assert "ConfigurationError: BETAALHUB_DATABASE_URL: DPI-1047" in last and "LD_LIBRARY_PATH" in last
    assert SECRET not in last


@pytest.mark.skipif(find_spec("cx_Oracle") is None, reason="cx_Oracle is not here: make install-oracle-cx")
def test_cx_oracle_without_an_instant_client_says_what_to_install(closed_port: int) -> None:
    assert "LD_LIBRARY_PATH" in said_at_connect(make_engine(url_of(closed_port, "cx_oracle")))


class Told:
    """An error as a driver gives it: an object with a message and, of the database itself, a number."""

    def __init__(self, message: str, code: int = 0) -> None:
        self.message, self.code = message, code

    def __str__(self) -> str:
        return self.message


def failed(message: str, code: int = 0, *, statement: str | None = "UPDATE x") -> DBAPIError:
    return OperationalError(statement, {}, oracledb.DatabaseError(Told(message, code)))


@pytest.mark.parametrize(
    ("error", "again"),
    [(failed("ORA-00060: deadlock detected", 60), True),
     (failed("ORA-08177: can't serialize access", 8177), True),
     (failed("ORA-00054: resource busy", 54), True),
     (failed("DPY-4024: call timeout of 30000 ms exceeded"), True),
     (failed("DPI-1067: call timeout of 30000 ms exceeded with ORA-03156"), True),
     (failed("DPY-4024: call timeout of 30000 ms exceeded", statement=None), False),  # the commit: nobody knows
     (failed("ORA-00001: unique constraint violated", 1), False),
     (failed("ORA-00600: internal error", 600), False),
     (failed("no code at all"), False)],
)  # fmt: skip
def test_only_what_surely_undid_the_transaction_is_tried_again(error: DBAPIError, again: bool) -> None:
    assert worth_another_try(error) is again


@pytest.mark.parametrize(
    ("error", "lost"),
    [(Told("ORA-25408: can not safely replay call", 25408), True), (Told("ORA-01089: shutdown in progress", 1089), True),
     (Told("DPY-4024: call timeout"), True), (Told("DPY-4011: the database closed the connection"), True),
     (Told("ORA-00001: unique constraint violated", 1), False)],
)  # fmt: skip
def test_a_lost_session_is_not_used_again(error: Told, lost: bool, closed_port: int) -> None:
    """SQLAlchemy's own list and ours together, asked as SQLAlchemy asks them."""
    engine = make_engine(url_of(closed_port))
    raised = oracledb.DatabaseError(error)
    context = _Context(raised, engine.dialect.is_disconnect(raised, None, None))
    for listener in engine.dialect.dispatch.handle_error:
        listener(context)
    assert context.is_disconnect is lost


class _Context:
    def __init__(self, error: oracledb.DatabaseError, known: bool) -> None:
        self.original_exception, self.is_disconnect = error, known


@pytest.mark.parametrize(
    ("text", "code"),
    [("DPY-6005: cannot connect\nORA-12541: no listener", "DPY-6005"), ("ORA-01017: invalid credential", "ORA-01017"),
     ("Connection refused", None)],
)  # fmt: skip
def test_an_error_is_known_by_its_first_code(text: str, code: str | None) -> None:
    assert code_of(oracledb.DatabaseError(Told(text))) == code
    assert code_of(None) is None


def test_the_values_of_a_row_stay_out_of_what_is_told() -> None:
    """A 23ai tells the row that was double on its second line."""
    error = oracledb.DatabaseError(
        Told("ORA-00001: unique constraint (HUB.UQ_X) violated\nORA-03301: row (NAAM:Jansen)", 1)
    )
    assert "Jansen" not in reason_of(error)


class Session:
    """What the hub does to a fresh session, written down in the place of a driver's connection."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def cursor(self) -> Session:
        return self

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        self.said.append(statement)


@pytest.fixture
def prepared(closed_port: int) -> Callable[..., Session]:
    def prepare(**chosen: object) -> Session:
        engine = make_engine(url_of(closed_port), DatabaseOptions(**chosen))  # type: ignore[arg-type]
        session = Session()
        list(engine.pool.dispatch.connect)[-1](session, None)
        return session

    return prepare


def test_a_fresh_session_is_in_utc_compares_bytes_and_can_be_recognised(prepared: Callable[..., Session]) -> None:
    session = prepared(schema="BETAALHUB", role="worker", call_timeout=7)
    assert session.said == [
        "ALTER SESSION SET TIME_ZONE = 'UTC'",
        "ALTER SESSION SET NLS_COMP = BINARY NLS_SORT = BINARY",
        "ALTER SESSION SET CURRENT_SCHEMA = BETAALHUB",
    ]
    assert vars(session).items() >= {"call_timeout": 7000, "module": "betaalhub", "action": "worker"}.items()


def test_a_client_without_call_timeout_is_not_asked_for_one(prepared: Callable[..., Session]) -> None:
    assert not hasattr(prepared(call_timeout=0), "call_timeout")
