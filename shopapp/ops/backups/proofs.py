"""The signed result of a full verification, which lies beside the backup it is about."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from shopapp.ops.backups.places import Place

_PURPOSE = b"shopapp backup verification"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`problem` is empty when all was well; `restore_seconds` is what restoring took.

    The signature is made with the installation's SECRET_KEY: who verifies holds the same. It keeps
    out a result that a stranger with access to the place wrote, not one by the server itself.
    """

    artefact: str
    sha256: str
    verified_at: str
    restore_seconds: float
    rows: int
    secrets_opened: int
    problem: str = ""
    signature: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.verified_at)

    def signed(self, secret_key: str) -> Proof:
        return replace(self, signature=self._signature(secret_key))

    def is_genuine(self, secret_key: str) -> bool:
        return hmac.compare_digest(self.signature, self._signature(secret_key))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    def _signature(self, secret_key: str) -> str:
        key = hmac.digest(secret_key.encode(), _PURPOSE, "sha256")
        content = json.dumps(asdict(replace(self, signature="")), sort_keys=True)
        return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def beside(artefact: str) -> str:
    """The name of the result about `artefact`."""
    return f"{artefact}.verified.json"


def lying_in(place: Place) -> list[Proof]:
    """Every result in `place`. Raises BackupError, ConnectorError."""
    names = (name for name in place.names() if name.endswith(beside("")))
    found = (from_json(place.read(name) or b"") for name in names)
    return [proof for proof in found if proof is not None]


def from_json(content: bytes) -> Proof | None:
    """The result again, None for anything else."""
    try:
        values = json.loads(content)
        found = Proof(**{each.name: values[each.name] for each in fields(Proof)})
        found.at  # noqa: B018  # it must be a time
    except (ValueError, KeyError, TypeError):
        return None
    return found
