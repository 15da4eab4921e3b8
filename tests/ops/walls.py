"""A row of each store in every table, and bare connections that go round the ORM."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column, Enum, Table
from sqlalchemy.dialects import postgresql

from shopapp.ops import database
from tests import cast

OWNED = database.store_owned_tables()
TABLES = database.load_models().tables
PLAIN = {
    "BIGINT": 1,
    "BOOLEAN": False,
    "BYTEA": b"x",
    "DATE": date(2026, 11, 20),
    "DOUBLE PRECISION": 1.0,
    "INTEGER": 1,
    "JSONB": "{}",
    "TIMESTAMP WITH TIME ZONE": datetime(2026, 11, 20, tzinfo=UTC),
}


def fill(url_admin: str) -> None:
    """Every table a store owns holds one row of each store; they point at nothing."""
    with psycopg.connect(url_admin, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        for name in OWNED:
            admin.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for shop in cast.SHOPS:
                row = _row(TABLES[name], shop)
                admin.execute(_insert(name, row), list(row.values()))


@contextmanager
def raw(url: str, store: cast.Shop | None = None) -> Iterator[psycopg.Connection]:
    """A transaction that names a store, or none; rolled back."""
    with psycopg.connect(url, prepare_threshold=None) as connection:
        if store:
            connection.execute("SELECT set_config('app.store_id', %s, true)", [store.id])
        yield connection
        connection.rollback()


def stores_in(connection: psycopg.Connection, table: str) -> set[str]:
    """Whose rows of the table are seen."""
    rows = connection.execute(f"SELECT DISTINCT store_id FROM {table}".encode())  # noqa: S608
    return {str(row[0]) for row in rows}


def foreign_row(table: str) -> tuple[sql.Composed, list[Any]]:
    """An insert of a row that belongs to Hill."""
    row = {**_row(TABLES[table], cast.HILL), "id": "new"}
    return _insert(table, row), list(row.values())


def _insert(name: str, row: dict[str, Any]) -> sql.Composed:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(name),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )


def _row(table: Table, shop: cast.Shop) -> dict[str, Any]:
    given = {"id": f"{shop.handle} {table.name}", "store_id": shop.id}
    needed = [each for each in table.columns if each.foreign_keys or not each.nullable]
    return {each.name: given.get(each.name, _value(each)) for each in needed}


def _value(column: Column[Any]) -> Any:
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    kind = column.type.compile(postgresql.dialect())
    return PLAIN.get(kind, f"any {column.name}")
