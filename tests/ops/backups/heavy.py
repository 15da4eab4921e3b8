"""`python -m tests.ops.backups.heavy FOLDER MEBIBYTES [PLACE]`: a big backup, and what it took.

Half of the bytes are rows, half are files, none can be compressed. Prints JSON: bytes of memory at
the peak of each step beyond what the process had before, and its seconds.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from shopapp import schedule
from shopapp.config import Config
from shopapp.mail.files import Files
from shopapp.ops import database
from shopapp.ops.backups import sealing
from shopapp.ops.backups.creating import create, destination
from shopapp.ops.backups.restoring import restore

MEBIBYTE = 1024 * 1024


def main(folder: Path, size: int, to: str = "") -> dict[str, Any]:
    """Fill an installation below `folder` with `size` MiB, back it up and restore it."""
    assert schedule.HANDLERS
    config = Config(instance=folder / "instance", backup_to=to or str(folder / "backups"))
    text, public = sealing.new_identity()
    (identity := folder / "identity.txt").write_text(text)
    config = replace(config, backup_recipient=public)
    _fill(config, size // 2)
    start = _peak()
    made, making = _timed(lambda: create(config))
    create_peak = _peak() - start
    other = replace(config, instance=folder / "other")
    place = destination(config)
    done, restoring = _timed(lambda: restore(other, place, made.manifest.artefact, identity))
    return {
        "artefact": made.manifest.size,
        "start": start,
        "create": {"peak": create_peak, "seconds": making},
        "restore": {"peak": _peak() - start, "seconds": restoring},
        "files": done.manifest.files,
    }


def _fill(config: Config, size: int) -> None:
    config.instance.mkdir(parents=True)
    database.upgrade(config.sqlalchemy_url)
    with closing(sqlite3.connect(config.instance / "shopapp.db")) as connection:
        connection.execute("CREATE TABLE ballast (id INTEGER PRIMARY KEY, content BLOB)")
        for _ in range(size):
            connection.execute("INSERT INTO ballast (content) VALUES (?)", [os.urandom(MEBIBYTE)])
            connection.commit()
    files = Files.of(config, "store")
    for _ in range(size // 4):
        files.keep(os.urandom(4 * MEBIBYTE))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = monotonic()
    return work(), round(monotonic() - begun, 1)


def _peak() -> int:
    """The most memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])))
