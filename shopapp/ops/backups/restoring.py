"""Putting a backup back: prepared aside, on hold, and in place in one step or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from shopapp import clock
from shopapp.config import Config
from shopapp.ops import database
from shopapp.ops.backups import loading, programs, redactions, tallies
from shopapp.ops.backups.artefacts import Unpacked
from shopapp.ops.backups.errors import BackupError, damaged
from shopapp.ops.backups.manifests import Manifest
from shopapp.ops.backups.places import Place
from shopapp.ops.backups.redactions import Redaction
from shopapp.ops.backups.settling import HELD_BACK, settle
from shopapp.ops.backups.snapshots import plain, sqlite_path
from shopapp.ops.backups.verifying import difference, fetched, keys_at_hand

# In the transaction of the restore: from its commit on nothing can leave.
_ON_HOLD = """
ALTER TABLE public.outbound_mail NO FORCE ROW LEVEL SECURITY;
UPDATE public.outbound_mail SET state = 'unknown', last_error = 'HELD_BACK'
WHERE state IN ('queued', 'sending')
    AND (approved_by_id IS NOT NULL OR kind IN ('account', 'digest'));
ALTER TABLE public.outbound_mail FORCE ROW LEVEL SECURITY;
DO $$ BEGIN
    IF to_regclass('public.installation') IS NOT NULL THEN
        INSERT INTO public.installation
            (id, quiesced_at, quiesced_because, is_unfinished, created_at, updated_at)
        VALUES ('installation', now(), 'It was restored from a backup.', true, now(), now())
        ON CONFLICT (id) DO UPDATE SET quiesced_at = now(), is_unfinished = true,
            quiesced_because = 'It was restored from a backup.';
    END IF;
END $$;
""".replace("HELD_BACK", HELD_BACK)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `replaced` is the SQLite file that was there before, kept aside."""

    manifest: Manifest
    held_mails: int
    redactions: int
    missing_keys: list[str]
    replaced: Path | None


def restore(
    config: Config, place: Place, artefact: str, identity: Path | None, *, force: bool = False
) -> Restored:
    """Put `artefact` in the place of the configured database, and its files beside those here.

    Needs every job's handler loaded (see schedule.HANDLERS). Raises BackupError, ConnectorError,
    DatabaseNewer; then the database is as it was.
    """
    replayed = redactions.noted(config, place)
    redactions.check_known(replayed)
    _check_target(config, force)
    with fetched(config, place, artefact, identity) as unpacked:
        manifest = unpacked.manifest
        _check_fits(config, manifest)
        because = f"It was restored from the backup of {manifest.made_at:%d %b %Y, %H:%M} UTC."
        put = _put_sqlite if manifest.dialect == "sqlite" else _put_postgresql
        held, replaced = put(config, unpacked, because, replayed)
    return Restored(manifest, held, len(replayed), _missing_keys(config, manifest), replaced)


def _put_sqlite(
    config: Config, unpacked: Unpacked, because: str, replayed: list[Redaction]
) -> tuple[int, Path | None]:
    found = tallies.of_sqlite(unpacked.database, bytes.fromhex(unpacked.manifest.salt))
    if difference(unpacked.manifest.tables, found):
        raise damaged(unpacked.manifest.artefact)
    aside = f"sqlite:///{unpacked.database}"
    database.upgrade(aside)
    _place_files(unpacked, config.instance)
    held = settle(replace(config, database_url=aside, direct_url=""), because, replayed)
    return held, _swap(unpacked.database, sqlite_path(config.sqlalchemy_url))


def _put_postgresql(
    config: Config, unpacked: Unpacked, because: str, replayed: list[Redaction]
) -> tuple[int, Path | None]:
    _place_files(unpacked, config.instance)
    loading.load(
        plain(config.owner_url), unpacked.database, unpacked.database.parent, then=_ON_HOLD
    )
    database.upgrade(config.owner_url)
    return settle(replace(config, database_url=config.owner_url), because, replayed), None


def _check_target(config: Config, force: bool) -> None:
    """Refuse a database in use, and without `force` one with stores in it."""
    if not force and not _is_empty(config):
        message = (
            "the database holds stores already: back it up, then give --force to replace it, "
            "or set DATABASE_URL to an empty one"
        )
        raise BackupError(message)
    if config.sqlalchemy_url.startswith("sqlite"):
        _check_unused(sqlite_path(config.sqlalchemy_url))


def _is_empty(config: Config) -> bool:
    if config.sqlalchemy_url.startswith("sqlite"):
        path = sqlite_path(config.sqlalchemy_url)
        return not path.exists() or _is_empty_file(path)
    with programs.connected(plain(config.owner_url)) as connection:
        return loading.is_empty(connection)


def _is_empty_file(path: Path) -> bool:
    """Whether nobody's store is in the SQLite file; one that cannot be read is not empty."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'store'"
            if connection.execute(there).fetchone() is None:
                return True
            return connection.execute("SELECT 1 FROM store LIMIT 1").fetchone() is None
    except sqlite3.DatabaseError:
        return False


def _check_unused(path: Path) -> None:
    """Close the write-ahead log, which SQLite allows only when nobody else has the file open."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            message = f"{path} is in use: stop shopapp, then restore"
            raise BackupError(message) from None
    except sqlite3.DatabaseError:
        pass  # a broken file is what a restore is for


def _check_fits(config: Config, manifest: Manifest) -> None:
    wanted = "sqlite" if config.sqlalchemy_url.startswith("sqlite") else "postgresql"
    if manifest.dialect != wanted:
        message = (
            f"this backup is of {manifest.dialect}, DATABASE_URL names {wanted}: restore it into "
            f"{manifest.dialect}, then move it with shopapp copy"
        )
        raise BackupError(message)
    database.check_known(manifest.revision)


def _place_files(unpacked: Unpacked, instance: Path) -> None:
    """Put each file where it belongs; its name is its content, so nothing is overwritten."""
    for source in sorted(unpacked.attachments.rglob("*")):
        target = instance / "attachments" / source.relative_to(unpacked.attachments)
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(source, target)


def _swap(new: Path, target: Path) -> Path | None:
    """Put `new` in the place of `target` in one step; the file that was there stays beside it."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.restoring")
    _check_unused(new)
    shutil.move(new, draft)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    kept = None
    _check_unused(target)
    if target.exists():
        kept = target.with_name(f"{target.name}.replaced-{clock.now():%Y%m%dT%H%M%SZ}")
        os.link(target, kept)
    draft.replace(target)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    return kept


def _missing_keys(config: Config, manifest: Manifest) -> list[str]:
    """The key-encryption keys that the restored secrets need and this installation lacks."""
    keys = keys_at_hand(config)
    return [each for each in manifest.key_ids if not (keys and keys.keyring.has(each))]
