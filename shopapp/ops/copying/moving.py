"""Rows from one database into the other, inside one transaction on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from shopapp.ops.copying import CannotCopy
from shopapp.ops.copying.loading import load
from shopapp.ops.copying.plain import PlainTable
from shopapp.ops.copying.progress import Progress
from shopapp.ops.copying.sums import Sum
from shopapp.stores.models import Store

_ROWS, _HEAVY_ROWS = 5000, 20  # in memory at a time; a heavy row may be a mail of 25 MB

Rows = Sequence[Row[Any]]


@dataclass(slots=True)
class Move:
    """The rows of `tables` and of `stores`, from `source` to `target`, in short batches.

    Both connections are in a transaction. On PostgreSQL they are bound to one store after the
    other, so that row-level security, which holds for an owner too, lets its rows through.
    """

    source: Connection
    target: Connection
    tables: Sequence[PlainTable]
    progress: Progress
    sums: Mapping[str, Sum] = field(init=False)

    def __post_init__(self) -> None:
        self.sums = {table.name: Sum() for table in self.tables}

    def run(self) -> int:
        """Copy everything and compare it; the number of rows. Raises CannotCopy."""
        total = sum(_count(self.source, table) for table in self.tables)
        self.progress.begin("copying", total)
        for table in self.tables:
            self._copy(table)
        for table in self.tables:
            self._fill_in(table)
        self.progress.begin("comparing", total)
        for table in self.tables:
            self._compare(table)
        return total

    def _copy(self, table: PlainTable) -> None:
        for batch in _batches(self.source, table, binding=self.target):
            self.sums[table.name].add(batch, table.json)
            _write(self.target, table, _without(batch, table.first) if table.later else batch)
            self.progress.step(len(batch))

    def _fill_in(self, table: PlainTable) -> None:
        columns = table.table.c
        for name in table.later:
            pairs = select(columns.id, columns[name]).where(columns[name].is_not(None))
            statement = (
                update(table.table)
                .where(columns.id == bindparam("row"))
                .values({name: bindparam("value")})
            )
            for batch in _batches(self.source, table, pairs, binding=self.target):
                self.target.execute(
                    statement, [{"row": row.id, "value": row._mapping[name]} for row in batch]
                )

    def _compare(self, table: PlainTable) -> None:
        there, here = Sum(), self.sums[table.name]
        for batch in _batches(self.target, table):
            there.add(batch, table.json)
            self.progress.step(len(batch))
        if there != here:
            message = (
                f"the copy of {table.name} differs ({here.rows:,} rows, hash {here.hash}; "
                f"copied {there.rows:,}, hash {there.hash}): nothing was kept"
            )
            raise CannotCopy(message)


def stores(connection: Connection) -> tuple[str, ...]:
    """The ids of every store, from the one table that tells without a store."""
    return tuple(connection.scalars(select(Store.id).order_by(Store.id)))


def bind(connection: Connection, store_id: str) -> None:
    """Let `connection` see this store's rows until its transaction ends or is bound anew."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("app.store_id", store_id, True)))


def _count(connection: Connection, table: PlainTable) -> int:
    query = select(func.count()).select_from(table.table)
    return sum(connection.scalar(each) or 0 for each in _by_store(connection, table, query))


def _batches(
    connection: Connection,
    table: PlainTable,
    query: Any = None,
    *,
    binding: Connection | None = None,
) -> Iterator[Rows]:
    """The rows of `table`, a batch in memory at a time; `binding` follows from store to store."""
    size = _HEAVY_ROWS if table.is_heavy else _ROWS
    query = select(table.table) if query is None else query
    for each in _by_store(connection, table, query, binding):
        streamed = connection.execute(each, execution_options={"yield_per": size})
        yield from (rows for rows in streamed.partitions() if rows)


def _by_store(
    connection: Connection, table: PlainTable, query: Any, binding: Connection | None = None
) -> Iterator[Any]:
    if not table.is_owned:
        yield query
        return
    for store_id in stores(connection):
        for each in filter(None, (connection, binding)):
            bind(each, store_id)
        yield query.where(table.table.c.store_id == store_id)


def _without(batch: Rows, places: Iterable[int]) -> list[list[Any]]:
    rows = [list(row) for row in batch]
    for row in rows:
        for place in places:
            row[place] = None
    return rows


def _write(target: Connection, table: PlainTable, batch: Sequence[Sequence[Any]]) -> None:
    if target.dialect.name == "postgresql":
        load(target, table, batch)
        return
    names = table.table.c.keys()
    target.execute(insert(table.table), [dict(zip(names, row, strict=True)) for row in batch])
