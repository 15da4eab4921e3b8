"""A session is bound to one store; nothing else is visible or writable through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ForeignKey, event, func, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE
from sqlalchemy.orm.session import SessionTransaction

from shopapp.db import Session, new_session


class StoreOwned:
    """A row that belongs to one store; every query on it is scoped by the session."""

    store_id: Mapped[str] = mapped_column(ForeignKey("store.id", ondelete="CASCADE"), sort_order=-8)


class Unbound(RuntimeError):
    """Store-owned rows were asked for through a session that is bound to no store."""


class CrossStore(RuntimeError):
    """A row of one store was about to be written through a session bound to another."""


def bind(session: Session, store_id: str) -> None:
    """Bind `session` to a store for the rest of its life; raises CrossStore for a second one."""
    bound = session.info.setdefault("store_id", store_id)
    if bound != store_id:
        message = "this session is already bound to another store"
        raise CrossStore(message)
    if session.in_transaction():
        _tell_postgresql(session.connection(), store_id)


def store_of(session: Session) -> str:
    """The id of the store `session` is bound to; raises Unbound."""
    store_id = session.info.get("store_id")
    if store_id is None:
        message = "this session is bound to no store"
        raise Unbound(message)
    return str(store_id)


@event.listens_for(Session, "after_begin")
def _bind_the_transaction(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    store_id = session.info.get("store_id")
    if store_id is not None:
        _tell_postgresql(connection, store_id)


def _tell_postgresql(connection: Connection, store_id: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("app.store_id", store_id, True)))


@event.listens_for(Session, "do_orm_execute")
def _scope(state: ORMExecuteState) -> None:
    owned = [mapper for mapper in state.all_mappers if issubclass(mapper.class_, StoreOwned)]
    if state.is_insert:
        if owned:
            _check_inserted(state)
        return
    if state.is_update and owned:
        _check_updated(state)
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    store_id = store_of(state.session) if owned else state.session.info.get("store_id")  # type: ignore[arg-type]
    state.statement = state.statement.options(
        with_loader_criteria(StoreOwned, lambda cls: cls.store_id == store_id, include_aliases=True)
    )


def _check_inserted(state: ORMExecuteState) -> None:
    store_id = store_of(state.session)  # type: ignore[arg-type]
    rows: Any = state.parameters or _values(state.statement)
    for row in [rows] if isinstance(rows, dict) else rows:
        if row.get("store_id") != store_id:
            message = "an insert names another store, or none"
            raise CrossStore(message)


def _values(statement: Any) -> list[dict[str, Any]]:
    """The rows of `insert(…).values(…)`, as far as they name their store."""
    found = statement.compile().params.items()
    stores = [value for name, value in found if re.fullmatch(r"store_id(_m\d+)?", name)]
    return [{"store_id": store} for store in stores] or [{}]


def _check_updated(state: ORMExecuteState) -> None:
    named = {column.key for column in getattr(state.statement, "_values", None) or {}}
    if isinstance(state.parameters, list) or "store_id" in {*named, *(state.parameters or {})}:
        message = "an update by key, or one that moves rows, cannot be kept inside the store"
        raise CrossStore(message)


@event.listens_for(Session, "before_flush")
def _own_the_rows(session: Session, _context: object, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, StoreOwned) and row.store_id is None:
            row.store_id = store_of(session)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, StoreOwned):
            _check_owner(session, row)


def _check_owner(session: Session, row: StoreOwned) -> None:
    moved = inspect(row).get_history("store_id", PASSIVE_NO_INITIALIZE).deleted
    if row.store_id != store_of(session) or moved:
        message = f"{type(row).__name__} belongs to another store"
        raise CrossStore(message)


@contextmanager
def store_transaction(store_id: str) -> Iterator[Session]:
    """A short transaction of its own, bound to a store; for commands and for facts that must
    outlive a refusal. Commits at the end, rolls back when the block raises."""
    session = new_session()
    try:
        bind(session, store_id)
        yield session
        session.commit()
    finally:
        session.close()


@contextmanager
def store_reading(store_id: str) -> Iterator[Session]:
    """The same for looking something up: on SQLite it keeps no writer waiting."""
    with store_transaction(store_id) as session:
        session.reading = True
        yield session
