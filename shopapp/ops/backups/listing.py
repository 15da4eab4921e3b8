"""Which backups a place holds, the newest first, and which of them go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shopapp.connectors.errors import ConnectorError
from shopapp.ops.backups import manifests, proofs
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.manifests import Manifest
from shopapp.ops.backups.places import Place

_OURS = "shopapp-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in its place; `is_proved` when a full verification succeeded."""

    manifest: Manifest
    is_proved: bool


def kept(place: Place) -> list[Kept]:
    """The backups in `place`, the newest first. Raises BackupError, ConnectorError."""
    names = set(place.names(_OURS))
    artefacts = sorted((name for name in names if manifests.beside(name) in names), reverse=True)
    return [
        Kept(manifest_of(place, name), proofs.beside(name) in names and _succeeded(place, name))
        for name in artefacts
    ]


def manifest_of(place: Place, artefact: str) -> Manifest:
    """The manifest beside `artefact`. Raises BackupError when there is none."""
    content = place.read(manifests.beside(artefact))
    if content is None:
        message = f"there is no backup called {artefact} in {place}: shopapp backup list shows them"
        raise BackupError(message)
    return manifests.from_json(content, artefact)


def newest(place: Place) -> str:
    """The name of the newest backup. Raises BackupError when there is none."""
    names = set(place.names(_OURS))
    artefacts = [name for name in names if manifests.beside(name) in names]
    if not artefacts:
        message = f"there is no backup in {place}: shopapp backup create makes one"
        raise BackupError(message)
    return max(artefacts)


def outdated(backups: Sequence[Kept], *, keep: int, days: int, now: datetime) -> list[Manifest]:
    """Those beyond the newest `keep` that are older than `days` (pure).

    Never the newest that was proved: until a later one is, it is all that is sure.
    """
    proved = next((each for each in backups if each.is_proved), None)
    limit = now - timedelta(days=days)
    return [
        each.manifest
        for each in backups[keep:]
        if each.manifest.made_at < limit and each is not proved
    ]


def prune(place: Place, *, keep: int, days: int, now: datetime) -> tuple[list[str], list[str]]:
    """Remove what is outdated: the names that went, and those the place would not let go.

    A manifest goes after its artefact, so that an interrupted pruning is finished next time.
    """
    gone: list[str] = []
    locked: list[str] = []
    for each in outdated(kept(place), keep=keep, days=days, now=now):
        name = each.artefact
        try:
            for file in (name, proofs.beside(name), manifests.beside(name)):
                place.remove(file)
        except ConnectorError:
            locked.append(name)
        else:
            gone.append(name)
    return gone, locked


def _succeeded(place: Place, artefact: str) -> bool:
    proof = proofs.from_json(place.read(proofs.beside(artefact)) or b"")
    return proof is not None and not proof.problem
