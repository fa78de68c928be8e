"""What only Oracle needs of an engine: its session settings, timeouts, pool, and which errors mean gone or again.

Nothing here ever ran on an Oracle database: docs/oracle.md says what was shown in its place.
"""

from __future__ import annotations

import os
import queue
import re
import socket
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from betaalhub.errors import ConfigurationError

_CODE = re.compile(r"(?:ORA|DPY|DPI|TNS)-\d{4,5}")
_AGAIN = frozenset({"ORA-00054", "ORA-00060", "ORA-02049", "ORA-08177", "ORA-25402", "ORA-30006"})
# A call that took too long. What it did is undone with its transaction, unless the call was the commit itself.
_TOO_LONG = frozenset({"DPY-4024", "DPI-1067", "ORA-03136", "ORA-03156"})
# Sessions that are lost and that SQLAlchemy does not count as such; after a call that took too long a fresh one is safer.
_GONE = _TOO_LONG | frozenset(
    f"ORA-{number:05d}"
    for number in (1012, 1034, 1089, 1090, 1092, 3150, 12170, 12537, 12547, 12570, 12571, 12583, 16456)
    + (25401, 25402, 25408, 25409)
)
_MOST_HANGING = 32  # connects of this process that may wait for an answer at the same time
_hanging = threading.BoundedSemaphore(_MOST_HANGING)

_SESSION = (
    "ALTER SESSION SET TIME_ZONE = 'UTC'",
    "ALTER SESSION SET NLS_COMP = BINARY NLS_SORT = BINARY",  # whatever a logon trigger or the environment chose
)

_HINTS = {
    "DPI-1047": "de Oracle-client is niet gevonden; installeer Instant Client en noem de map in LD_LIBRARY_PATH",
    "DPY-2019": "dit proces werkt al zonder Oracle-client; start het opnieuw",
    "DPY-3001": "de server eist native network encryption; zet BETAALHUB_ORACLE_THICK=ja (met Instant Client)",
    "DPY-3010": "deze databaseversie is te oud zonder client; zet BETAALHUB_ORACLE_THICK=ja (met Instant Client)",
    "DPY-3015": "het wachtwoord heeft alleen een oude vorm (10G); laat het opnieuw instellen, of zet BETAALHUB_ORACLE_THICK=ja",
    "DPY-4027": "zonder service_name is dit een naam uit tnsnames.ora; zet TNS_ADMIN",
    "DPY-4005": "alle verbindingen zijn bezet; verhoog BETAALHUB_DATABASE_POOL",
    "DPY-4024": "een opdracht duurde langer dan BETAALHUB_ORACLE_CALL_TIMEOUT",
    "DPY-6005": "er luistert niets op die host en poort, of een firewall staat ertussen",
    "DPY-6001": "de listener kent deze service_name niet",
    "DPI-1067": "een opdracht duurde langer dan BETAALHUB_ORACLE_CALL_TIMEOUT",
    "ORA-01017": "gebruiker of wachtwoord klopt niet",
    "ORA-01031": "deze gebruiker mag dit niet, zoals tabellen maken; draai eerst de scripts 02 als de eigenaar "
    "(deploy/oracle/LEESMIJ.md)",
    "ORA-01435": "het schema van BETAALHUB_ORACLE_SCHEMA bestaat niet",
    "ORA-12514": "de listener kent deze service_name niet",
    "ORA-12541": "er luistert niets op die host en poort",
    "ORA-28000": "deze databasegebruiker is geblokkeerd",
    "ORA-28001": "het wachtwoord van deze databasegebruiker is verlopen",
}


@dataclass(frozen=True, slots=True)
class DatabaseOptions:
    """What a site may choose for its database. Times in seconds; `pool` is the most connections of one process.

    `schema` owns the tables when the user does not; `thick` needs an Instant Client; `drcp` borrows sessions of the server's
    own pool; `role` is how the administrator sees us in v$session. SQLite uses none of these, PostgreSQL only `pool`.
    """

    pool: int = 20
    connect_timeout: int = 10
    call_timeout: int = 30
    schema: str | None = None
    thick: bool = False
    drcp: bool = False
    role: str = "hub"


def make_oracle(url: URL, options: DatabaseOptions, **common: Any) -> Engine:
    """The engine; `common` is what it shares with other servers. ConfigurationError when thick mode finds no client."""
    if url.get_driver_name() == "oracledb" and options.thick:
        common["thick_mode"] = True
    driver: Any = url.get_dialect().import_dbapi()
    try:
        engine = (_with_server_pool if options.drcp else _with_own_pool)(url, options, common)
    except driver.Error as error:
        raise ConfigurationError(f"BETAALHUB_DATABASE_URL: {reason_of(error)}") from None
    event.listen(engine, "handle_error", _tell_lost_session)
    return engine


def _with_own_pool(url: URL, options: DatabaseOptions, common: dict[str, Any]) -> Engine:
    thin = url.get_driver_name() == "oracledb" and not options.thick
    # The driver finds out by itself that a host is dead (expire_time, in minutes), also behind a firewall that forgets.
    bounds = {"tcp_connect_timeout": options.connect_timeout, "expire_time": 2} if thin else {}
    engine = create_engine(url, connect_args=bounds, **common)
    event.listen(engine, "do_connect", partial(_connect_in_time, options.connect_timeout))

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        _bound_calls(connection, options)
        _prepare_session(options, connection)

    return engine


def _with_server_pool(url: URL, options: DatabaseOptions, common: dict[str, Any]) -> Engine:
    """DRCP: the driver holds the pool, so that a session goes back to the server whenever a transaction ends."""
    shared = {name: value for name, value in common.items() if not name.startswith(("pool", "max_overflow"))}
    pools: list[Any] = []
    engine = create_engine(url, poolclass=NullPool, creator=lambda: pools[0](), **shared)
    arguments = dict(engine.dialect.create_connect_args(url)[1])
    if service := url.query.get("service_name"):
        arguments["dsn"] = f"{url.host}:{url.port or 1521}/{service}:pooled"
    make = _oracledb_pool if url.get_driver_name() == "oracledb" else _cx_pool
    pools.append(make(engine.dialect, arguments, options))

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        _bound_calls(connection, options)

    return engine


def _oracledb_pool(dialect: Any, arguments: dict[str, Any], options: DatabaseOptions) -> Any:
    driver = dialect.dbapi
    pool = driver.create_pool(
        **arguments,
        min=0,
        max=options.pool,
        increment=1,
        getmode=driver.POOL_GETMODE_TIMEDWAIT,
        wait_timeout=1000 * options.connect_timeout,
        ping_interval=60,
        cclass="BETAALHUB",
        purity=driver.PURITY_SELF,
        session_callback=lambda connection, _tag: _prepare_session(options, connection),
    )
    return pool.acquire


def _cx_pool(dialect: Any, arguments: dict[str, Any], options: DatabaseOptions) -> Any:
    driver = dialect.dbapi
    pool = driver.SessionPool(
        **arguments,
        min=0,
        max=options.pool,
        increment=1,
        threaded=True,
        getmode=driver.SPOOL_ATTRVAL_TIMEDWAIT,
        waitTimeout=1000 * options.connect_timeout,
        sessionCallback=lambda connection, _tag: _prepare_session(options, connection),
    )
    return partial(pool.acquire, cclass="BETAALHUB", purity=driver.ATTR_PURITY_SELF)


def _bound_calls(connection: Any, options: DatabaseOptions) -> None:
    # Oracle knows no lock timeout for DML: the whole call is bounded. 0 for a client older than 18, which can not.
    if options.call_timeout:
        connection.call_timeout = 1000 * options.call_timeout


def _prepare_session(options: DatabaseOptions, connection: Any) -> None:
    connection.module, connection.action = "betaalhub", options.role
    connection.clientinfo = f"{socket.gethostname()} {os.getpid()}"[:64]
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)
        if options.schema:
            cursor.execute(f"ALTER SESSION SET CURRENT_SCHEMA = {options.schema}")


def _connect_in_time(seconds: int, dialect: Any, _record: object, cargs: Any, cparams: Any) -> Any:
    """Connect, but wait no longer than this: a listener that takes the connection and stays silent holds a driver for ever.

    The driver can not be stopped, so its thread stays behind until the other side hangs up; of such threads there are few.
    """
    driver = dialect.dbapi
    if not _hanging.acquire(blocking=False):
        refused = driver.OperationalError(f"{_MOST_HANGING} verbindingen wachten al op antwoord van de database")
        raise refused
    done: queue.SimpleQueue[tuple[Any, Any]] = queue.SimpleQueue()

    def connect() -> None:
        made, failed = None, driver.OperationalError("de verbinding kwam niet tot stand")
        try:
            made = dialect.connect(*cargs, **cparams)
        except driver.Error as error:  # for the thread that waits
            failed = error
        except socket.gaierror:
            failed = driver.OperationalError(
                "de hostnaam is niet gevonden; kijk naar de host in BETAALHUB_DATABASE_URL"
            )
        except OSError as error:  # a driver lets those of the network through as they are
            failed = driver.OperationalError(f"de verbinding kwam niet tot stand ({type(error).__name__})")
        finally:
            _hanging.release()
            done.put((made, failed))  # when nobody waits any more it falls away, and the driver closes it

    threading.Thread(target=connect, daemon=True, name="oracle-connect").start()
    try:
        made, failed = done.get(timeout=2 * seconds)
    except queue.Empty:
        text = f"geen antwoord binnen {2 * seconds} seconden (twee keer BETAALHUB_ORACLE_CONNECT_TIMEOUT)"
        made, failed = None, driver.OperationalError(text)
    if made is None:
        raise failed
    return made


def _tell_lost_session(context: Any) -> None:
    if code_of(context.original_exception) in _GONE:
        context.is_disconnect = True


def worth_another_try_on_oracle(error: DBAPIError) -> bool:
    """Was the transaction undone only because another stood in its way, or took a statement of it too long?"""
    code = code_of(error.orig)
    return code in _AGAIN or (code in _TOO_LONG and error.statement is not None)


def code_of(error: BaseException | None) -> str | None:
    """ORA-00060, DPY-4024, DPI-1047: the first code in the error, whichever driver made it."""
    own = error.args[0] if error is not None and error.args else None
    number = getattr(own, "code", None)
    if isinstance(number, int) and number > 0:
        return f"ORA-{number:05d}"
    found = _CODE.search(str(own)) if own is not None else None
    return found[0] if found else None


def reason_of(error: BaseException | None) -> str:
    """The first line of what the driver says, and of its own errors the second too; with a hint in Dutch where there is one.

    Later lines may hold values of a row.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = lines[:1] and lines[0].startswith(("DPY-", "DPI-"))
    told = " ".join(line for line in lines[: 2 if own else 1] if not line.startswith("Help:"))
    hint = _HINTS.get(code_of(error) or "")
    return f"{told} ({hint})" if hint else told
