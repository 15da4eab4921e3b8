"""Tables as a copy sees them: plain columns, in an order that foreign keys allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Enum,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.ddl import sort_tables_and_constraints

from shopapp.columns import Amount, CleanText, Json
from shopapp.ops import database

_JSON = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table without checks, defaults and enums: what is read is what is written.

    `later` are the nullable references that are filled in when every row is there: to the table
    itself, or round a circle of tables.
    """

    table: Table
    is_owned: bool
    later: tuple[str, ...]
    json: tuple[int, ...]
    is_heavy: bool

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def first(self) -> tuple[int, ...]:
        """The positions that the first pass leaves empty."""
        names = self.table.c.keys()
        return tuple(names.index(name) for name in self.later)


def in_order() -> tuple[PlainTable, ...]:
    """Every table of the models, a referenced one before those that refer to it."""
    return plainly(database.load_models().tables.values(), database.store_owned_tables())


def plainly(tables: Iterable[Table], owned: Sequence[str]) -> tuple[PlainTable, ...]:
    """`tables` in order; raises ValueError for a circle of references that may not be empty."""
    *ordered, (_, circles) = sort_tables_and_constraints(list(tables))  # type: ignore[no-untyped-call]
    return tuple(
        _plain(table, table.name in owned, [*_to_itself(table), *_of(table, circles)])
        for table, _ in ordered
        if table is not None
    )


def as_text(value: Any) -> str | None:
    """A JSON value as COPY takes it."""
    return None if value is None else json.dumps(value)


def _plain(table: Table, is_owned: bool, later: Sequence[ForeignKeyConstraint]) -> PlainTable:
    columns = [Column(column.name, _type(column.type)) for column in table.columns]
    names = [name for key in later for name in key.column_keys]
    stuck = [name for name in names if not table.c[name].nullable]
    if stuck:
        message = f"{table.name}.{stuck[0]} is part of a circle of references and never empty"
        raise ValueError(message)
    return PlainTable(
        Table(table.name, MetaData(), *columns),
        is_owned,
        tuple(names),
        tuple(place for place, each in enumerate(table.columns) if isinstance(each.type, Json)),
        any(isinstance(column.type, LargeBinary) for column in table.columns),
    )


def _type(kind: Any) -> Any:
    if isinstance(kind, Amount):
        return BigInteger()
    if isinstance(kind, Json):
        return _JSON
    return Text() if isinstance(kind, Enum | CleanText) else kind


def _to_itself(table: Table) -> list[ForeignKeyConstraint]:
    return [key for key in table.foreign_key_constraints if key.referred_table is table]


def _of(table: Table, circles: Iterable[ForeignKeyConstraint]) -> list[ForeignKeyConstraint]:
    return [key for key in circles if key.table is table]
