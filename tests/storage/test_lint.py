"""The shadow of Oracle sees every trap that is set for it, and nothing in the register's own schema."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exists, func, insert, select, tuple_, update
from sqlalchemy.dialects import oracle, postgresql, sqlite

import betaalhub
from betaalhub.storage import tables
from betaalhub.storage.database import migration_sql
from betaalhub.storage.tables import METADATA, BetalingRow, CircuitRow, GebeurtenisRow, OutboxRow, ZenderRow
from tests.oracle_lint import Watch, lint_metadata, lint_statement, lint_values

LOCKED = select(OutboxRow.id).with_for_update(skip_locked=True)
TRAPS = {
    "limit with lock": (LOCKED.limit(1), "ORA-02014"),
    "distinct with lock": (LOCKED.distinct(), "ORA-02014"),
    "lock in a subquery": (update(OutboxRow).where(OutboxRow.id.in_(LOCKED)).values(state="L"), "FU-SUB"),
    "a clob compared": (select(BetalingRow.id).where(BetalingRow.doorstuur_url == "x"), "ORA-00932"),
    "a clob made distinct": (select(BetalingRow.doorstuur_url).distinct(), "ORA-00932"),
    "a clob sorted": (select(BetalingRow.id).order_by(BetalingRow.doorstuur_url.desc().nulls_last()), "ORA-00932"),
    "exists as a value": (select(exists(select(ZenderRow.id))), "ORA-00936"),
    "aggregate with filter": (select(func.count().filter(OutboxRow.attempts > 1)), "ORA-00923"),
    "row values": (select(OutboxRow.id).where(tuple_(OutboxRow.due_at, OutboxRow.id) < tuple_(1, 2)), "ORA-01796"),
    "a flag as a condition": (select(ZenderRow.id).where(ZenderRow.actief), "ORA-00920"),
    "the clock of the database": (select(ZenderRow.id, func.now()), "CLOCK"),
    "a reserved label": (select(ZenderRow.id.label("rowid")), "RESERVED"),
    "a name in capitals": (select(ZenderRow.id.label("Zender")), "QUOTED"),
    "nulls in the order": (select(ZenderRow.id).order_by(ZenderRow.push_url), "NULLS"),
    "several rows of values": (insert(ZenderRow).values([{"code": "a"}, {"code": "b"}]), "COMPILE"),
    "on conflict": (sqlite.insert(ZenderRow).values(code="a").on_conflict_do_nothing(), "COMPILE"),
    "text": (sa.text("select 1"), "TEXT"),
    "a clob in a union": (select(BetalingRow.doorstuur_url).union(select(BetalingRow.doorstuur_url)), "ORA-00932"),
    "a clob on the right": (select(BetalingRow.id).where(sa.literal("x") == BetalingRow.doorstuur_url), "ORA-00932"),
    "a condition as a value": (select(ZenderRow.id == 1), "ORA-00923"),
    "is with a value": (select(ZenderRow.id).where(sa.column("actief", sa.Integer).is_(sa.bindparam("yes", 1))), "ORA-00908"),
    "not a flag": (select(ZenderRow.id).where(~ZenderRow.actief), "ORA-00920"),
    "a bound value in group by": (select(func.coalesce(ZenderRow.push_url, "x")).group_by(func.coalesce(ZenderRow.push_url, "x")), "ORA-00979"),
    "distinct sorted by something else": (select(ZenderRow.code).distinct().order_by(ZenderRow.id), "ORA-01791"),
    "an unknown function": (select(func.string_agg(ZenderRow.code, ",")), "FUNCTION"),
    "small letters": (select(ZenderRow.id).where(func.lower(ZenderRow.naam) == "x"), "CASE"),
    "large or small letters": (select(ZenderRow.id).where(ZenderRow.naam.ilike("x%")), "CASE"),
    "distinct from": (select(ZenderRow.id).where(ZenderRow.push_url.is_distinct_from("x")), "DECODE"),
    "an empty text in words": (select(ZenderRow.id).where(sa.literal_column("naam") == sa.literal_column("''")), "NULLSTR"),
    "insert from select with returning": (insert(CircuitRow).from_select(["ontvanger"], select(ZenderRow.code)).returning(CircuitRow.fouten), "ORA-00933"),
    "update with a second table": (update(OutboxRow).where(OutboxRow.object_id == ZenderRow.id).values(state="L"), "COMPILE"),
    "delete with a second table": (sa.delete(OutboxRow).where(OutboxRow.object_id == ZenderRow.id), "COMPILE"),
    "lock over a union": (select(ZenderRow.id).union_all(select(OutboxRow.id)).with_for_update(), "ORA-02014"),
    "a cte that writes": (select(update(OutboxRow).values(state="L").returning(OutboxRow.id).cte().c.id), "ORA-00928"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "code"), TRAPS.values(), ids=list(TRAPS))
def test_the_lint_sees_a_trap(statement: Any, code: str) -> None:
    assert code in {problem.code for problem in lint_statement(statement)}


@pytest.mark.parametrize(
    ("values", "code"),
    [([""], "NULLSTR"), ([list(range(1001))], "ORA-01795"), ([True], "ORA-03115"), ([timedelta(1)], "INTERVAL"),
     ([1] * 32_001, "BINDS"), ([1, "x", None], "")],
)  # fmt: skip
def test_the_lint_sees_values(values: list[Any], code: str) -> None:
    binds = [
        sa.bindparam(f"p{n}", value, type_=sa.Integer() if value is True else None) for n, value in enumerate(values)
    ]
    assert [problem.code for problem in lint_values(binds)] == ([code] if code else [])


def test_the_watch_tells_each_form_once_and_looks_at_values_every_time() -> None:
    watch, engine = Watch(), sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for name in ("a", "b", ""):
            watch.look(connection, select(ZenderRow.id).where(ZenderRow.code == name).order_by(ZenderRow.push_url))
    assert [problem.code for problem in watch.take()] == ["NULLS", "NULLSTR"]
    assert watch.take() == []


def test_what_sqlalchemy_asks_of_a_catalogue_is_not_ours_to_judge() -> None:
    watch = Watch()
    asked = select(sa.table("all_tables", sa.column("table_name"), sa.column("Owner")))
    watch.look(SimpleNamespace(dialect=oracle.dialect()), asked)  # type: ignore[arg-type]
    assert watch.take() == []


def test_a_statement_for_one_database_alone_is_left_alone_there_and_told_elsewhere() -> None:
    watch = Watch()
    only = select(update(OutboxRow).values(state="L").returning(OutboxRow.id).cte().c.id)
    only = only.execution_options(only="postgresql")
    with sa.create_engine("sqlite://").connect() as connection:
        watch.look(connection, only)
    assert [problem.code for problem in watch.take()] == ["ONLY"]
    watch.look(SimpleNamespace(dialect=postgresql.dialect()), only)  # type: ignore[arg-type]
    assert watch.take() == []


def the_hub_does(source: str) -> list[str]:
    """What is told when a file of the hub executes this; a test may do anything."""
    watch, engine = Watch(), sa.create_engine("sqlite://")
    code = compile(source, str(Path(betaalhub.__file__).parent / "flows/imagined.py"), "exec")
    with engine.connect() as connection:
        watch.look(connection, update(GebeurtenisRow).values(wie="x"))
        assert watch.take() == []
        exec(code, {"watch": watch, "connection": connection, **vars(sa), **vars(tables)})
    return [str(problem.where) for problem in watch.take() if problem.code == "ORA-01031"]


def test_the_hub_may_not_do_what_its_user_on_oracle_has_no_right_to() -> None:
    assert the_hub_does("watch.look(connection, update(GebeurtenisRow).values(wie='x'))") == ["UPDATE gebeurtenis"]
    assert the_hub_does("watch.look(connection, delete(BetaalopdrachtRow))") == ["DELETE betaalopdracht"]
    assert the_hub_does("watch.look(connection, insert(GebeurtenisRow).values(wie='x'))") == []


def bad_schema() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "session",
        metadata,
        sa.Column("a_name_of_more_than_thirty_bytes", sa.Integer, sa.ForeignKey("parent.id", onupdate="CASCADE")),
        sa.Column("yes", sa.Boolean),
        sa.Column("data", sa.JSON, unique=True),
        sa.Column("at", sa.DateTime, server_default=sa.func.now()),
        sa.Column("amount", sa.Numeric(10, 2)),
        sa.Column("long", sa.String(2000)),
        sa.Column("endless", sa.String),
        sa.UniqueConstraint("yes", "amount", name="twice"),
        sa.Index("twice_again", "yes", "amount"),
    )
    sa.Table(
        "other", metadata, sa.Column("a", sa.Integer), sa.Index("twice", "a")
    )  # the name of a key, which is an index too
    return metadata


def test_the_lint_sees_every_fault_of_a_bad_schema() -> None:
    assert {problem.code for problem in lint_metadata(bad_schema())} >= {
        "ORA-00972", "RESERVED", "BOOLEAN", "JSON", "DATE", "DECIMAL", "ORA-00906", "ORA-00910", "DEFAULT", "ORA-00905", "ORA-01408",
        "UNIQUE", "ORA-02264", "ORA-02329", "FK-INDEX",
    }  # fmt: skip


def test_the_schema_of_the_register_has_no_fault() -> None:
    assert lint_metadata(METADATA) == []


def test_the_script_for_an_oracle_administrator_is_oracle() -> None:
    script = migration_sql("oracle")
    assert script.count("CREATE TABLE") == len(METADATA.tables) + 1  # and alembic_version
    assert not [
        word for word in ('"', "RETURNING", "BOOLEAN", "TEXT", " VARCHAR(", "JSON", "TRIGGER") if word in script
    ]
    assert script.rstrip().endswith("COMMIT\n\n/")
