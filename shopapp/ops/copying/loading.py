"""Rows into PostgreSQL by COPY, several times as fast as INSERT, and through its walls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, sql

from shopapp.ops.copying.plain import PlainTable, as_text


def load(target: Connection, table: PlainTable, rows: Iterable[Sequence[Any]]) -> None:
    """Put `rows` into `table`.

    COPY refuses a table with row-level security: rows of a store go into a temporary table first,
    and from there, where the policy looks at each, to their place.
    """
    if not table.is_owned:
        _copy(target, table, table.name, rows)
        return
    waiting = f"copy_of_{table.name}"
    target.exec_driver_sql(
        f'CREATE TEMPORARY TABLE IF NOT EXISTS "{waiting}" (LIKE "{table.name}") ON COMMIT DROP'
    )
    _copy(target, table, waiting, rows)
    names = table.table.c.keys()
    arrived = sql.table(waiting, *map(sql.column, names))
    target.execute(insert(table.table).from_select(names, select(arrived)))
    target.exec_driver_sql(f'TRUNCATE "{waiting}"')


def _copy(target: Connection, table: PlainTable, name: str, rows: Iterable[Sequence[Any]]) -> None:
    cursor: Any = target.connection.cursor()
    with cursor, cursor.copy(f'COPY "{name}" ({_columns(table)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(_texts(row, table.json) if table.json else row)


def _columns(table: PlainTable) -> str:
    return ", ".join(f'"{column.name}"' for column in table.table.columns)


def _texts(row: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    values = list(row)
    for place in places:
        values[place] = as_text(values[place])
    return values
