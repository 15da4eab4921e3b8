"""docs/data-model.md: every table with its columns, written from the models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, inspect

from shopapp.db import Base
from shopapp.ops import database
from shopapp.tenancy import StoreOwned

HEAD = """\
# Data model

Every table, written by `make fmt` from the models. All have `id` (a time-ordered text key),
`created_at` and `updated_at` (UTC); a table marked *store* has `store_id` too, and is visible only
through a session bound to it.
"""
_EVERYWHERE = frozenset({"id", "store_id", "created_at", "updated_at"})


def page() -> str:
    """The whole page."""
    database.load_models()
    models = sorted((mapper.class_ for mapper in Base.registry.mappers), key=_place)
    return HEAD + "".join(_section(model) for model in models)


def _place(model: type[Any]) -> tuple[str, str]:
    return model.__module__, model.__name__


def _section(model: type[Any]) -> str:
    mark = "store" if issubclass(model, StoreOwned) else "platform"
    area = model.__module__.split(".")[1]
    head = f"\n## {model.__name__}\n\n`{model.__tablename__}`, {area}, *{mark}*. {_told(model)}\n\n"
    return (
        head + "| Column | Type | Empty | Refers to |\n| --- | --- | --- | --- |\n" + _rows(model)
    )


def _told(model: type[Any]) -> str:
    return " ".join((model.__doc__ or "").split())


def _rows(model: type[Any]) -> str:
    columns = inspect(model).local_table.columns
    return "".join(_row(column) for column in columns if column.name not in _EVERYWHERE)


def _row(column: Column[Any]) -> str:
    kind = type(column.type).__name__
    targets = ", ".join(_targets(column))
    return f"| `{column.name}` | {kind} | {'yes' if column.nullable else ''} | {targets} |\n"


def _targets(column: Column[Any]) -> Iterator[str]:
    for key in column.foreign_keys:
        yield f"`{key.target_fullname.partition('.')[0]}` ({(key.ondelete or 'no action').lower()})"
