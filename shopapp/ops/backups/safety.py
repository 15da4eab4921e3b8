"""Before an upgrade: a backup in its place, or at least a copy of the SQLite file beside it."""

from __future__ import annotations

from pathlib import Path

from shopapp import clock
from shopapp.config import Config
from shopapp.ops import database
from shopapp.ops.backups.creating import create
from shopapp.ops.backups.snapshots import copy_sqlite, sqlite_path

_KEPT = 3


def before_upgrade(config: Config) -> str | None:
    """Keep the database as it is before migrations run on it; where, or None when none are to run.

    Raises BackupError: then nothing was upgraded.
    """
    status = database.status(config.owner_url)
    if status.is_current or status.current is None:
        return None
    if config.backup_to:
        made = create(config)
        return f"{made.place}/{made.manifest.artefact}"
    if config.owner_url.startswith("sqlite"):
        return str(_copied(config, status.head))
    return None


def _copied(config: Config, head: str) -> Path:
    """A copy in the instance folder's backups; the three newest stay."""
    folder = config.instance / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"before-{clock.now():%Y%m%dT%H%M%S%fZ}-{head}.db"
    copy_sqlite(sqlite_path(config.owner_url), path)
    for old in sorted(folder.glob("before-*.db"))[:-_KEPT]:
        old.unlink()
    return path
