"""The database: Base, naming convention, Session, and connection rules for both dialects."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import ColumnElement, ForeignKey, Index, MetaData, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    ORMExecuteState,
    declared_attr,
    mapped_column,
)
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from shopapp import clock, ids
from shopapp.columns import Amount, CleanText, UtcDateTime
from shopapp.config import Config

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _now() -> datetime:
    """The clock as it is when asked, so that a story told in the past stamps bulk inserts too."""
    return clock.now()


class Base(DeclarativeBase):
    """What every table has: a time-ordered text key and two UTC stamps."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {str: CleanText, datetime: UtcDateTime, Decimal: Amount}

    id: Mapped[str] = mapped_column(primary_key=True, default=ids.new_id, sort_order=-9)
    created_at: Mapped[datetime] = mapped_column(default=_now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=_now, onupdate=_now, sort_order=91)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", ids.new_id())
        self.registry.constructor(self, **values)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Versioned:
    """Optimistic locking: a write based on an older `version` fails instead of overwriting."""

    version: Mapped[int] = mapped_column(default=1, sort_order=89)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def index_where(
    name: str, *columns: Any, where: ColumnElement[bool], unique: bool = False
) -> Index:
    """An index over the rows for which `where` holds, on both dialects."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def unique_where(name: str, *columns: Any, where: ColumnElement[bool]) -> Index:
    """A unique index over the rows for which `where` holds, on both dialects."""
    return index_where(name, *columns, where=where, unique=True)


def ref(target: str, *, ondelete: str = "CASCADE", **options: Any) -> MappedColumn[Any]:
    """A foreign key to `target` ("table.id") with the index its cascade needs."""
    options.setdefault("index", True)
    return mapped_column(ForeignKey(target, ondelete=ondelete), **options)


class Session(FlaskSession):
    """One request's or job's session. `reading = True` promises that it will not write.

    `Session(db, bind=engine)` works outside of an app context.

    On SQLite a session that may write begins with BEGIN IMMEDIATE: a plain BEGIN that writes
    later fails at once when another writer was faster, in spite of busy_timeout.
    """

    @property
    def reading(self) -> bool:
        return bool(self.info.get("reading"))

    @reading.setter
    def reading(self, promised: bool) -> None:
        self.info["reading"] = promised

    def bulk_save_objects(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refused, as are its siblings: they pass by the rules that keep stores apart."""
        message = "the legacy bulk methods are not for this project: use insert() or update()"
        raise NotImplementedError(message)

    bulk_insert_mappings = bulk_update_mappings = bulk_save_objects

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = self.bind or super().get_bind(*args, **kwargs)
        if self.reading or not isinstance(bind, Engine):
            return bind
        return _writing(bind)


class ReadOnly(RuntimeError):
    """A session that promised only to read was about to write."""


@event.listens_for(Session, "before_flush")
def _keep_the_promise(session: Session, _context: object, _instances: object) -> None:
    if session.reading and (session.new or session.dirty or session.deleted):
        message = "a session opened for reading has changes to write"
        raise ReadOnly(message)


@event.listens_for(Session, "do_orm_execute")
def _keep_the_promise_in_bulk(state: ORMExecuteState) -> None:
    if state.session.info.get("reading") and (
        state.is_insert or state.is_update or state.is_delete
    ):
        message = "a session opened for reading was told to write"
        raise ReadOnly(message)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": Session})


def current_session() -> Session:
    """The session of this app context (one per request, job or command)."""
    return cast(Session, db.session())


def new_session() -> Session:
    """A second, short-lived session for a fact that must outlive a refusal; close it yourself."""
    return cast(Session, db.session.session_factory())


def normalised(url: str) -> str:
    """A database URL with the driver this project uses; `postgres://` is accepted."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str, config: Config | None = None) -> dict[str, Any]:
    """Engine options for `url`: safe behind PgBouncer on PostgreSQL, patient on SQLite.

    `config` says how large the pool is. Timeouts are set on PostgreSQL's roles, not here:
    PgBouncer refuses start-up options. Errors name the statement and keep its values (mail,
    addresses, ciphertexts) to themselves.
    """
    if url.startswith("sqlite"):
        patient = {"timeout": 30, "check_same_thread": False}
        # a connection reads the statistics once, when it is opened
        return {"connect_args": patient, "hide_parameters": True, "pool_recycle": 3600}
    pooled = {"prepare_threshold": None}
    sizes = {"pool_size": config.pool_size, "max_overflow": config.max_overflow} if config else {}
    return {"connect_args": pooled, "hide_parameters": True, "pool_pre_ping": True, **sizes}


def plain_engine(url: str) -> Engine:
    """An engine on `url` without the app's connection rules and without a pool."""
    options = {"connect_args": engine_options(url)["connect_args"], "hide_parameters": True}
    return create_engine(normalised(url), poolclass=NullPool, **options)


def lay_down_rules(engine: Engine) -> None:
    """Attach the connection rules to a SQLite engine; other dialects need none."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see Session
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("shopapp_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _writing(engine: Engine) -> Engine:
    """The engine's twin whose transactions begin as writers; it lives as long as the engine.

    There is one, whoever asks first: a session on two twins would wait for its own lock.
    """
    kept = vars(engine)
    twin: Engine | None = kept.get("shopapp_writing")
    return twin or kept.setdefault(
        "shopapp_writing", engine.execution_options(shopapp_writing=True)
    )
