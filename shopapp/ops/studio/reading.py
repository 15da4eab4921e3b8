"""Reading tables: a page of rows by keyset, one row, what refers to it, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.sql.elements import Label

from shopapp.db import Session
from shopapp.ops.studio.columns import Field, Kind
from shopapp.ops.studio.tables import Reference, Table, references, tables

SIZE = 50
MOST_COUNTED = 10_000
_SHORT, _LONG = 120, 50_000  # characters of a text in a list, and on its row's own page
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """Sorted by a column, then by id; rows without a value come last."""

    field: Field
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the ids behind which the neighbouring pages begin (None at an end)."""

    rows: Sequence[Row]
    before: str | None
    after: str | None


def counts(session: Session, store_id: str) -> dict[str, int]:
    """How many rows of the store each table has, counted up to MOST_COUNTED + 1; one statement."""
    columns = [
        _up_to(table, store_id, MOST_COUNTED).label(name) for name, table in tables().items()
    ]
    return dict(session.execute(select(*columns)).one()._mapping)


def page(
    session: Session,
    table: Table,
    wanted: ColumnElement[bool],
    order: Order,
    fields: Sequence[Field],
    *,
    edge: str = "",
    back: bool = False,
) -> Page:
    """The rows behind the row `edge` (before it when `back`); two statements at most.

    An edge that is gone gives the first page.
    """
    query = select(*(_short(each) for each in fields)).where(wanted)
    place = _place(session, table, wanted, order, edge)
    back = back and place is not None
    if place is not None:
        query = query.where(_beyond(order, table, place, back=back))
    found = session.execute(query.order_by(*_by(order, table, back=back)).limit(SIZE + 1))
    rows = [dict(row) for row in found.mappings()]
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if back:
        rows.reverse()
    return Page(
        rows,
        before=rows[0]["id"] if rows and place and (more or not back) else None,
        after=rows[-1]["id"] if rows and (more or back) else None,
    )


def row(session: Session, table: Table, wanted: ColumnElement[bool], row_id: str) -> Row | None:
    """Every value of one row that may be seen; secrets only say whether they are set."""
    query = select(*(_whole(each) for each in table.fields)).where(wanted, _id(table) == row_id)
    found = session.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def referring(
    session: Session, name: str, store_id: str, row_id: str
) -> list[tuple[Reference, int]]:
    """What refers to a row, with how many rows do, counted up to 101; one statement."""
    known = references(name)
    if not known:
        return []
    columns = [_up_to(each.table, store_id, 100, each.field.attribute == row_id) for each in known]
    numbers = session.execute(select(*columns)).one()
    return [(each, number) for each, number in zip(known, numbers, strict=True) if number]


def every(
    session: Session, table: Table, wanted: ColumnElement[bool], order: Order
) -> Iterator[Row]:
    """All rows that are wanted, as they come from the database."""
    query = select(*(_exported(each) for each in table.shown)).where(wanted)
    for found in session.execute(query.order_by(*_by(order, table, back=False))).mappings():
        yield dict(found)


def _up_to(table: Table, store_id: str, most: int, *more: ColumnElement[bool]) -> Any:
    rows = select(_id(table)).where(table.share(store_id), *more).limit(most + 1)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def _id(table: Table) -> Any:
    return table.model.id


def _short(field: Field) -> Label[Any]:
    column: Any = field.attribute
    if field.kind is Kind.TEXT and field.name != "id":
        column = func.substr(column, 1, _SHORT + 1)
    if field.kind is Kind.JSON:
        column = func.length(cast(column, Text))
    return _sized(field, column)


def _whole(field: Field) -> Label[Any]:
    column: Any = field.attribute
    if field.kind is Kind.TEXT and field.name != "id":
        column = func.substr(column, 1, _LONG)
    if field.kind is Kind.MASKED:
        column = column.is_not(None)
    return _sized(field, column)


def _exported(field: Field) -> Label[Any]:
    return _sized(field, field.attribute)


def _sized(field: Field, column: Any) -> Label[Any]:
    """Of bytes only their number is read."""
    found: Label[Any] = (func.length(column) if field.kind is Kind.BYTES else column).label(
        field.name
    )
    return found


def _by(order: Order, table: Table, *, back: bool) -> list[Any]:
    """Rows without a value come last, whichever way; going back is the same order reversed."""
    column = order.field.attribute
    falling = order.descending is not back
    ways = [each.desc() if falling else each.asc() for each in (column, _id(table))]
    empty = column.is_(None)
    return [empty.desc() if back else empty.asc(), *ways]


def _place(
    session: Session, table: Table, wanted: ColumnElement[bool], order: Order, edge: str
) -> tuple[Any, str] | None:
    """The sorted value and the id of the row `edge`."""
    if not edge:
        return None
    query = select(order.field.attribute, _id(table)).where(wanted, _id(table) == edge)
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def _beyond(order: Order, table: Table, place: tuple[Any, str], *, back: bool) -> Any:
    """Whatever comes after (or before) a place in the order of `_by`."""
    column, key, (value, edge) = order.field.attribute, _id(table), place
    falling = order.descending is not back
    on = (key < edge) if falling else (key > edge)
    if value is None:
        behind = and_(column.is_(None), on)
        return or_(behind, column.is_not(None)) if back else behind
    further = (column < value) if falling else (column > value)
    behind = or_(further, and_(column == value, on))
    return behind if back else or_(behind, column.is_(None))
