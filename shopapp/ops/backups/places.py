"""Where backups are kept: a folder, or a folder in a bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from shopapp.connectors.s3.client import Bucket
from shopapp.ids import new_id
from shopapp.ops.backups.errors import BackupError

_CHUNK = 1024 * 1024


class Place(Protocol):
    """What a folder and a bucket have in common; names may hold one slash."""

    def names(self, prefix: str = "") -> list[str]:
        """The files whose names begin with `prefix`, in alphabetical order."""

    def put(self, name: str, file: Path, *, locked_until: datetime | None = None) -> None:
        """Copy `file` here, whole or not at all."""

    def write(self, name: str, content: bytes) -> None:
        """Put a small file."""

    def read(self, name: str) -> bytes | None:
        """A small file, None when there is none."""

    def size(self, name: str) -> int | None:
        """In bytes, None when there is none."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, a mebibyte at a time."""

    def remove(self, name: str) -> None:
        """Delete a file."""


def place_of(where: str) -> Place:
    """The folder or `s3://bucket/prefix` called `where`. Raises BackupError, ConnectorError."""
    if where.startswith("s3://"):
        bucket, _, prefix = where.removeprefix("s3://").partition("/")
        return Bucket(bucket, prefix)
    if "://" in where or not where:
        message = f"'{where}' is no place for backups: name a folder or s3://bucket/prefix"
        raise BackupError(message)
    return Folder(Path(where).expanduser())


class Folder:
    """A folder on this machine, or mounted from another; it has no object lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def names(self, prefix: str = "") -> list[str]:
        found = (each for each in self.path.rglob("*") if each.is_file())
        names = (str(each.relative_to(self.path)) for each in found if each.name[0] != ".")
        return sorted(name for name in names if name.startswith(prefix))

    def put(self, name: str, file: Path, *, locked_until: datetime | None = None) -> None:
        with self._draft(name) as draft:
            shutil.copyfile(file, draft)

    def write(self, name: str, content: bytes) -> None:
        with self._draft(name) as draft:
            draft.write_bytes(content)

    def read(self, name: str) -> bytes | None:
        path = self.path / name
        return path.read_bytes() if path.is_file() else None

    def size(self, name: str) -> int | None:
        path = self.path / name
        return path.stat().st_size if path.is_file() else None

    def chunks(self, name: str) -> Iterator[bytes]:
        with (self.path / name).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    @contextmanager
    def _draft(self, name: str) -> Iterator[Path]:
        """A file beside `name` that takes its place once it is written and on the disk."""
        path = self.path / name
        draft = path.with_name(f".{path.name}.{new_id()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.touch(mode=0o600)
            yield draft
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            message = f"{path} cannot be written ({error.strerror}): choose another BACKUP_TO"
            raise BackupError(message) from None
