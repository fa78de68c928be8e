"""A stand-in for the Oracle drivers: their DB-API over H2 in Oracle mode, so that SQLAlchemy's real Oracle dialects execute.

It is NOT Oracle. It runs the SQL that the dialects write, with their binds, RETURNING … INTO and type handlers, on a database
that takes much of Oracle's SQL. What it leaves out: SKIP LOCKED and NOWAIT (taken away), sessions' settings (ignored), NLS,
LOB locators, isolation as Oracle has it. docs/oracle.md says what that is worth.
"""

from __future__ import annotations

import datetime as dt
import decimal
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import jpype

SERVER = "BETAALHUB_TEST_H2"  # the environment variable with the server's address, as tcp://127.0.0.1:9092/; else in this process
JAR = Path("/usr/share/java/h2.jar")
OPTIONS = "MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1;NON_KEYWORDS=VALUE;DEFAULT_LOCK_TIMEOUT=3000"

# H2's error, and what Oracle says to the same.
CODES = {
    23505: 1, 23502: 1400, 23513: 2290, 23506: 2291, 23503: 2292, 22001: 12899, 22003: 1438, 42101: 955, 42102: 942, 42104: 942,
    42111: 955, 42112: 1418, 42121: 1430, 42122: 904, 90045: 2264, 42000: 900, 42001: 900, 50200: 54, 40001: 60, 21002: 947,
    90016: 979, 90054: 979,
}  # fmt: skip
OF_A_KEY = 90085  # H2 keeps an index that a foreign key leans on, where Oracle drops it
BROKEN_RULE = frozenset({1, 1400, 2290, 2291, 2292})
TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|:\"?([A-Za-z_]\w*)\"?")
RETURNING = re.compile(r"\sRETURNING\s+(.*?)\s+INTO\s+(.*)$", re.DOTALL | re.IGNORECASE)
TARGET = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\S+)", re.IGNORECASE)
SWALLOWED = re.compile(r"BEGIN\s+EXECUTE IMMEDIATE '(.*?)';\s*EXCEPTION WHEN OTHERS THEN NULL;\s*END;", re.DOTALL)
IGNORED = re.compile(r"\s*ALTER SESSION\b", re.IGNORECASE)
LEFT_OUT = re.compile(r"(\bFOR UPDATE\b(?: OF [\w.]+)?)\s+(?:SKIP LOCKED|NOWAIT)")

# What Oracle refuses and H2 takes.
REFUSED = (
    (re.compile(r"FETCH FIRST .*? ROWS? ONLY\s+FOR UPDATE", re.DOTALL), 2014, "FOR UPDATE of a view with DISTINCT"),
    (re.compile(r"\)\s*[<>]=?\s*\(\s*[:(]"), 1796, "this operator cannot be used with lists"),
    (re.compile(r"SELECT\s+(NOT\s*\()?\s*EXISTS", re.IGNORECASE), 936, "missing expression"),
    (re.compile(r"\bFILTER\s*\(WHERE", re.IGNORECASE), 923, "FROM keyword not found where expected"),
)

# The parts of Oracle's dictionary that SQLAlchemy asks whether a table is there.
DICTIONARY = """
CREATE VIEW IF NOT EXISTS all_tables AS SELECT table_name, table_schema AS owner, 'DATA' AS tablespace_name, CAST(NULL AS VARCHAR2(30)) AS iot_name,
    CAST(NULL AS VARCHAR2(30)) AS duration FROM information_schema.tables WHERE table_type = 'BASE TABLE';
CREATE VIEW IF NOT EXISTS all_views AS SELECT table_name AS view_name, table_schema AS owner FROM information_schema.views;
CREATE VIEW IF NOT EXISTS all_mviews AS SELECT table_name AS mview_name, table_schema AS owner FROM information_schema.tables WHERE 1 = 0;
CREATE VIEW IF NOT EXISTS v$version AS SELECT 'H2 ' || H2VERSION() || ' in Oracle mode (a stand-in)' AS banner FROM DUAL;
CREATE VIEW IF NOT EXISTS nls_database_parameters AS SELECT 'NLS_CHARACTERSET' AS parameter, 'UTF-16' AS "VALUE" FROM DUAL
"""


class Told:
    """An error as the drivers give it."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message, self.full_code = code, message, f"ORA-{code:05d}"
        self.offset, self.context, self.isrecoverable = 0, "", False

    def __str__(self) -> str:
        return self.message


class Driver:
    """The names of a real driver, its errors and types among them, with connections to H2."""

    def __init__(self, real: ModuleType) -> None:
        self.real = real
        self.known: set[str] = set()  # the databases that have a dictionary

    def error(self, code: int, text: str) -> Exception:
        kind = self.real.IntegrityError if code in BROKEN_RULE else self.real.DatabaseError
        failed: Exception = kind(Told(code, f"ORA-{code:05d}: {text}"))
        return failed

    def connect(self, *_: object, dsn: str = "", **__: object) -> Connection:
        """To the database in this JVM that is named as the service."""
        name = re.search(r"SERVICE_NAME=(\w+)", dsn)
        if not jpype.isJVMStarted():
            jpype.startJVM(classpath=[str(JAR)], convertStrings=True)
        url = f"jdbc:h2:{os.environ.get(SERVER, '')}mem:{name[1] if name else 'hub'};{OPTIONS}"
        connection = Connection(self, url)
        if url not in self.known:
            self.known.add(url)
            with connection.cursor() as cursor:
                for statement in DICTIONARY.split(";"):
                    cursor.run(statement, {})
            connection.commit()
        return connection


def install(real: ModuleType) -> None:
    """Let this driver's `connect` lead to H2, for the whole process."""
    real.connect = Driver(real).connect  # type: ignore[attr-defined]


class Connection:
    """One session."""

    version, max_identifier_length, username, thin = "19.0.0.0.0", 128, "PUBLIC", True
    outputtypehandler = inputtypehandler = None
    stmtcachesize, call_timeout = 20, 0

    def __init__(self, driver: Driver, url: str) -> None:
        self.driver = driver
        self.jdbc = jpype.JClass("java.sql.DriverManager").getConnection(url, "SA", "")
        self.jdbc.setAutoCommit(False)

    @property
    def autocommit(self) -> bool:
        return bool(self.jdbc.getAutoCommit())

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        self.jdbc.setAutoCommit(value)

    def cursor(self, *_: object) -> Cursor:
        return Cursor(self)

    def commit(self) -> None:
        if not self.autocommit:
            self.jdbc.commit()

    def rollback(self) -> None:
        if not self.autocommit:
            self.jdbc.rollback()

    def close(self) -> None:
        self.jdbc.close()

    def ping(self) -> None:
        with self.cursor() as cursor:
            cursor.run("SELECT 1 FROM DUAL", {})


class Var:
    """A place for what comes back through INTO."""

    def __init__(self, type_: Any, out: Any = None) -> None:
        self.type, self.out = type_, out
        self.values: list[Any] = []

    def getvalue(self, position: int = 0) -> Any:
        return self.values[position] if position < len(self.values) else []

    def setvalue(self, _position: int, value: Any) -> None:
        self.values = [value]


class Cursor:
    """Executes Oracle's SQL on H2 and gives the answer as the drivers do."""

    arraysize, prefetchrows = 100, 2
    outputtypehandler = inputtypehandler = None

    def __init__(self, connection: Connection) -> None:
        self.connection, self.driver = connection, connection.driver
        self.description: list[tuple[Any, ...]] | None = None
        self.rows: list[tuple[Any, ...]] = []
        self.rowcount = -1
        self.sizes: dict[str, Any] = {}

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass

    def var(self, type_: Any, *_: object, outconverter: Any = None, **__: object) -> Var:
        return Var(type_, outconverter)

    def setinputsizes(self, *_: object, **sizes: Any) -> None:
        self.sizes = sizes

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None, **more: Any) -> Cursor | None:
        self.run(sql, {**(parameters or {}), **more})
        return self if self.description else None

    def executemany(self, sql: str, many: Sequence[Mapping[str, Any]], **_: object) -> None:
        counted = 0
        for parameters in many:
            self.run(sql, parameters)
            counted += max(self.rowcount, 0)
        self.rowcount = counted

    def run(self, sql: str, parameters: Mapping[str, Any]) -> None:
        """One statement."""
        self.description, self.rows, self.rowcount = None, [], 0
        if IGNORED.match(sql):
            return
        if swallowed := SWALLOWED.match(sql.strip()):
            self._try(swallowed[1])
            return
        if re.search(r"sys_context\(\s*'userenv'", sql, re.IGNORECASE):
            self.description, self.rows = [("X", str, None, None, None, None, True)], [("PUBLIC",)]
            return
        self._refuse(sql)
        sql = LEFT_OUT.sub(r"\1", sql).replace(
            "SYS_EXTRACT_UTC(SYSTIMESTAMP)", "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"
        )
        returning = RETURNING.search(sql)
        if returning:
            sql, into = _as_select(sql, returning), [name.strip(' :"') for name in returning[2].split(",")]
        rows = self._ask(sql, parameters, plain=returning is not None)
        if returning:
            self._hand_back(rows, [parameters[name] for name in into])

    def _try(self, sql: str) -> None:
        try:
            self.run(sql, {})
        except self.driver.real.DatabaseError:
            self.description = None

    def _refuse(self, sql: str) -> None:
        for pattern, code, text in REFUSED:
            if pattern.search(sql):
                raise self.driver.error(code, text)
        for listed in re.finditer(r"\bIN \(((?::\w+|\d+)(?:\s*,\s*(?::\w+|\d+))*)\)", sql):
            if listed[1].count(",") >= 1000:
                raise self.driver.error(1795, "maximum number of expressions in a list is 1000")

    def _ask(self, sql: str, parameters: Mapping[str, Any], *, plain: bool) -> list[tuple[Any, ...]]:
        order: list[str] = []

        def mark(found: re.Match[str]) -> str:
            if found[1] is None:
                return found[0]
            order.append(found[1])
            return "?"

        sql = TOKEN.sub(mark, sql)
        try:
            statement = self.connection.jdbc.prepareStatement(sql)
            for place, name in enumerate(order, 1):
                statement.setObject(
                    place, _to_java(parameters[name] if name in parameters else parameters[f'"{name}"'])
                )
            if not statement.execute():
                self.rowcount = int(statement.getUpdateCount())
                return []
            return self._fetch(statement.getResultSet(), plain=plain)
        except jpype.JClass("java.sql.SQLException") as error:
            code = int(error.getErrorCode())
            if code == OF_A_KEY:
                return []
            raise self.driver.error(CODES.get(code, 600), f"[H2 {code}] {error.getMessage()}") from None

    def _fetch(self, result: Any, *, plain: bool) -> list[tuple[Any, ...]]:
        shape = result.getMetaData()
        places = range(1, shape.getColumnCount() + 1)
        names = [str(shape.getColumnLabel(place)) for place in places]
        kinds = [(str(shape.getColumnTypeName(p)), int(shape.getPrecision(p)), int(shape.getScale(p))) for p in places]
        rows = []
        while result.next():
            rows.append(tuple(_from_java(result.getObject(place)) for place in places))
        if not plain:
            self.description = [
                (name, kind, None, None, precision, scale, True)
                for name, (kind, precision, scale) in zip(names, kinds, strict=True)
            ]
            handlers = [self._handler(name, *kind) for name, kind in zip(names, kinds, strict=True)]
            self.rows = [tuple(map(_handled, row, handlers)) for row in rows]
        return rows

    def _handler(self, name: str, kind: str, precision: int, scale: int) -> Var | None:
        handler = self.outputtypehandler or self.connection.outputtypehandler
        if handler is None:
            return None
        exact = (precision, scale) if kind == "NUMERIC" else (0, -127)
        var: Var | None = handler(self, name, _type_of(self.driver.real, kind), None, *exact)
        return var

    def _hand_back(self, rows: list[tuple[Any, ...]], places: list[Var]) -> None:
        for number, var in enumerate(places):
            values = [row[number] for row in rows]
            var.values.append([var.out(value) if var.out and value is not None else value for value in values])
        self.rowcount = len(rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        size = size or self.arraysize
        taken, self.rows = self.rows[:size], self.rows[size:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self.rows = self.rows, []
        return taken

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while self.rows:
            yield self.rows.pop(0)


def _as_select(sql: str, returning: re.Match[str]) -> str:
    """H2 gives what was written through a query over the writing statement."""
    table = TARGET.match(sql)
    assert table is not None, sql
    columns = [part.strip().split(" AS ")[0].rsplit(".", 1)[-1] for part in returning[1].split(",")]
    when = "OLD" if sql.lstrip()[:6].upper() == "DELETE" else "FINAL"
    return f"SELECT {', '.join(columns)} FROM {when} TABLE ({sql[: returning.start()]})"


def _type_of(driver: ModuleType, kind: str) -> Any:
    found = {
        "CHARACTER LARGE OBJECT": "CLOB", "BINARY LARGE OBJECT": "BLOB", "CHARACTER VARYING": "VARCHAR", "CHARACTER": "CHAR",
        "TIMESTAMP": "TIMESTAMP", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ", "DATE": "DATE",
    }.get(kind, "NUMBER")  # fmt: skip
    return getattr(driver, f"DB_TYPE_{found}")


def _handled(value: Any, var: Var | None) -> Any:
    """As the driver would convert it to the type that the handler asked for."""
    if value is None or var is None:
        return value
    if getattr(var.type, "name", str(var.type)).endswith(("VARCHAR", "STRING", "LONG")) or var.type is str:
        value = format(value, "f") if isinstance(value, decimal.Decimal) else str(value)
    elif var.type is int:
        value = int(value)
    return var.out(value) if var.out else value


def _to_java(value: Any) -> Any:
    java = jpype.JClass
    if isinstance(value, Var):
        value = value.values[0] if value.values else None
    if isinstance(value, bool):
        raise TypeError("a bool is sent to a 19c, which has none")
    if value is None or value == "":  # Oracle: '' is NULL
        return None
    if isinstance(value, (int, decimal.Decimal)):
        return java("java.math.BigDecimal")(str(value))
    if isinstance(value, dt.datetime):
        moment = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond * 1000)
        return java("java.time.LocalDateTime").of(*moment)
    if isinstance(value, dt.date):
        return java("java.time.LocalDate").of(value.year, value.month, value.day)
    return value


def _from_java(value: Any) -> Any:
    kind = type(value).__name__
    if value is None or isinstance(value, (str, int, float)) and not kind.startswith("java"):
        return value
    if kind == "java.math.BigDecimal":
        number = decimal.Decimal(str(value))
        return int(number) if number == number.to_integral_value() else number
    if kind == "java.sql.Timestamp":
        moment = value.toLocalDateTime()
        day = (moment.getYear(), moment.getMonthValue(), moment.getDayOfMonth())
        return dt.datetime(*day, moment.getHour(), moment.getMinute(), moment.getSecond(), moment.getNano() // 1000)  # noqa: DTZ001
    if kind == "java.sql.Date":  # Oracle's DATE has a time
        moment = value.toLocalDate()
        return dt.datetime(moment.getYear(), moment.getMonthValue(), moment.getDayOfMonth())  # noqa: DTZ001
    if "Clob" in kind:
        return str(value.getSubString(1, int(value.length())))
    return int(value)
