"""Where attachments lie: a folder of this machine, or a folder in a bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

from shopapp.connectors.s3.client import Bucket
from shopapp.ids import new_id

_IN_MEMORY = 1 << 20
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder with one file per content, spread over 256 folders."""

    folder: Path

    def path(self, digest: str) -> Path:
        """Where the file with this sha256 lies; raises ValueError for anything else."""
        return self.folder / _checked(digest)[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).exists()

    def open(self, digest: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        return self.path(digest).open("rb")

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Written beside their places, brought to the disk together, then named: whole or not."""
        missing = {digest: each for digest, each in contents.items() if not self.has(digest)}
        drafts = [(self._draft(digest, each), digest) for digest, each in missing.items()]
        for draft, _ in drafts:
            _to_disk(draft)
        for draft, digest in drafts:
            draft.replace(self.path(digest))
        for folder in {draft.parent for draft, _ in drafts}:
            _to_disk(folder)

    def take(self, digest: str, path: Path) -> None:
        """The same of a file that lies elsewhere."""
        if not self.has(digest):
            draft = self._draft(digest)
            shutil.copyfile(path, draft)
            _to_disk(draft)
            draft.replace(self.path(digest))
            _to_disk(draft.parent)

    def remove(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _draft(self, digest: str, content: bytes = b"") -> Path:
        path = self.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{digest}.{new_id()}")
        draft.write_bytes(content)
        return draft


@dataclass(frozen=True, slots=True)
class Crate:
    """A store's folder in the bucket of `url` (s3://bucket/prefix?endpoint=https://…)."""

    url: str
    store_id: str

    @property
    def bucket(self) -> Bucket:
        return _bucket(self.url)

    def has(self, digest: str) -> bool:
        return self.bucket.size(self._name(digest)) is not None

    def open(self, digest: str) -> BinaryIO:
        """Fetched into a temporary file; raises FileNotFoundError."""
        if not self.has(digest):
            raise FileNotFoundError(digest)
        file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        for chunk in self.bucket.chunks(self._name(digest)):
            file.write(chunk)
        file.seek(0)
        return cast("BinaryIO", file)

    def put(self, contents: Mapping[str, bytes]) -> None:
        for digest, content in contents.items():
            if not self.has(digest):
                self.bucket.write(self._name(digest), content)

    def take(self, digest: str, path: Path) -> None:
        if not self.has(digest):
            self.bucket.put(self._name(digest), path)

    def remove(self, digest: str) -> None:
        self.bucket.remove(self._name(digest))

    def clear(self) -> None:
        for name in self.bucket.names(f"{self.store_id}/"):
            self.bucket.remove(name)

    def _name(self, digest: str) -> str:
        return f"{self.store_id}/{_checked(digest)[:2]}/{digest}"


@lru_cache(maxsize=4)
def _bucket(url: str) -> Bucket:
    """One client for a process: making one takes longer than using it."""
    parts = urlsplit(url)
    endpoint = parse_qs(parts.query).get("endpoint", [None])[0]
    return Bucket(parts.netloc, parts.path, endpoint=endpoint)


def _checked(digest: str) -> str:
    if len(digest) != 64 or not set(digest) <= _DIGITS:
        message = "not a sha256"
        raise ValueError(message)
    return digest


def _to_disk(path: Path) -> None:
    """Let what was written to a file, or the names in a folder, survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
