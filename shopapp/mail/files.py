"""Attachments of a store: one file per content, under its sha256, on disk or in a bucket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from shopapp.config import Config
from shopapp.mail.shelves import Crate, Shelf


@dataclass(frozen=True, slots=True)
class Files:
    """The attachments of one store, found by the sha256 of their bytes (64 hex digits).

    With ATTACHMENTS_URL they are kept in a bucket, and what lay on this disk before is still found
    and removed there: call it with no transaction open. Its refusals are ConnectorErrors; anything
    but a sha256 is a ValueError.
    """

    disk: Shelf
    crate: Crate | None = None

    @classmethod
    def of(cls, config: Config, store_id: str) -> Files:
        """The files of `store_id` where the configuration keeps them."""
        crate = Crate(config.attachments_url, store_id) if config.attachments_url else None
        return cls(Shelf(config.instance / "attachments" / store_id), crate)

    @property
    def is_remote(self) -> bool:
        """Whether keeping or removing a file calls an outside service."""
        return self.crate is not None

    def keep(self, content: bytes) -> str:
        """Keep `content`, whole and once; its sha256."""
        (digest,) = self.keep_all([content])
        return digest

    def keep_all(self, contents: Iterable[bytes]) -> list[str]:
        """Keep several at a time, safe on the disk when this returns; their sha256s in order."""
        found = [(sha256(content).hexdigest(), content) for content in contents]
        if self.crate is not None:
            self.crate.put(dict(found))
        else:
            self.disk.put(dict(found))
        return [digest for digest, _ in found]

    def keep_file(self, path: Path) -> str:
        """Keep what lies at `path`, however large, without reading it into memory; its sha256."""
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        if self.crate is not None:
            self.crate.take(digest, path)
        else:
            self.disk.take(digest, path)
        return digest

    def exists(self, digest: str) -> bool:
        """Whether it can be opened."""
        return self.disk.has(digest) or (self.crate is not None and self.crate.has(digest))

    def open(self, digest: str) -> BinaryIO:
        """The file, to be read from its beginning, seekable; raises FileNotFoundError."""
        if self.crate is None or self.disk.has(digest):
            return self.disk.open(digest)
        return self.crate.open(digest)

    def read(self, digest: str) -> bytes:
        """All its bytes; raises FileNotFoundError."""
        with self.open(digest) as file:
            return file.read()

    def remove(self, digest: str) -> None:
        """Forget it; no complaint when it is not there."""
        self.disk.remove(digest)
        if self.crate is not None:
            self.crate.remove(digest)

    def remove_all(self) -> None:
        """Forget every file of the store."""
        self.disk.clear()
        if self.crate is not None:
            self.crate.clear()

    def path(self, digest: str) -> Path:
        """Where a file kept on this disk lies, whether or not it is there."""
        return self.disk.path(digest)
