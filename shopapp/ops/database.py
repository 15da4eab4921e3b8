"""The database against the code: upgrade, status, and refusing one that is newer than the code."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, func, insert, select, update
from sqlalchemy.pool import NullPool

import shopapp
from shopapp.audit.models import AuditOpening
from shopapp.config import ROOT
from shopapp.db import Base, engine_options, normalised
from shopapp.tenancy import StoreOwned

MIGRATIONS = ROOT / "migrations"


class DatabaseNewer(Exception):
    """The database was upgraded by a newer shopapp; the message says what to do."""


@dataclass(frozen=True)
class Status:
    """Where the database stands: `pending` are the revisions to come, in their order."""

    current: str | None
    head: str
    pending: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        return not self.pending


def load_models() -> MetaData:
    """Import the models of every area; the schema as the code wants it."""
    for area in pkgutil.iter_modules(shopapp.__path__):
        if area.ispkg and importlib.util.find_spec(f"shopapp.{area.name}.models"):
            importlib.import_module(f"shopapp.{area.name}.models")
    return Base.metadata


def store_owned_tables() -> tuple[str, ...]:
    """The names of the tables whose rows belong to one store, in alphabetical order."""
    load_models()
    owned = (mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, StoreOwned))
    return tuple(sorted(str(mapper.local_table.name) for mapper in owned))  # type: ignore[attr-defined]


_AUDIT_TRIGGERS = (
    "trigger audit_event_counts",
    "trigger audit_event_no_actor",
    "trigger audit_event_no_change",
    "trigger audit_event_no_delete",
)

# What only one dialect has, or has in its own words; autogenerate leaves these alone.
DIALECT_OBJECTS: dict[str, frozenset[str]] = {
    "sqlite": frozenset(_AUDIT_TRIGGERS),
    "postgresql": frozenset(
        (
            *_AUDIT_TRIGGERS,
            "trigger audit_event_no_truncate",
            "function audit_event_close",
            "function audit_event_counts",
            "function audit_event_is_append_only",
            "function audit_event_is_kept",
            "function audit_event_open",
            "function search_tickets",
            "function trigrams",
            "index ix_ticket_trigrams",
            "policy audit_opening_of_its_store",
            *(f"policy {table}_of_its_store" for table in store_owned_tables()),
        )
    ),
}


def upgrade(target: Engine | str, revision: str = "head") -> None:
    """Bring the database to `revision`: every step or none.

    `target` is an engine or a database URL. Raises DatabaseNewer.
    """
    check_not_newer(target)
    command.upgrade(alembic_config(target), revision)


def downgrade(target: Engine | str, revision: str) -> None:
    """Take the database back to `revision` ("base" empties it): every step or none."""
    check_not_newer(target)
    command.downgrade(alembic_config(target), revision)


def status(target: Engine | str) -> Status:
    """Where the database stands. Raises DatabaseNewer."""
    scripts = ScriptDirectory.from_config(alembic_config(target))
    current = _current(target)
    known = [script.revision for script in scripts.walk_revisions()][::-1]
    if current is not None and current not in known:
        message = (
            f"this database was upgraded by a newer shopapp (its revision is '{current}'): "
            "update the code, or restore the backup made before that upgrade"
        )
        raise DatabaseNewer(message)
    done = known.index(current) + 1 if current else 0
    return Status(current, known[-1], tuple(known[done:]))


def check_not_newer(target: Engine | str) -> None:
    """Refuse a database this code does not know. Raises DatabaseNewer."""
    status(target)


@contextmanager
def audit_unlocked(connection: Connection, reason: str = "") -> Iterator[None]:
    """Inside this block audit rows may be deleted: for retention, redaction, a store's removal.

    The block and what it deletes belong to the transaction of `connection`; when it is rolled
    back, the rows and the lock are as before. Updates stay refused. A line of `audit_opening`
    keeps who opened it, why, and how many rows went; it outlives the store.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.audit_event_open(reason)))
        yield
        connection.execute(select(func.audit_event_close()))
        return
    connection.execute(insert(AuditOpening).values(reason=reason, opened_by="sqlite"))
    try:
        yield
    finally:
        is_open = AuditOpening.is_open.is_(True)
        connection.execute(update(AuditOpening).where(is_open).values(is_open=False))


def alembic_config(target: Engine | str) -> AlembicConfig:
    """Alembic's configuration with `target` as its database."""
    config = AlembicConfig(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = target
    return config


def _current(target: Engine | str) -> str | None:
    engine = target if isinstance(target, Engine) else _engine(target)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _engine(url: str) -> Engine:
    options = {"connect_args": engine_options(url)["connect_args"]}
    return create_engine(normalised(url), poolclass=NullPool, **options)
