"""A shadow of Oracle 19c: whatever a test executes elsewhere is also compiled for Oracle and read for what would fail there.

It catches what SQLAlchemy's Oracle dialect writes without a word of warning. It is no proof: that is the same suite on a real
Oracle (docs/register.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.oracle.oracledb import OracleDialect_oracledb
from sqlalchemy.sql import elements, functions, operators, selectable, visitors

WORDS = """
    access add all alter and any as asc audit between by char check cluster column column_value comment compress connect
    create current date decimal default delete desc distinct drop else exclusive exists file float for from grant group having
    identified immediate in increment index initial insert integer intersect into is level like lock long maxextents minus
    mlslabel mode modify nested_table_id noaudit nocompress not nowait null number of offline on online option or order
    pctfree prior public raw rename resource revoke row rowid rownum rows select session set share size smallint start
    successful synonym sysdate table then to trigger uid union unique update user validate values varchar varchar2 view
    whenever where with
"""
RESERVED = frozenset(WORDS.split())
NAME_BYTES = 30
COMPARISONS = (operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge, operators.in_op)
ORDERINGS = (operators.lt, operators.le, operators.gt, operators.ge)
CLOCKS = {"now", "current_timestamp", "localtimestamp", "sysdate"}


def oracle_19c() -> OracleDialect_oracledb:
    """The dialect as it is after connecting to a 19c."""
    dialect = OracleDialect_oracledb()
    dialect.server_version_info = (19, 0, 0)
    dialect.supports_native_boolean = False
    dialect.max_identifier_length = 128
    return dialect


ORACLE = oracle_19c()


@dataclass(frozen=True, slots=True)
class Problem:
    """What Oracle would say, to which part, and why."""

    code: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.code:<10} {self.where}: {self.why}"


def ddl_type(type_: Any) -> str:
    return str(type_.compile(dialect=ORACLE))


def is_lob(type_: Any) -> bool:
    try:
        return ddl_type(type_) in ("CLOB", "BLOB", "NCLOB", "JSON")
    except sa.exc.CompileError:  # the type of a bare function or of NULL
        return False


# Statements.


def lint_statement(statement: Any) -> list[Problem]:
    """Everything in this statement's form that Oracle 19c refuses or does differently."""
    if isinstance(statement, sa.TextClause):
        return [Problem("TEXT", str(statement)[:60], "SQL as text is not checked and not portable")]
    try:
        compiled = statement.compile(dialect=ORACLE, compile_kwargs={"render_postcompile": True})
    except sa.exc.CompileError as error:
        return [Problem("COMPILE", type(statement).__name__, str(error)[:150])]
    sql = " ".join(str(compiled).split())
    found = {Problem(code, sql, why) for code, why in _statement_rules(statement, compiled, sql)}
    for node in visitors.iterate(statement):
        found |= {Problem(code, sql, why) for code, why in _node_rules(node, top=node is statement)}
    return sorted(found, key=str)


def lint_values(binds: list[Any]) -> list[Problem]:
    """What is wrong with the values of one execution."""
    found = []
    for bind in binds:
        value = bind.value
        if isinstance(value, (list, tuple)) and len(value) > 1000:
            found.append(Problem("ORA-01795", bind.key, f"{len(value)} values in IN; use chunks()"))
        if value == "":
            found.append(Problem("NULLSTR", bind.key, "comparing with '' is never true on Oracle"))
    return found


def _statement_rules(statement: Any, compiled: Any, sql: str) -> Iterator[tuple[str, str]]:
    if '"' in sql:
        yield "QUOTED", "a quoted name: reserved, upper case, or with a strange character"
    state = getattr(compiled, "compile_state", None)
    if isinstance(statement, (sa.Update, sa.Delete)) and getattr(state, "_extra_froms", None):
        yield "ORA-00933", "UPDATE or DELETE with a second table"


def _node_rules(node: Any, *, top: bool) -> Iterator[tuple[str, str]]:
    if isinstance(node, selectable.Select):
        yield from _select_rules(node, top=top)
    if isinstance(node, (sa.Select, sa.Update, sa.Delete)):
        yield from (("ORA-00920", "a bare column as a condition") for c in node._where_criteria if _is_bare(c))
    if isinstance(node, elements.BooleanClauseList):
        yield from (("ORA-00920", "a bare column as a condition") for c in node.clauses if _is_bare(c))
    if isinstance(node, elements.FunctionFilter):
        yield "ORA-00923", "an aggregate with FILTER"
    if isinstance(node, functions.FunctionElement) and getattr(node, "name", "").lower() in CLOCKS:
        yield "CLOCK", "the database's clock differs per database; pass `now`"
    if isinstance(node, elements.Label) and node.name.lower() in RESERVED:
        yield "RESERVED", f"the label {node.name} is a reserved word"
    if isinstance(node, elements.BinaryExpression):
        if node.operator in ORDERINGS and isinstance(node.left, elements.Tuple):
            yield "ORA-01796", "row values compared with < or >"
        if node.operator in COMPARISONS and isinstance(node.left, sa.Column) and is_lob(node.left.type):
            yield "ORA-00932", "a LOB compared"


def _is_bare(condition: Any) -> bool:
    return isinstance(condition, sa.Column)


def _select_rules(query: Any, *, top: bool) -> Iterator[tuple[str, str]]:
    if query._for_update_arg is not None:
        if not top:
            yield "FU-SUB", "FOR UPDATE in a subquery: SQLAlchemy drops it on Oracle without a word"
        clauses = (query._limit_clause, query._offset_clause, query._fetch_clause)
        if any(clause is not None for clause in clauses) or query._distinct or query._group_by_clauses:
            yield "ORA-02014", "FOR UPDATE with LIMIT, OFFSET, DISTINCT or GROUP BY"
    if query._distinct and any(is_lob(column.type) for column in query.selected_columns):
        yield "ORA-00932", "DISTINCT over a LOB"
    for clause in (*query._order_by_clauses, *query._group_by_clauses):
        if is_lob(getattr(_bare(clause), "type", sa.Integer())):
            yield "ORA-00932", "ORDER BY or GROUP BY a LOB"
    for clause in query._order_by_clauses:
        column = _bare(clause)
        if isinstance(column, sa.Column) and column.nullable and not _places_nulls(clause):
            yield "NULLS", f"ORDER BY {column}: where NULL sorts differs per database"
    for column in query._raw_columns:
        if isinstance(_bare(column), selectable.Exists):
            yield "ORA-00936", "EXISTS in the select list"


def _bare(clause: Any) -> Any:
    while isinstance(clause, (elements.UnaryExpression, elements.Label)) and not isinstance(clause, selectable.Exists):
        clause = clause.element
    return clause


def _places_nulls(clause: Any) -> bool:
    return getattr(clause, "modifier", None) in (operators.nulls_first_op, operators.nulls_last_op)


# The schema.


def lint_metadata(metadata: sa.MetaData) -> list[Problem]:
    """Everything in these tables that Oracle 19c refuses or does differently."""
    found: list[Problem] = []
    constraints: list[str] = []
    indexes: list[str] = []
    for table in metadata.sorted_tables:
        found += _name(table.name)
        for column in table.c:
            found += [Problem(code, str(column), why) for code, why in _column_rules(column)]
        found += [Problem(code, str(table), why) for code, why in _key_rules(table)]
        constraints += [str(item.name) for item in table.constraints]
        indexes += [str(index.name) for index in table.indexes]
    for kind, names in (("constraint", constraints), ("index", indexes)):
        found += [problem for name in names for problem in _name(name)]
        found += [
            Problem("ORA-02264", name, f"{kind} name used twice") for name in {n for n in names if names.count(n) > 1}
        ]
    return found


def _name(name: str) -> list[Problem]:
    found = []
    if len(name.encode()) > NAME_BYTES:
        found.append(Problem("ORA-00972", name, f"a name of more than {NAME_BYTES} bytes"))
    if name.lower() in RESERVED:
        found.append(Problem("RESERVED", name, "a reserved word"))
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        found.append(Problem("QUOTED", name, "a name that must be quoted"))
    return found


def _column_rules(column: Any) -> Iterator[tuple[str, str]]:
    yield from ((problem.code, problem.why) for problem in _name(column.name))
    text, type_ = ddl_type(column.type), column.type.dialect_impl(ORACLE)
    inner = getattr(type_, "impl", type_)
    for wrong, code, why in (
        (sa.Boolean, "BOOLEAN", "BOOLEAN on 23ai, SMALLINT on 19c: use Flag"),
        (sa.JSON, "JSON", "needs 21c: use LangeTekst"),
        (sa.Uuid, "UUID", "CHAR(32) here, native there: use Tekst(32)"),
    ):
        if isinstance(inner, wrong):
            yield code, why
    if isinstance(inner, sa.DateTime) and text == "DATE":
        yield "DATE", "a DATE keeps no fraction of a second: use UtcMicros"
    if isinstance(inner, sa.Numeric) and (inner.scale or 0) > 0:
        yield "DECIMAL", "SQLite stores a float: use Cents"
    if text.startswith("VARCHAR2") and int(re.findall(r"\d+", text)[1]) > 1000:
        yield "ORA-00910", "may be over 4000 bytes: use LangeTekst"
    if column.server_default is not None and not isinstance(column.server_default, sa.Identity):
        yield "DEFAULT", "a default of the server: give the value"
    for key in column.foreign_keys:
        if key.onupdate or (key.ondelete or "").upper() not in ("", "CASCADE", "SET NULL"):
            yield "ORA-00905", "ON UPDATE and ON DELETE RESTRICT do not exist"


def _key_rules(table: sa.Table) -> Iterator[tuple[str, str]]:
    keys = [c for c in table.constraints if isinstance(c, (sa.PrimaryKeyConstraint, sa.UniqueConstraint))]
    lists = [tuple(key.columns.keys()) for key in keys] + [tuple(index.columns.keys()) for index in table.indexes]
    for columns in {item for item in lists if lists.count(item) > 1}:
        yield "ORA-01408", f"{columns} are indexed twice"
    for key in keys:
        if len(key.columns) > 1 and any(column.nullable for column in key.columns):
            yield "UNIQUE", f"{key.name}: with a nullable column Oracle refuses (1, NULL) twice, others take it"
    for key_or_index in (*keys, *table.indexes):
        for column in key_or_index.columns:
            if is_lob(column.type) or "TIME ZONE" in ddl_type(column.type):
                yield "ORA-02329", f"{key_or_index.name}: {column.name} can not be in a key or index"
    for foreign in table.foreign_key_constraints:
        wanted = tuple(foreign.column_keys)
        if not any(item[: len(wanted)] == wanted for item in lists):
            yield "FK-INDEX", f"{wanted} has no index: Oracle locks the whole table on a delete of the parent"


# The watch.


def _reads_catalogue(statement: Any) -> bool:
    """SQLAlchemy's own reading of PostgreSQL's catalogue, for reflection."""
    tables = (node for node in visitors.iterate(statement) if isinstance(node, sa.Table))
    return any(table.schema == "pg_catalog" or table.name.startswith("pg_") for table in tables)


@dataclass(slots=True)
class Watch:
    """What was seen, and what of it would fail on Oracle and was not told yet."""

    seen: set[Any] = field(default_factory=set)
    fresh: list[Problem] = field(default_factory=list)

    def look(self, connection: sa.Connection, statement: Any, *_: object) -> None:
        """For `before_execute`: each form of a statement once, its values every time."""
        if isinstance(statement, sa.TextClause):
            self.fresh += lint_statement(statement) if connection.dialect.name != "postgresql" else []
            return
        ours = (sa.Select, sa.CompoundSelect, sa.Insert, sa.Update, sa.Delete)
        if not isinstance(statement, ours) or _reads_catalogue(statement):
            return
        key = statement._generate_cache_key()
        if key is None or key.key not in self.seen:
            self.fresh += lint_statement(statement)
        if key is not None:
            self.seen.add(key.key)
            self.fresh += lint_values(list(key.bindparams))

    def take(self) -> list[Problem]:
        """The problems since the last time."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def install(self) -> None:
        """Watch every engine of this process."""
        event.listen(sa.Engine, "before_execute", self.look)
