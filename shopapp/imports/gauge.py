"""How far an import is, in a small file: its one transaction keeps the database to itself."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path


class Gauge:
    """Written by the worker, read by the pages; a folder that cannot be written shows nothing."""

    def __init__(self, instance: Path, import_id: str) -> None:
        self._file = instance / "imports" / f"{import_id}.json"

    def note(self, done: int, total: int | None) -> None:
        """`done` rows of `total` are behind us."""
        draft = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(json.dumps([done, total]))
            draft.replace(self._file)

    def read(self) -> tuple[int, int | None] | None:
        """Rows done and rows in all, or None when nobody has said yet."""
        try:
            done, total = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return None
        return int(done), None if total is None else int(total)

    def clear(self) -> None:
        """The work is over."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
