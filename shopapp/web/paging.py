"""Keyset paging: a page is found by the last row's key, never by counting rows away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from shopapp.db import Session

Row = TypeVar("Row")
SIZE = 50
Key = tuple[datetime, str]
Columns = tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[str]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([no])(-?\d{1,18})\.([A-Za-z0-9_-]{1,64})")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, newest first, with the cursors of its neighbours (None at an end)."""

    rows: Sequence[Row]
    newer: str | None
    older: str | None


def keyset(
    session: Session,
    statement: Select[Row],
    by: Columns,
    key: Callable[[Row], Key],
    cursor: str | None,
    *,
    size: int = SIZE,
) -> Page[Row]:
    """The page of `statement` at `cursor`, ordered by `by` descending; one SQL statement.

    A cursor says n or o (newer or older than) and a key: 'o1795372240123456.<id>', the moment in
    microseconds. One that is unreadable, or behind which nothing is left, gives the first page.
    """
    newer, edge = _decoded(cursor)
    limited = statement if edge is None else statement.where(_beyond(by, edge, newer=newer))
    order = [column.asc() if newer else column.desc() for column in by]
    rows = list(session.scalars(limited.order_by(*order).limit(size + 1)))
    if edge is not None and not rows:
        return keyset(session, statement, by, key, None, size=size)
    more, rows = len(rows) > size, rows[:size]
    if newer:
        rows.reverse()
    return Page(
        rows,
        newer=_encoded("n", key(rows[0])) if rows and (more if newer else edge) else None,
        older=_encoded("o", key(rows[-1])) if rows and (newer or more) else None,
    )


def _beyond(by: Columns, edge: Key, *, newer: bool) -> ColumnElement[bool]:
    """A row-value comparison, which an index on the two columns answers by itself."""
    row = tuple_(*by)
    last = tuple_(*(literal(value, column.type) for value, column in zip(edge, by, strict=True)))
    return row > last if newer else row < last


def _encoded(way: str, key: Key) -> str:
    return f"{way}{(key[0] - _EPOCH) // timedelta(microseconds=1)}.{key[1]}"


def _decoded(cursor: str | None) -> tuple[bool, Key | None]:
    """Whether the page is newer than the edge, and the edge; (False, None) for the first page."""
    read = _CURSOR.fullmatch(cursor or "")
    if read is None:
        return False, None
    try:
        moment = _EPOCH + timedelta(microseconds=int(read[2]))
    except OverflowError:
        return False, None
    return read[1] == "n", (moment, read[3])
