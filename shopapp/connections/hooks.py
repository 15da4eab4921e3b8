"""The secrets of mail hooks: made, turned over with an overlap, opened to check a signature."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session

_CURRENT, _PREVIOUS = "hook:{}", "hook:{}:previous"


def keep_secret(session: Session, hook_id: str, secret: str, *, keyring: Keyring) -> None:
    """Make `secret` the hook's; the one it had becomes the one before. Raises KeyringError."""
    before = _opened(session, _CURRENT.format(hook_id), keyring)
    if before is not None:
        _seal(session, _PREVIOUS.format(hook_id), before, keyring)
    _seal(session, _CURRENT.format(hook_id), secret, keyring)


def secrets(session: Session, hook_id: str, *, keyring: Keyring, with_previous: bool) -> list[str]:
    """The secrets that are taken now, the newest first; raises KeyringError."""
    names = [_CURRENT, *([_PREVIOUS] if with_previous else [])]
    found = [_opened(session, name.format(hook_id), keyring) for name in names]
    return [secret for secret in found if secret]


def forget_secrets(session: Session, hook_id: str) -> None:
    """The hook is no more."""
    for name in (_CURRENT, _PREVIOUS):
        row = _row(session, name.format(hook_id))
        if row is not None:
            session.delete(row)


def _seal(session: Session, name: str, secret: str, keyring: Keyring) -> None:
    row = _row(session, name) or StoreSecret(provider=Provider.MAIL, name=name)
    session.add(row)
    session.flush()
    Vault(session, keyring).seal(row, "secret", secret)


def _opened(session: Session, name: str, keyring: Keyring) -> str | None:
    row = _row(session, name)
    try:
        return None if row is None else Vault(session, keyring).open(row, "secret")
    except CannotOpen as error:
        message = f"the secret of a mail hook cannot be opened: {error}"
        raise KeyringError(message) from None


def _row(session: Session, name: str) -> StoreSecret | None:
    return session.scalar(
        select(StoreSecret).where(StoreSecret.provider == Provider.MAIL, StoreSecret.name == name)
    )
