"""The store's language model: its key sealed, the client ready-made."""

from __future__ import annotations

from sqlalchemy import select

from shopapp import clock
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Misconfigured, Temporary
from shopapp.connectors.llm.client import OpenAiModel
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError, KeyringUnreachable
from shopapp.db import Session

_KEY = "api_key"


def language_model(
    session: Session, base_url: str, *, timeout: float, keyring: Keyring
) -> OpenAiModel:
    """The model at `base_url` with the saved key; raises as `model_key` does."""
    return OpenAiModel(base_url, model_key(session, keyring=keyring), timeout=timeout)


def model_key(session: Session, *, keyring: Keyring) -> str:
    """The saved key, '' where the service wants none.

    Raises Misconfigured when the keyring does not open it, Temporary when it does not answer.
    """
    row = model_secret(session)
    try:
        return "" if row is None else Vault(session, keyring).open(row, "secret") or ""
    except KeyringUnreachable as error:
        raise Temporary(f"The model's key cannot be opened now: {error}.") from None
    except (CannotOpen, KeyringError):
        message = "The model's key cannot be opened with this keyring."
    raise Misconfigured(message, fix="Enter the key again, or put the keyring file back.")


def keep_model_key(session: Session, key: str, *, keyring: Keyring) -> StoreSecret:
    """Seal `key` in place of the one before; raises KeyringError."""
    row = model_secret(session) or StoreSecret(provider=Provider.LLM, name=_KEY)
    session.add(row)
    session.flush()
    Vault(session, keyring).seal(row, "secret", key)
    row.rotated_at = clock.now()
    return row


def forget_model_key(session: Session) -> None:
    """Remove the saved key."""
    if row := model_secret(session):
        session.delete(row)


def model_secret(session: Session) -> StoreSecret | None:
    """The sealed key with its hint; nothing is opened."""
    return session.scalar(
        select(StoreSecret).where(StoreSecret.provider == Provider.LLM, StoreSecret.name == _KEY)
    )
