"""One row in every table a store owns, generated from the models, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Enum, LargeBinary, Table, func, insert, select
from sqlalchemy import types as sa

from shopapp.columns import Amount, Json, UtcDateTime
from shopapp.db import Base
from shopapp.ops import database
from tests import cast

MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
Words = Callable[[Column[Any]], str]

# what a check constraint or the shape of a JSON column asks for
GIVEN: dict[str, Any] = {
    "outbound_mail.kind": "account",
    "outbound_mail.state": "sent",
    "ai_draft.state": "sent",
    "ai_draft.approved_by_id": cast.ADA.id,
    "draft_outcome.rating": 1,
    "compose_time.spans": [[1, 2]],
    "draft_export.file": "e" * 64,
    "ai_draft.subject_type": "ticket",
    "store_settings.version": 1,
}


FIXED: tuple[tuple[Any, Any], ...] = (
    (UtcDateTime, MOMENT),
    (Amount, Decimal("922337203685477.5807")),
    (sa.Boolean, True),
    (sa.Integer, 7),
    (sa.Float, 0.1),
    (sa.Date, date(2026, 2, 28)),
)
SHAPES: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("list[list", lambda text: [[text]]),
    ("list[dict", lambda text: [{"text": text}]),
    ("list", lambda text: [text]),
    ("dict[str, dict", lambda text: {"smtp": {"text": text}}),
    ("dict[str, list[dict", lambda text: {"mon": [{"text": text}]}),
    ("dict[str, list", lambda text: {"mon": [text]}),
    ("dict[str, bool]", lambda _: {"number": True}),
    ("dict[str, int]", lambda _: {"number": 7}),
    ("dict[str, typing.Any]", lambda text: {"text": text, "deep": [{"huge": 1e20, "whole": 2.0}]}),
    ("dict", lambda text: {"text": text}),
)


def plant(connection: Connection, store_id: str, *, key: str, words: Words) -> dict[str, str]:
    """A row of every table for one store; table name → id. `words` gives a column's text.

    References point at each other's rows; those to people stay empty where they may.
    """
    ids = {"store": store_id}
    database.load_models()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("app.store_id", store_id, True)))
    owned = set(database.store_owned_tables())
    for table in Base.metadata.sorted_tables:
        if table.name in owned and not _is_taken(connection, table, store_id):
            ids[table.name] = f"c{key}{table.name}"[:60]
            row = {each.name: _value(each, ids, words) for each in table.columns}
            numbers = {each.name: sum(key.encode()) for each in _counted(table)}
            connection.execute(insert(table).values({**row, **numbers}))
    return ids


def _is_taken(connection: Connection, table: Table, store_id: str) -> bool:
    """A store has one row of settings."""
    found = select(table.c.id).where(table.c.store_id == store_id)
    is_single = table.name in ("store_settings", "inbox_settings", "model_service")
    return is_single and connection.scalar(found) is not None


def _counted(table: Table) -> list[Column[Any]]:
    """Numbers and versions, which are unique in some tables."""
    numbers = [each for each in table.columns if type(each.type) in (sa.Integer, sa.BigInteger)]
    return [each for each in numbers if f"{table.name}.{each.name}" not in GIVEN]


def _value(column: Column[Any], ids: dict[str, str], words: Words) -> Any:
    place = f"{column.table.name}.{column.name}"
    if column.name == "id":
        return ids[column.table.name]
    if place in GIVEN:
        return GIVEN[place]
    for key in column.foreign_keys:
        return ids.get(key.column.table.name, None if column.nullable else cast.ADA.id)
    return _plain(column, words)


def _plain(column: Column[Any], words: Words) -> Any:
    kind = column.type
    if isinstance(kind, Json):
        return shaped(str(kind.shape), words(column))
    if isinstance(kind, Enum):
        return list(kind.enum_class or kind.enums)[-1]
    if isinstance(kind, LargeBinary):
        return b"\x00\xff" + words(column).encode()
    found = (value for python, value in FIXED if isinstance(kind, python))
    return next(found, None) or words(column)


def shaped(shape: str, text: str) -> Any:
    """A value of the JSON `shape` with `text` in it, where text fits."""
    found = (make for begin, make in SHAPES if shape.startswith(begin))
    return next(found)(text)
