"""What became of each migration: applied from which file and when, or failed with which error.

An applied step is recorded in its own transaction, so record and schema cannot disagree; a
failure on a second connection, because its own is rolled back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import Column, Connection, Engine, MetaData, Row, Table, Text
from sqlalchemy import inspect as inspected

from shopapp import clock
from shopapp.columns import UtcDateTime
from shopapp.db import plain_engine

NAME = "migration_runs"
RUNS = Table(
    NAME,
    MetaData(),
    Column("revision", Text, primary_key=True),
    Column("checksum", Text, nullable=False),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    Column("failed", UtcDateTime),
    Column("error", Text),
)


class BrokenReferences(RuntimeError):
    """The migrated SQLite database holds rows that point at nothing; the migration is undone."""


class Journal:
    """Records the steps of one upgrade as Alembic applies them (`on_version_apply`)."""

    def __init__(self, done: list[str]) -> None:
        self.done = done
        self._since = clock.now()

    def note(self, *, ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:
        """Write the step that was just applied, and forget one that was just taken back."""
        connection = ctx.connection
        if step.is_stamp or connection is None or ctx.script is None:
            return
        make(connection)
        if step.is_upgrade:
            applied = ctx.script.iterate_revisions(str(step.up_revision_id), "base")
            adopt(connection, applied, since=self._since)
            self.done.append(str(step.up_revision_id))
        else:
            forget(connection, str(step.up_revision_id))
        self._since = clock.now()


def make(connection: Connection) -> None:
    """The table, unless it is there. Whoever may read the database may read it."""
    if inspected(connection).has_table(NAME):
        return
    RUNS.create(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"GRANT SELECT ON {NAME} TO PUBLIC")


def adopt(connection: Connection, scripts: Iterable[Script], *, since: datetime) -> None:
    """Record as applied whichever of `scripts` is not: databases older than this table, too."""
    recorded = {run.revision for run in recorded_runs(connection) if run.finished}
    for script in scripts:
        if script.revision not in recorded:
            record(connection, script, started=since, finished=clock.now())


def record(connection: Connection, script: Script, **columns: Any) -> None:
    """Write the run of `script`, in the place of an earlier one."""
    forget(connection, script.revision)
    row = {"revision": script.revision, "checksum": checksum(script), **columns}
    connection.execute(RUNS.insert().values(row))


def mark_applied(connection: Connection, script: Script) -> None:
    """A failed run that was finished by hand, or an edit that is meant: from now on applied."""
    connection.execute(
        RUNS.update()
        .where(RUNS.c.revision == script.revision)
        .values(checksum=checksum(script), finished=clock.now())
    )


def forget(connection: Connection, revision: str) -> None:
    """As if it had never been run."""
    connection.execute(RUNS.delete().where(RUNS.c.revision == revision))


def recorded_runs(connection: Connection) -> list[Row[Any]]:
    """Every run on record; none where the table is missing."""
    if not inspected(connection).has_table(NAME):
        return []
    return list(connection.execute(RUNS.select().order_by(RUNS.c.started)))


def edited(runs: Iterable[Row[Any]], scripts: Iterable[Script]) -> Iterator[str]:
    """The applied revisions whose file is not what it was when it was applied."""
    present = {script.revision: script for script in scripts}
    for run in runs:
        script = present.get(run.revision)
        if run.finished and script and checksum(script) != run.checksum:
            yield run.revision


def checksum(script: Script) -> str:
    """SHA-256 of the file, whichever way its lines end."""
    text = Path(script.path).read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha256(text).hexdigest()


@contextmanager
def second_connection(target: Engine | str) -> Iterator[Connection]:
    """A connection outside every transaction of the upgrade: each statement stays at once."""
    address = target if isinstance(target, str) else target.url.render_as_string(False)
    engine = plain_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
