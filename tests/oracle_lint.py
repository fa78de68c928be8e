"""A shadow of Oracle 19c: whatever a test executes elsewhere is also compiled for Oracle and read for what would fail there.

It catches what SQLAlchemy's Oracle dialect writes without a word of warning. It is no proof: that is the same suite on a real
Oracle (docs/register.md).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.oracle.oracledb import OracleDialect_oracledb
from sqlalchemy.sql import elements, functions, operators, selectable, visitors

from tests.oracle_rights import done_by_the_hub, lacking_rights

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
# What is there on 19c under the same name and does the same as elsewhere; another one is looked at first, and then added here.
FUNCTIONS = frozenset(
    {"abs", "avg", "coalesce", "count", "length", "max", "min", "nullif", "row_number", "substr", "sum"}
)
MOST_BINDS = 32_000  # SQLite takes 32766, PostgreSQL and Oracle 65535
ELSEWHERE = "only"  # the execution option of a statement that one database alone gets: only="postgresql"
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
    except (sa.exc.CompileError, RuntimeError) as error:
        return [Problem("COMPILE", type(statement).__name__, str(error)[:150])]
    sql = " ".join(str(compiled).split())
    found = {Problem(code, sql, why) for code, why in _statement_rules(statement, sql)}
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
        if isinstance(value, bool) and isinstance(bind.type, (sa.Integer, sa.Numeric)):
            found.append(Problem("ORA-03115", bind.key, "a bool has no place in a number on 19c: use Flag, or an int"))
        if isinstance(value, timedelta):
            found.append(Problem("INTERVAL", bind.key, "reckon with moments in Python: SQLite has no intervals"))
    if len(binds) > MOST_BINDS:
        found.append(
            Problem("BINDS", f"{len(binds)} values", "too many in one statement; use chunks() or a list of rows")
        )
    return found


def _statement_rules(statement: Any, sql: str) -> Iterator[tuple[str, str]]:
    if '"' in sql:
        yield "QUOTED", "a quoted name: reserved, upper case, or with a strange character"
    if isinstance(statement, sa.Insert) and statement.select is not None and statement._returning:
        yield "ORA-00933", "INSERT … SELECT with RETURNING"
    if re.search(r"(=|<>|!=) ''", sql):
        yield "NULLSTR", "comparing with '' is never true on Oracle"


def _node_rules(node: Any, *, top: bool) -> Iterator[tuple[str, str]]:
    if isinstance(node, selectable.Select):
        yield from _select_rules(node, top=top)
    if isinstance(node, (sa.Select, sa.Update, sa.Delete)):
        yield from (("ORA-00920", "a bare column as a condition") for c in node._where_criteria if _is_bare(c))
    if isinstance(node, elements.BooleanClauseList):
        yield from (("ORA-00920", "a bare column as a condition") for c in node.clauses if _is_bare(c))
    if isinstance(node, sa.CompoundSelect):
        yield from _compound_rules(node)
    if isinstance(node, sa.CTE) and isinstance(node.element, (sa.Insert, sa.Update, sa.Delete)):
        yield "ORA-00928", 'a CTE that writes: for PostgreSQL alone, marked with execution_options(only="postgresql")'
    if isinstance(node, elements.FunctionFilter):
        yield "ORA-00923", "an aggregate with FILTER"
    if isinstance(node, functions.FunctionElement):
        yield from _function_rules(getattr(node, "name", "").lower())
    if isinstance(node, elements.Label) and node.name.lower() in RESERVED:
        yield "RESERVED", f"the label {node.name} is a reserved word"
    if isinstance(node, elements.BinaryExpression):
        if node.operator in ORDERINGS and isinstance(node.left, elements.Tuple):
            yield "ORA-01796", "row values compared with < or >"
        if node.operator in COMPARISONS and any(_is_lob_column(side) for side in (node.left, node.right)):
            yield "ORA-00932", "a LOB compared"
        if node.operator in (operators.is_, operators.is_not) and not isinstance(node.right, elements.Null):
            yield "ORA-00908", "IS takes NULL and nothing else: compare with ="
        if node.operator in (operators.ilike_op, operators.not_ilike_op):
            yield "CASE", "large and small letters differ per database: search a column that is normalised in Python"
        if node.operator in (operators.is_distinct_from, operators.is_not_distinct_from):
            yield "DECODE", "IS DISTINCT FROM is written as DECODE, which no index helps"


def _function_rules(name: str) -> Iterator[tuple[str, str]]:
    if name in CLOCKS:
        yield "CLOCK", "the database's clock differs per database; pass `now`"
    elif name == "lower":
        yield "CASE", "large and small letters differ per database: search a column that is normalised in Python"
    elif name and name not in FUNCTIONS:
        yield "FUNCTION", f"{name}: is it there on 19c, and the same? Then add it to FUNCTIONS"


def _compound_rules(query: Any) -> Iterator[tuple[str, str]]:
    compared = query.keyword is not selectable._CompoundSelectKeyword.UNION_ALL
    if compared and any(is_lob(column.type) for column in query.selected_columns):
        yield "ORA-00932", "UNION, INTERSECT or EXCEPT over a LOB"
    if query._for_update_arg is not None:
        yield "ORA-02014", "FOR UPDATE over a UNION"


def _is_lob_column(side: Any) -> bool:
    return isinstance(side, sa.Column) and is_lob(side.type)


def _is_bare(condition: Any) -> bool:
    """A column, or the opposite of one: a number is no condition."""
    if isinstance(condition, elements.UnaryExpression) and condition.operator is operators.inv:
        condition = condition.element
    return isinstance(condition, sa.Column)


def _is_condition(column: Any) -> bool:
    bare = _bare(column)
    return isinstance(bare, (elements.BooleanClauseList, elements.True_, elements.False_)) or (
        isinstance(bare, elements.BinaryExpression) and isinstance(bare.type, sa.Boolean)
    )


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
        elif _is_condition(column):
            yield "ORA-00923", "a condition as a value: use case()"
    for clause in query._group_by_clauses:
        if any(isinstance(part, elements.BindParameter) for part in visitors.iterate(clause)):
            yield "ORA-00979", "GROUP BY over a bound value: Oracle sees two values where we wrote one"
    if query._distinct_on:
        yield "ORA-00936", "DISTINCT ON is PostgreSQL's"
    if query._distinct:
        chosen = {str(_bare(column)) for column in query.selected_columns}
        if any(str(_bare(clause)) not in chosen for clause in query._order_by_clauses):
            yield "ORA-01791", "DISTINCT, sorted by what is not selected"


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
    indexes += [
        str(item.name)
        for table in metadata.sorted_tables
        for item in table.constraints
        if isinstance(item, (sa.PrimaryKeyConstraint, sa.UniqueConstraint))  # each is held by an index of its name
    ]
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
    if isinstance(inner, sa.String) and not isinstance(inner, sa.Text) and inner.length is None:
        yield "ORA-00906", "a text without a length: use Tekst or LangeTekst"
    elif text.startswith("VARCHAR2") and int(re.findall(r"\d+", text)[1]) > 1000:
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
    """SQLAlchemy's own reading of the catalogue of PostgreSQL or Oracle, for reflection."""
    tables = (node for node in visitors.iterate(statement) if isinstance(node, sa.TableClause))
    return any(table.schema == "pg_catalog" or table.name.startswith(("pg_", "all_")) for table in tables)


@dataclass(slots=True)
class Watch:
    """What was seen, and what of it would fail on Oracle and was not told yet."""

    seen: set[Any] = field(default_factory=set)
    lacking: dict[Any, list[str]] = field(default_factory=dict)
    fresh: list[Problem] = field(default_factory=list)

    def look(self, connection: sa.Connection, statement: Any, *_: object) -> None:
        """For `before_execute`: each form of a statement once, its values every time."""
        if isinstance(statement, sa.TextClause):
            self.fresh += lint_statement(statement) if connection.dialect.name != "postgresql" else []
            return
        ours = (sa.Select, sa.CompoundSelect, sa.Insert, sa.Update, sa.Delete)
        if not isinstance(statement, ours) or _reads_catalogue(statement):
            return
        if only := statement.get_execution_options().get(ELSEWHERE):
            if connection.dialect.name != only:
                where = f"executed on {connection.dialect.name}"
                self.fresh.append(Problem("ONLY", str(statement)[:80], f"for {only} alone, and {where}"))
            return
        key = statement._generate_cache_key()
        if key is None or key.key not in self.seen:
            self.fresh += lint_statement(statement)
            self.lacking[key and key.key] = lacking_rights(statement)
        if (lacks := self.lacking[key and key.key]) and done_by_the_hub(sys._getframe(1)):
            why = "the hub has no such right: RIGHTS in storage/database_oracle_ddl.py"
            self.fresh += [Problem("ORA-01031", right, why) for right in lacks]
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
