"""Making a backup: snapshot, artefact, manifest beside it, in its place."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from shopapp import clock
from shopapp.config import Config
from shopapp.ids import new_id
from shopapp.ops.backups import artefacts, manifests, snapshots
from shopapp.ops.backups.artefacts import Progress
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.manifests import Manifest
from shopapp.ops.backups.places import Place, place_of
from shopapp.ops.backups.snapshots import Snapshot

_SCRATCH = ".backup-"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies in its place."""

    place: str
    manifest: Manifest


def create(
    config: Config,
    *,
    to: str = "",
    is_plain: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Made:
    """Back up database and files to `to`, or to BACKUP_TO. Raises BackupError, ConnectorError.

    Unencrypted only when `is_plain`, and then into a folder only. Needs free space for a copy of
    the database and the artefact in the instance folder while it runs.
    """
    _check_encrypted(config, to or config.backup_to, is_plain)
    place = destination(config, to)
    with room_in(config.instance, "made"), scratch(config.instance) as folder:
        manifest, artefact = _build(config, folder, is_plain, progress)
        locked_until = None
        if config.backup_object_lock_days:
            locked_until = clock.now() + timedelta(days=config.backup_object_lock_days)
        place.put(manifest.artefact, artefact, locked_until=locked_until)
        place.write(manifests.beside(manifest.artefact), manifest.to_json())
    return Made(str(place), manifest)


def destination(config: Config, to: str = "") -> Place:
    """The place called `to`, or BACKUP_TO. Raises BackupError when there is neither."""
    where = to or config.backup_to
    if not where:
        message = "BACKUP_TO is not set: name a folder or s3://bucket/prefix there, or with --to"
        raise BackupError(message)
    return place_of(where)


@contextmanager
def scratch(instance: Path) -> Iterator[Path]:
    """A folder for one backup or restore at a time; what a killed one left is removed.

    Raises BackupError while another runs.
    """
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (instance / f"{_SCRATCH}lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = "another backup or restore is running here: wait until it has ended"
            raise BackupError(message) from None
        for left in instance.glob(f"{_SCRATCH}*/"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=instance) as folder:
            yield Path(folder)


@contextmanager
def room_in(instance: Path, what: str) -> Iterator[None]:
    """Say in a sentence what the disk refused; `what` was not made or restored."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        message = f"nothing was {what}: {instance} cannot be written ({reason}), see to its disk"
        raise BackupError(message) from None


def _build(
    config: Config, folder: Path, is_plain: bool, progress: Progress
) -> tuple[Manifest, Path]:
    salt = secrets.token_bytes(32)
    taken = snapshots.take(config, folder, salt)
    files = artefacts.attachments_in(config.instance)
    manifest = _described(taken, len(files), salt, is_plain)
    path = folder / manifest.artefact
    outside = artefacts.write(
        path,
        manifest,
        taken.file,
        files,
        instance=config.instance,
        recipient="" if is_plain else config.backup_recipient,
        progress=progress,
    )
    return outside, path


def _described(taken: Snapshot, files: int, salt: bytes, is_plain: bool) -> Manifest:
    now, ending = clock.now(), "tar.gz" if is_plain else "tar.gz.age"
    return Manifest(
        artefact=f"shopapp-{now:%Y%m%dT%H%M%SZ}-{new_id()[-6:]}.{ending}",
        created_at=now.isoformat(timespec="seconds"),
        dialect=taken.dialect,
        revision=taken.revision,
        tables=taken.tables,
        files=files,
        key_ids=sorted({kek for kek, _ in taken.keys}),
        data_key_ids=sorted({key for _, key in taken.keys}),
        database_bytes=taken.file.stat().st_size,
        salt=salt.hex(),
    )


def _check_encrypted(config: Config, where: str, is_plain: bool) -> None:
    if is_plain and "://" in where:
        message = "a backup that leaves this machine is always encrypted: set BACKUP_RECIPIENT"
        raise BackupError(message)
    if not is_plain and not config.backup_recipient:
        message = (
            "BACKUP_RECIPIENT is not set: shopapp backup keygen makes a key pair; "
            "a folder of this machine takes a backup without one when --plain is given"
        )
        raise BackupError(message)
