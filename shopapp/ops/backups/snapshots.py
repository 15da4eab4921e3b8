"""A consistent copy of the database in one file, and what it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy.engine import make_url

from shopapp.config import Config
from shopapp.ops import troubles
from shopapp.ops.backups import programs, tallies
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.tallies import Tally

_KEYS = "SELECT DISTINCT kek_id, id FROM data_key ORDER BY kek_id, id"
_REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy in `file`; `keys` are the (key-encryption key, data key) ids its secrets need."""

    file: Path
    dialect: str
    revision: str | None
    tables: dict[str, Tally]
    keys: list[tuple[str, str]]


def take(config: Config, folder: Path, salt: bytes) -> Snapshot:
    """A snapshot of the configured database, into `folder`. Raises BackupError."""
    if config.sqlalchemy_url.startswith("sqlite"):
        return _of_sqlite(sqlite_path(config.sqlalchemy_url), folder, salt)
    return _of_postgresql(plain(config.backup_url), folder, salt)


def sqlite_path(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(make_url(url).database or "")


def plain(url: str) -> str:
    """A PostgreSQL URL as its own programs read it."""
    text = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return text.replace("postgres://", "postgresql://", 1)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database while it is used: one moment of it, whole. Raises BackupError."""
    advice = "see Restore in docs/operations.md"
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=30)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            target.chmod(0o600)
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found, advice = str(error), troubles.of_the_place(error) or advice
    if found != "ok":
        message = f"{source} cannot be backed up ({found}): {advice}"
        raise BackupError(message)


def _of_sqlite(source: Path, folder: Path, salt: bytes) -> Snapshot:
    file = folder / "database.sqlite"
    copy_sqlite(source, file)
    tables = tallies.of_sqlite(file, salt)
    with closing(sqlite3.connect(file)) as copy:
        keys = copy.execute(_KEYS).fetchall() if "data_key" in tables else []
        revision = copy.execute(_REVISION).fetchone() if "alembic_version" in tables else None
    return Snapshot(file, "sqlite", revision[0] if revision else None, tables, keys)


def _of_postgresql(url: str, folder: Path, salt: bytes) -> Snapshot:
    file = folder / "database.dump"
    with programs.connected(url) as connection:
        programs.check_not_older("pg_dump", connection)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            tables = tallies.of_postgresql(connection, salt)
        except errors.InsufficientPrivilege:
            raise BackupError(programs.PAST_THE_WALL) from None
        keys = connection.execute(_KEYS).fetchall() if "data_key" in tables else []
        revision = _first(connection, _REVISION) if "alembic_version" in tables else None
        options = [f"--snapshot={_first(connection, 'SELECT pg_export_snapshot()')}"]
        options += ["--enable-row-security"] if tallies.reads_by_policy(connection) else []
        _dump(url, folder, file, options)
    return Snapshot(file, "postgresql", revision, tables, keys)


def _dump(url: str, folder: Path, file: Path, options: list[str]) -> None:
    """pg_dump; `options` let it see exactly the rows that were counted."""
    with programs.address(url, folder) as address:
        programs.run(
            [
                programs.program("pg_dump"),
                "--format=custom",
                "--schema=public",
                "--no-owner",
                "--no-privileges",
                *options,
                f"--file={file}",
                f"--dbname={address}",
            ]
        )
    file.chmod(0o600)


def _first(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
