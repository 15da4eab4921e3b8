"""The shape of a schema as facts that read the same on both dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ClauseElement,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Table,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine import Dialect, Inspector
from sqlalchemy.types import NullType, TypeEngine

from shopapp.ops.database import DIALECT_OBJECTS
from shopapp.ops.schema import runs

Fact = tuple[Any, ...]

TYPES = {
    "BIGINT": "big integer",
    "BLOB": "bytes",
    "BOOLEAN": "boolean",
    "BYTEA": "bytes",
    "DATE": "date",
    "DATETIME": "moment",
    "DOUBLE": "float",
    "DOUBLE PRECISION": "float",
    "INTEGER": "integer",
    "JSON": "json",
    "JSONB": "json",
    "TEXT": "text",
    "TIMESTAMP WITH TIME ZONE": "moment",
    "VARCHAR(32)": "choice",
}


def shape_of_database(engine: Engine) -> set[Fact]:
    """What the database holds; not what keeps account of migrations, nor one dialect's own."""
    named = DIALECT_OBJECTS[engine.dialect.name]
    aside = {"alembic_version", runs.NAME, *(name.removeprefix("table ") for name in named)}
    with engine.connect() as connection:
        facts = {*_reflected(inspect(connection), engine.dialect)}
    return {fact for fact in facts if fact[1] not in aside and f"{fact[0]} {fact[2]}" not in named}


def shape_of_models(metadata: MetaData, dialect: Dialect) -> set[Fact]:
    """What the models want."""
    return {fact for table in metadata.tables.values() for fact in _declared(table, dialect)}


def _reflected(there: Inspector, dialect: Dialect) -> Iterator[Fact]:
    for (_, table), columns in there.get_multi_columns().items():
        for each in columns:
            kind = _type(each["type"], dialect)
            yield "column", table, each["name"], kind, each["nullable"], _default(each["default"])
    for (_, table), key in there.get_multi_pk_constraint().items():
        yield "primary key", table, key["name"], *key["constrained_columns"]
    for (_, table), references in there.get_multi_foreign_keys().items():
        for each in references:
            target, rule = each["referred_table"], each["options"].get("ondelete")
            yield "reference", table, each["name"], *each["constrained_columns"], target, rule
    for (_, table), checks in there.get_multi_check_constraints().items():
        for each in checks:
            yield "check", table, each["name"], *_literals(each["sqltext"])
    yield from _reflected_keys(there, dialect)


def _reflected_keys(there: Inspector, dialect: Dialect) -> Iterator[Fact]:
    names = set()
    for (_, table), uniques in there.get_multi_unique_constraints().items():
        for each in uniques:
            names.add(each["name"])
            yield "unique", table, each["name"], *each["column_names"]
    for (_, table), indexes in there.get_multi_indexes().items():
        for each in indexes:
            if each["name"] in names or "expressions" in each:
                continue  # PostgreSQL lists a unique constraint's index as well
            where = each.get("dialect_options", {}).get(f"{dialect.name}_where", "")
            columns = tuple(each["column_names"])
            yield "index", table, each["name"], columns, bool(each["unique"]), _literals(where)


def _default(written: str | None) -> str | None:
    """A server's default as both sides write it: '0', 0 and '0'::text are one."""
    return written.partition("::")[0].strip("'") if written else written


def _declared(table: Table, dialect: Dialect) -> Iterator[Fact]:
    name, written = table.name, dialect.ddl_compiler(dialect, None)
    for column in table.columns:
        default = _default(written.get_column_default_string(column))
        yield "column", name, column.name, _type(column.type, dialect), column.nullable, default
    yield "primary key", name, _name(table.primary_key, dialect), *table.primary_key.columns.keys()
    for each in table.constraints:
        if isinstance(each, ForeignKeyConstraint):
            target = each.referred_table.name
            yield "reference", name, _name(each, dialect), *each.column_keys, target, each.ondelete
        elif isinstance(each, UniqueConstraint):
            yield "unique", name, _name(each, dialect), *each.columns.keys()
        elif isinstance(each, CheckConstraint):
            yield "check", name, _name(each, dialect), *_literals(each.sqltext)
    for index in table.indexes:
        where = index.dialect_options[dialect.name]["where"]
        columns = tuple(column.name for column in index.columns)
        yield "index", name, index.name, columns, index.unique, _literals(where)


def _type(kind: TypeEngine[Any], dialect: Dialect) -> str:
    return "words" if isinstance(kind, NullType | TSVECTOR) else TYPES[kind.compile(dialect)]


def _name(constraint: Any, dialect: Dialect) -> str:
    return str(dialect.identifier_preparer.format_constraint(constraint)).strip('"')


def _literals(sql: object) -> tuple[str, ...]:
    """PostgreSQL rewrites conditions; the values they name stay."""
    if isinstance(sql, ClauseElement):
        sql = sql.compile(compile_kwargs={"literal_binds": True})
    return tuple(sorted(re.findall(r"'([^']*)'", str(sql))))
