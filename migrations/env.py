"""Runs migrations: every step or none, one migrator at a time, on SQLite and PostgreSQL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.schema import SchemaItem

from shopapp.columns import Amount, CleanText, Json, UtcDateTime
from shopapp.db import engine_options, normalised
from shopapp.ops.database import DIALECT_OBJECTS, load_models
from shopapp.ops.schema.runs import NAME as RUNS
from shopapp.ops.schema.runs import BrokenReferences, Journal

LOCK_NOT_AVAILABLE = "55P03"
MIGRATORS_QUEUE = 0x73686F70  # "shop"; the number has no meaning beyond being ours

PLAIN_TYPES = {
    Amount: "sa.BigInteger()",
    CleanText: "sa.Text()",
    Json: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
    UtcDateTime: "sa.DateTime(timezone=True)",
}


def run_online() -> None:
    """Migrate the database, trying again when another connection holds a lock for too long."""
    engine = _engine(_url())
    last = int(_option("lock_attempts"))
    for attempt in range(1, last + 1):
        try:
            with engine.connect() as connection:
                return _run(connection)
        except exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE or attempt == last:
                raise
            time.sleep(0.1 * 2**attempt)
    return None


def run_offline() -> None:
    """Print the SQL of the migrations instead of running it."""
    context.configure(url=_url(), literal_binds=True, **_options())
    with context.begin_transaction():
        _queue_up(context.get_context().dialect.name)
        context.run_migrations()


def _run(connection: Connection) -> None:
    done = context.config.attributes.setdefault("done", [])
    done.clear()
    context.configure(connection=connection, on_version_apply=Journal(done).note, **_options())
    with context.begin_transaction():
        _queue_up(connection.dialect.name)
        context.run_migrations()
        _check_references(connection)


def _options() -> dict[str, Any]:
    return {
        "target_metadata": load_models(),
        "transactional_ddl": True,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "include_object": _is_ours_to_compare,
        "render_item": _rendered,
        "process_revision_directives": _name_after_message,
    }


def _queue_up(dialect: str) -> None:
    """One migrator at a time. SQLite's BEGIN IMMEDIATE did that already."""
    if dialect != "postgresql":
        return
    context.execute(f"SET LOCAL statement_timeout = '{_option('statement_timeout')}'")
    context.execute(f"SET LOCAL lock_timeout = '{_option('queue_timeout')}'")
    context.execute(f"SELECT pg_advisory_xact_lock({MIGRATORS_QUEUE})")
    context.execute(f"SET LOCAL lock_timeout = '{_option('lock_timeout')}'")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({f"{row[0]} → {row[2]}" for row in broken}))
        message = f"{len(broken)} rows point at nothing after the migration: {tables}"
        raise BrokenReferences(message)


def _engine(url: URL) -> Engine:
    """An engine of our own: its connections follow other rules than the app's."""
    engine = create_engine(url, poolclass=NullPool, **_connect_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _connect_options(url: URL) -> dict[str, Any]:
    return {"connect_args": engine_options(url.drivername)["connect_args"]}


def _without_foreign_keys(connection: Any, _record: object) -> None:
    """Copying a parent table with foreign keys on would delete its children."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _url() -> URL:
    """The address of the database: given by the caller, or the one of the running app."""
    given = context.config.attributes.get("connection")
    if given is None:
        from flask import current_app

        given = current_app.extensions["migrate"].db.engine
    return make_url(normalised(given) if isinstance(given, str) else given.engine.url)


def _option(name: str) -> str:
    value = context.config.get_main_option(name)
    if value is None:
        message = f"{name} is missing from migrations/alembic.ini"
        raise RuntimeError(message)
    return value


def _is_ours_to_compare(
    _item: SchemaItem, name: str | None, kind: str, _reflected: bool, _compare_to: object
) -> bool:
    """Dialect objects are compared by name elsewhere, not with the models."""
    return name != RUNS and all(f"{kind} {name}" not in names for names in DIALECT_OBJECTS.values())


def _rendered(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our column types as plain ones, so that a migration never imports shopapp."""
    plain = PLAIN_TYPES.get(type(item)) if kind == "type" else None
    if plain is None:
        return False
    if "postgresql." in plain:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
    return plain


def _name_after_message(
    _migration: MigrationContext, _revision: object, scripts: Iterable[MigrationScript]
) -> None:
    """Revisions are called by what they do: 'Add tags to tickets' becomes add_tags_to_tickets."""
    for script in scripts:
        script.rev_id = re.sub(r"\W+", "_", (script.message or "").lower()).strip("_")[:32]


if context.is_offline_mode():
    run_offline()
else:
    run_online()
