"""Keyset paging by any number or word: a page is found by the last row's value and id."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_

from shopapp.db import Session

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the cursors of its neighbours (None at an end)."""

    rows: Sequence[Any]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """By `value`, then by `key`; neither may be NULL."""

    value: ColumnElement[Any]
    key: ColumnElement[str]
    descending: bool


def paged(
    session: Session, statement: Select[Any], order: Order, cursor: str, *, size: int = SIZE
) -> Page:
    """The page of `statement` at `cursor`; one SQL statement. Rows carry `sorted_by`, `sorted_id`.

    An unreadable cursor, or one behind which nothing is left, gives the first page.
    """
    back, edge = _decoded(cursor)
    asked = statement.add_columns(order.value.label("sorted_by"), order.key.label("sorted_id"))
    falling = order.descending is not back
    if edge is not None:
        asked = asked.where(_beyond(order, edge, falling=falling))
    by = [each.desc() if falling else each.asc() for each in (order.value, order.key)]
    rows: list[Row[Any]] = list(session.execute(asked.order_by(*by).limit(size + 1)))
    if edge is not None and not rows:
        return paged(session, statement, order, "", size=size)
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    return Page(
        rows,
        previous=_encoded("p", rows[0]) if rows and (more if back else edge) else None,
        next=_encoded("n", rows[-1]) if rows and (back or more) else None,
    )


def _beyond(order: Order, edge: tuple[Any, str], *, falling: bool) -> ColumnElement[bool]:
    value, key = edge
    if falling:
        return or_(order.value < value, and_(order.value == value, order.key < key))
    return or_(order.value > value, and_(order.value == value, order.key > key))


def _encoded(way: str, row: Row[Any]) -> str:
    said = json.dumps([way, row.sorted_by, row.sorted_id], ensure_ascii=False)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[bool, tuple[Any, str] | None]:
    if not cursor or len(cursor) > 6_000:
        return False, None
    try:
        way, value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        return False, None
    if way not in ("p", "n") or not isinstance(key, str):
        return False, None
    return way == "p", (value, key)
