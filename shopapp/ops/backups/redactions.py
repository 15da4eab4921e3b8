"""Redactions outlive restores: noted beside the backups and here, replayed on what is restored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from shopapp import clock
from shopapp.config import Config
from shopapp.ids import new_id
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.places import Folder, Place, place_of

Redaction = Mapping[str, Any]
Replay = Callable[[Redaction], None]

_FOLDER = "redactions/"
_hooks: dict[str, Replay] = {}


def note(config: Config, redaction: Redaction) -> None:
    """Keep `redaction` outside the database: in the instance folder, and in BACKUP_TO.

    `redaction["kind"]` names the hook that replays it; the rest is what the hook needs, ids rather
    than names. Call it before the rows go: done twice is harmless, forgotten is not. Raises
    BackupError, ConnectorError.
    """
    noted = {"noted_at": clock.now().isoformat(), **redaction}
    name, content = f"{_FOLDER}{new_id()}.json", json.dumps(noted).encode()
    for place in _places(config):
        place.write(name, content)


def on_replay(kind: str) -> Callable[[Replay], Replay]:
    """Let the decorated function do redactions of `kind` again after a restore.

    It gets the redaction, runs in an app context on the restored database, opens its own
    transactions and may find that everything is gone already.
    """

    def register(hook: Replay) -> Replay:
        _hooks[kind] = hook
        return hook

    return register


def noted(config: Config, *further: Place) -> list[Redaction]:
    """Every redaction that was noted, here, in BACKUP_TO or `further` on, in their order."""
    found: dict[str, Redaction] = {}
    for place in (*_places(config), *further):
        for name in place.names(_FOLDER):
            found[name] = json.loads(place.read(name) or b"{}")
    return [found[name] for name in sorted(found)]


def check_known(redactions: list[Redaction]) -> None:
    """Refuse a redaction that nothing here can replay. Raises BackupError."""
    unknown = sorted({str(each.get("kind")) for each in redactions} - set(_hooks))
    if unknown:
        message = (
            f"redactions of this kind cannot be replayed: {', '.join(unknown)}: update the code"
        )
        raise BackupError(message)


def replay(redactions: list[Redaction]) -> None:
    """Do them again, in their order; needs an app context on the restored database."""
    for redaction in redactions:
        _hooks[str(redaction["kind"])](redaction)


def _places(config: Config) -> tuple[Place, ...]:
    here: Place = Folder(config.instance)
    return (here, place_of(config.backup_to)) if config.backup_to else (here,)
