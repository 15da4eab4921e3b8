"""copy(): everything of one database into an empty other one, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from sqlalchemy import (
    Connection,
    Engine,
    column,
    exists,
    func,
    insert,
    inspect,
    literal_column,
    make_url,
    select,
    table,
)

from shopapp import clock
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session, db, normalised
from shopapp.jobs.quiet import quiesce
from shopapp.ops import database
from shopapp.ops.copying import CannotCopy, marks, secrets
from shopapp.ops.copying.moving import Move
from shopapp.ops.copying.plain import in_order
from shopapp.ops.copying.progress import Progress


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows, tables, and in how many stores a secret was there and opened."""

    rows: int
    tables: int
    sealed: int
    opened: int


def copy(
    source: str, target: str, *, keyring: Keyring, say: Callable[[str], None] = lambda _: None
) -> Copied:
    """Copy the database `source` to `target` (URLs); `say` hears how far it is.

    The rows arrive in one transaction: until it ends the target is empty but for the mark that
    keeps shopapp from starting on it, and the same command begins again. The copy is quiesced.
    Raises CannotCopy, UnfinishedCopy or DatabaseNewer.
    """
    _check_source(source)
    if normalised(source) == normalised(target):
        message = "source and target are the same database: name two"
        raise CannotCopy(message)
    with ExitStack() as stack:
        old, new = (stack.enter_context(marks.opened(url)) for url in (source, target))
        _prepare(new, fingerprint(source))
        with _reading(old) as reading, _writing(new) as writing:
            _check_sees_all(reading)
            return _moved(reading, writing, fingerprint(source), keyring, say)


def fingerprint(url: str) -> str:
    """The name of a source, without its password."""
    parsed = make_url(normalised(url))
    return parsed.set(password=None, query={}).render_as_string()


def _check_source(source: str) -> None:
    path = make_url(normalised(source)).database
    if source.startswith("sqlite") and not Path(path or "").is_file():
        message = f"there is no SQLite database at {path}: give the path of the file to copy"
        raise CannotCopy(message)
    found = database.status(source)
    if not found.is_current:
        message = (
            f"the source is at {found.current or 'no revision'}, the code at {found.head}: "
            "run shopapp db upgrade on the source first"
        )
        raise CannotCopy(message)


def _prepare(target: Engine, source: str) -> None:
    """Refuse a target with rows; give an empty one this revision's tables and the mark."""
    with target.connect() as connection:
        begun = marks.source_of(connection)
        is_empty = begun is not None or _is_empty(connection)
    if begun not in (None, source):
        message = f"the target holds the unfinished copy of {begun}: empty it, or copy that again"
        raise CannotCopy(message)
    if not is_empty:
        message = "the target is not empty: name a new database, a copy never overwrites rows"
        raise CannotCopy(message)
    if begun is not None:
        command.upgrade(database.alembic_config(target), "head")  # the code may be newer by now
        return
    database.upgrade(target)
    with target.begin() as connection:
        marks.RUN.create(connection)
        connection.execute(insert(marks.RUN).values(source=source, begun_at=clock.now()))


def _is_empty(connection: Connection) -> bool:
    """No table, or none with a row; rows of a store are never without the store's own."""
    there = set(inspect(connection).get_table_names())
    platform = [each.table for each in in_order() if not each.is_owned and each.name in there]
    return not any(connection.scalar(select(exists(select(each)))) for each in platform)


def _reading(engine: Engine) -> Connection:
    """One view of the source, however long it takes."""
    if engine.dialect.name == "sqlite":
        return engine.connect()
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def _check_sees_all(source: Connection) -> None:
    """Who does not own PostgreSQL's tables would leave rows behind and never know."""
    if source.dialect.name == "sqlite":
        return
    owned = func.pg_has_role(literal_column("tableowner"), "USAGE")
    here = column("schemaname") == func.current_schema()
    named = select(owned).select_from(table("pg_tables")).where(column("tablename") == "store")
    if not all(source.scalars(named.where(here))):
        message = "name the source as the role that owns its tables: others do not see every row"
        raise CannotCopy(message)


def _writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(shopapp_writing=True)


def _moved(
    source: Connection,
    target: Connection,
    name: str,
    keyring: Keyring,
    say: Callable[[str], None],
) -> Copied:
    if not marks.is_ours(target, name):
        message = "another process is copying to this target: wait for it to end"
        raise CannotCopy(message)
    tables = in_order()
    rows = Move(source, target, tables, Progress(say)).run()
    sealed, opened = secrets.tried(target, keyring)
    with Session(db, bind=target) as session:
        quiesce(
            session, "This database is a copy: the one it was copied from may still be at work."
        )
        session.commit()  # of the session alone: the connection's transaction goes on
    marks.RUN.drop(target)
    target.commit()
    return Copied(rows, len(tables), sealed, opened)
