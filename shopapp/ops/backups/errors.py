"""What keeps a backup from being made, read or restored."""

from __future__ import annotations


class BackupError(Exception):
    """The message is one sentence that says what to do; nothing was changed."""


def damaged(name: str) -> BackupError:
    """An artefact that was cut off or altered."""
    return BackupError(
        f"{name} is damaged (it was cut off or altered): nothing was touched, use another backup"
    )
