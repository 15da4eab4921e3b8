"""The database against the code: upgrade, status, and refusing one that is newer than the code."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

import shopapp
from shopapp import clock
from shopapp.audit.models import AuditOpening
from shopapp.config import ROOT
from shopapp.db import Base, plain_engine
from shopapp.ops import searchable, troubles
from shopapp.ops.copying import marks
from shopapp.ops.schema import SchemaError, runs
from shopapp.tenancy import StoreOwned

MIGRATIONS = ROOT / "migrations"


_LEEWAY = timedelta(hours=1)  # hosts whose clocks differ by less may share a database


class DatabaseNewer(Exception):
    """The database was upgraded by a newer shopapp; the message says what to do."""


@dataclass(frozen=True)
class Status:
    """Where the database stands.

    `pending` are the revisions to come, in their order; `failed` is the one whose last run failed,
    with its `error`; `edited` are applied ones whose file has changed since; `last` is when one
    was applied last.
    """

    current: str | None
    head: str
    pending: tuple[str, ...]
    failed: str | None = None
    error: str | None = None
    edited: tuple[str, ...] = ()
    last: datetime | None = None

    @property
    def is_current(self) -> bool:
        return not self.pending

    @property
    def is_settled(self) -> bool:
        """Nothing to come, nothing failed, nothing edited."""
        return self.is_current and not self.failed and not self.edited


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
_ALONE_TRIGGERS = (
    "trigger ticket_message_alone_change",
    "trigger ticket_message_alone_insert",
)

# What only one dialect has, or has in its own words; autogenerate leaves these alone.
DIALECT_OBJECTS: dict[str, frozenset[str]] = {
    "sqlite": frozenset((*_AUDIT_TRIGGERS, *_ALONE_TRIGGERS, *searchable.SQLITE)),
    "postgresql": frozenset(
        (
            *_AUDIT_TRIGGERS,
            *_ALONE_TRIGGERS,
            "function ticket_message_is_approved",
            "trigger audit_event_no_truncate",
            "function audit_event_close",
            "function audit_event_counts",
            "function audit_event_is_append_only",
            "function audit_event_is_kept",
            "function audit_event_open",
            *searchable.POSTGRESQL,
            "policy audit_opening_of_its_store",
            *(f"policy {table}_of_its_store" for table in store_owned_tables()),
        )
    ),
}


def upgrade(target: Engine | str, revision: str = "head") -> None:
    """Bring the database to `revision`: every step or none.

    `target` is an engine or a database URL. Raises DatabaseNewer, and SchemaError when a step
    fails now, when one failed before, or when the tables there were not made by migrations.
    """
    found = status(target)
    _refuse_to_go_on(target, found)
    config = alembic_config(target)
    done = config.attributes["done"] = []
    try:
        command.upgrade(config, revision)
    except CommandError:
        raise
    except Exception as error:
        if isinstance(error, OSError) or troubles.of_the_place(error) or not found.pending:
            raise  # the disk, the network or a lock: trying again is all it needs
        raise _failed(target, error, len(done)) from error


def downgrade(target: Engine | str, revision: str) -> None:
    """Take the database back to `revision` ("base" empties it): every step or none."""
    check_not_newer(target)
    command.downgrade(alembic_config(target), revision)


def status(target: Engine | str) -> Status:
    """Where the database stands. Raises DatabaseNewer or UnfinishedCopy."""
    marks.refuse_unfinished(target)
    known = scripts(target)
    names = [script.revision for script in known]
    with _connected(target) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        ran = runs.recorded_runs(connection)
    if current is not None and current not in names:
        message = (
            f"this database was upgraded by a newer shopapp (its revision is '{current}'): "
            "update the code, or restore the backup made before that upgrade"
        )
        raise DatabaseNewer(message)
    done = names.index(current) + 1 if current else 0
    bad = next((run for run in ran if run.failed and not run.finished), None)
    return Status(
        current,
        names[-1],
        pending=tuple(names[done:]),
        failed=bad and bad.revision,
        error=bad and bad.error,
        edited=tuple(runs.edited(ran, known)),
        last=max((run.finished for run in ran if run.finished), default=None),
    )


def check_known(revision: str | None) -> None:
    """Refuse a revision that this code does not know. Raises DatabaseNewer."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    if revision is not None and revision not in {s.revision for s in scripts.walk_revisions()}:
        message = f"it was made by a newer shopapp (its revision is '{revision}'): update the code"
        raise DatabaseNewer(message)


def check_not_newer(target: Engine | str) -> None:
    """Refuse a database this code does not know. Raises DatabaseNewer."""
    status(target)


def check_clock(found: Status) -> None:
    """Refuse to write with a clock in the past. Raises SchemaError."""
    earliest = found.last - _LEEWAY if found.last else clock.EARLIEST
    if clock.now() < earliest:
        upgraded = found.last and f"this database was upgraded at {found.last:%Y-%m-%d %H:%M} UTC"
        message = (
            f"this machine's clock says {clock.now():%Y-%m-%d %H:%M} UTC, but "
            f"{upgraded or 'no shopapp is that old'}: set the clock, then start again"
        )
        raise SchemaError(message)


def resolve(target: Engine | str, revision: str, *, applied: bool) -> None:
    """Settle a failed run of `revision`: finished by hand, or taken back and to be run again.

    `applied` also accepts an edited file as it is now. Raises SchemaError, DatabaseNewer.
    """
    found = status(target)
    if revision not in (found.failed, *(found.edited if applied else ())):
        message = f"no run of '{revision}' has failed: shopapp db status says where things stand"
        raise SchemaError(message)
    if applied and revision in found.pending:
        _refuse_to_leap(found, revision)
        command.stamp(alembic_config(target), revision)
    with runs.second_connection(target) as connection:
        if applied:
            (script,) = (each for each in scripts(target) if each.revision == revision)
            runs.mark_applied(connection, script)
        else:
            runs.forget(connection, revision)


def scripts(target: Engine | str) -> list[Script]:
    """The migrations, first to last."""
    return [*ScriptDirectory.from_config(alembic_config(target)).walk_revisions()][::-1]


def _refuse_to_go_on(target: Engine | str, found: Status) -> None:
    check_clock(found)
    if found.failed in found.pending:
        message = (
            f"migration '{found.failed}' failed before ({found.error}): mend the cause, then run "
            f"shopapp db resolve --rolled-back {found.failed}, and upgrade again"
        )
        raise SchemaError(message)
    if found.current is None and _has_tables(target):
        message = (
            "the database holds tables of shopapp's names, but no revision: shopapp db baseline "
            "takes it over if its schema is the one of this code"
        )
        raise SchemaError(message)


def _refuse_to_leap(found: Status, revision: str) -> None:
    if found.pending[0] != revision:
        message = f"'{found.pending[0]}' comes before '{revision}' and is not applied"
        raise SchemaError(message)


def _has_tables(target: Engine | str) -> bool:
    with _connected(target) as connection:
        return not load_models().tables.keys().isdisjoint(inspect(connection).get_table_names())


def _failed(target: Engine | str, error: Exception, done: int) -> SchemaError:
    """Record the failed run and say it; the error itself counts more than its record."""
    step = done - isinstance(error, runs.BrokenReferences)
    name, reason = status(target).pending[step], troubles.first_line(error)
    (script,) = (each for each in scripts(target) if each.revision == name)
    with suppress(DBAPIError), runs.second_connection(target) as connection:
        runs.make(connection)
        at = clock.now()
        runs.record(connection, script, started=at, failed=at, error=reason)
    message = (
        f"migration '{name}' failed and was undone whole ({reason}): mend the cause, then run "
        f"shopapp db resolve --rolled-back {name}, and upgrade again"
    )
    return SchemaError(message)


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


@contextmanager
def _connected(target: Engine | str) -> Iterator[Connection]:
    engine = target if isinstance(target, Engine) else plain_engine(target)
    with engine.connect() as connection:
        yield connection
