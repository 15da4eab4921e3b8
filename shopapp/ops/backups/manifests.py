"""The manifest: what an artefact holds, without secrets and without anything about customers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.tallies import Tally

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`salt` keys the tables' digests and is inside the artefact only; `sha256` beside it only."""

    artefact: str
    created_at: str
    dialect: str
    revision: str | None
    tables: dict[str, Tally]
    files: int
    key_ids: list[str]
    data_key_ids: list[str]
    database_bytes: int
    format: int = FORMAT
    salt: str = field(default="", repr=False)
    size: int = 0
    sha256: str = ""

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.created_at)

    @property
    def rows(self) -> int:
        return sum(tally.rows for tally in self.tables.values())

    @property
    def is_encrypted(self) -> bool:
        return self.artefact.endswith(".age")

    def outside(self, *, size: int, sha256: str) -> Manifest:
        """The manifest that lies beside the artefact."""
        return replace(self, salt="", size=size, sha256=sha256)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def beside(artefact: str) -> str:
    """The name of the manifest of `artefact`."""
    return f"{artefact}.json"


def from_json(content: bytes, name: str) -> Manifest:
    """The manifest again. Raises BackupError when it cannot be one."""
    try:
        values: Mapping[str, Any] = json.loads(content)
        known = {each.name: values[each.name] for each in fields(Manifest) if each.name in values}
        known["tables"] = {table: Tally(**tally) for table, tally in known["tables"].items()}
        found = Manifest(**known)
        found.made_at  # noqa: B018  # it must be a time
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"the manifest of {name} cannot be read: use another backup"
        raise BackupError(message) from None
    if found.format > FORMAT:
        message = f"{name} was made by a newer shopapp: update the code first"
        raise BackupError(message)
    return found
