"""The mark on a database that a copy has not finished: a table that is gone with the last row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shopapp.columns import UtcDateTime
from shopapp.db import engine_options, lay_down_rules, normalised

RUN = Table(
    "copy_run",
    MetaData(),
    Column("source", Text, primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
)


class UnfinishedCopy(Exception):
    """The database is the target of a copy that did not end; the message says what to do."""


def refuse_unfinished(target: Engine | str) -> None:
    """Raise UnfinishedCopy when a copy to `target` has begun and not ended."""
    with opened(target) as engine, engine.connect() as connection:
        if is_marked(connection):
            message = (
                "this database is the target of a copy that did not finish: "
                "run the same shopapp copy again, or point DATABASE_URL elsewhere"
            )
            raise UnfinishedCopy(message)


def is_marked(connection: Connection) -> bool:
    """Whether the mark is there; any role that may connect can ask."""
    return inspect(connection).has_table(RUN.name)


def source_of(connection: Connection) -> str | None:
    """Which source the unfinished copy reads from, None where no copy is unfinished."""
    return connection.scalar(select(RUN.c.source)) if is_marked(connection) else None


def is_ours(connection: Connection, source: str) -> bool:
    """Whether the mark is `source`'s; on PostgreSQL it then stays ours until the transaction ends.

    False when another process holds it or has finished meanwhile.
    """
    if not is_marked(connection):
        return False
    query = select(RUN.c.source).where(RUN.c.source == source).with_for_update(nowait=True)
    try:
        return connection.scalar(query) is not None
    except DBAPIError:
        return False


@contextmanager
def opened(target: Engine | str) -> Iterator[Engine]:
    """An engine on `target` with the app's connection rules, closed afterwards if it is new."""
    if isinstance(target, Engine):
        yield target
        return
    options = {**engine_options(target), "poolclass": NullPool}
    options.pop("pool_pre_ping", None)
    engine = create_engine(normalised(target), **options)
    lay_down_rules(engine)
    try:
        yield engine
    finally:
        engine.dispose()
