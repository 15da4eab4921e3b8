"""Attachments on disk: one file per content, under its sha256, a folder per store."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from shopapp.ids import new_id


@dataclass(frozen=True, slots=True)
class Files:
    """The attachment folder of one store."""

    folder: Path

    @classmethod
    def of(cls, instance: Path, store_id: str) -> Files:
        """The folder of `store_id` below the instance folder."""
        return cls(instance / "attachments" / store_id)

    def keep(self, content: bytes) -> str:
        """Write `content` whole, once; its sha256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_name(f".{digest}.{new_id()}")
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        return digest

    def path(self, digest: str) -> Path:
        """Where the file with this sha256 lies; raises ValueError for anything else."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            message = "not a sha256"
            raise ValueError(message)
        return self.folder / digest[:2] / digest
