"""Consents of mailboxes: their tokens, sealed in one piece, renewed by one worker at a time."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from shopapp import clock
from shopapp.config import Config
from shopapp.connections.applications import client
from shopapp.connections.fetching import fetch_keys
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Misconfigured, Temporary
from shopapp.connectors.oauth.shapes import ConsentWithdrawn, Grant, Name
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.tenancy import store_transaction

EARLY = timedelta(minutes=5)  # a token that ends in five minutes is renewed now
_LEASE = timedelta(seconds=60)
_PATIENCE, _PAUSE = 40, 0.25  # looks, and the seconds between them, while another worker renews
GONE = "The consent was withdrawn: connect again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is sealed: `provider` is 'google' or 'microsoft', `ends` ISO 8601 in UTC."""

    provider: Name
    address: str
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    ends: str

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.ends)


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents of one store, for those who have no transaction open."""

    store_id: str
    keyring: Keyring = field(repr=False)
    config: Config = field(repr=False)

    def token(self, mailbox_id: str, *, refused: str | None = None) -> str:
        """An access token that still lives; `refused` is one a server did not take.

        Raises ConsentWithdrawn (only a person can mend that), Temporary, Misconfigured.
        """
        fetch_keys(self.keyring, self.store_id)
        for _ in range(_PATIENCE):
            with store_transaction(self.store_id) as session:
                kept, seen = opened(session, mailbox_id, self.keyring)
                if kept.access_token != refused and kept.ends_at - EARLY > clock.now():
                    return kept.access_token
                is_mine = _leased(session, mailbox_id, seen)
            if is_mine:
                return self._renewed(mailbox_id, kept)
            if kept.access_token != refused and kept.ends_at > clock.now():
                return kept.access_token
            time.sleep(_PAUSE)
        message = "Another worker is renewing the sign-in of this mailbox."
        raise Temporary(message)

    def _renewed(self, mailbox_id: str, old: Tokens) -> str:
        """One renewal, by whoever holds the lease; a rotated refresh token is kept with it."""
        try:
            with store_transaction(self.store_id) as session:
                asked = client(session, old.provider, keyring=self.keyring, config=self.config)
            grant = asked.renew(old.refresh_token)
        except ConsentWithdrawn:
            with store_transaction(self.store_id) as session:
                if _is_current(session, mailbox_id, old, self.keyring):
                    forget(session, mailbox_id)
            raise
        except Exception:
            with store_transaction(self.store_id) as session:
                _give_back(session, mailbox_id)
            raise
        with store_transaction(self.store_id) as session:
            if _is_current(session, mailbox_id, old, self.keyring):
                keep(
                    session,
                    mailbox_id,
                    old.provider,
                    grant,
                    address=old.address,
                    keyring=self.keyring,
                    before=old,
                )
        return grant.access_token


def keep(
    session: Session,
    mailbox_id: str,
    provider: Name,
    grant: Grant,
    *,
    address: str,
    keyring: Keyring,
    before: Tokens | None = None,
) -> None:
    """Seal what a provider gave; a renewal without a new refresh token keeps the one before."""
    ends = clock.now() + timedelta(seconds=grant.expires_in)
    refresh = grant.refresh_token or (before.refresh_token if before else "")
    tokens = Tokens(provider, address, refresh, grant.access_token, ends.isoformat())
    row = _row(session, mailbox_id)
    if row is None:
        row = StoreSecret(provider=Provider.MAIL, name=_name(mailbox_id))
        session.add(row)
        session.flush()
    Vault(session, keyring).seal(row, "secret", json.dumps(asdict(tokens)))
    row.rotation_due_at, row.rotated_at = ends - EARLY, clock.now()


def forget(session: Session, mailbox_id: str) -> None:
    """Remove the tokens of a mailbox."""
    row = _row(session, mailbox_id)
    if row is not None:
        session.delete(row)


def opened(session: Session, mailbox_id: str, keyring: Keyring) -> tuple[Tokens, datetime | None]:
    """The tokens as they are kept, and when they are to be renewed; asks nobody.

    Raises ConsentWithdrawn when there are none, Misconfigured when the keyring cannot open them.
    """
    row = _row(session, mailbox_id)
    if row is None:
        raise ConsentWithdrawn(GONE, fix="Open the mailbox and press Reconnect.")
    try:
        words = Vault(session, keyring).open(row, "secret")
    except (CannotOpen, KeyringError):
        message = "The consent cannot be opened with this keyring."
    else:
        return Tokens(**json.loads(words or "{}")), row.rotation_due_at
    raise Misconfigured(message, fix="Connect again, or put the keyring file back.")


def consented(session: Session, mailbox_id: str) -> bool:
    """Whether tokens of this mailbox are kept."""
    return _row(session, mailbox_id) is not None


def _leased(session: Session, mailbox_id: str, seen: datetime | None) -> bool:
    """Whether the renewal is ours: of two that saw the same moment, one moves it on.

    While a lease runs, the moment lies ahead and nobody takes it; a worker that died leaves it to
    pass. A token that a server refused is renewed although its own moment lies ahead.
    """
    now = clock.now()
    if seen is not None and now < seen <= now + _LEASE:
        return False
    taken = session.scalars(
        update(StoreSecret)
        .where(
            StoreSecret.provider == Provider.MAIL,
            StoreSecret.name == _name(mailbox_id),
            StoreSecret.rotation_due_at.is_not_distinct_from(seen),
        )
        .values(rotation_due_at=now + _LEASE)
        .returning(StoreSecret.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return taken is not None


def _is_current(session: Session, mailbox_id: str, old: Tokens, keyring: Keyring) -> bool:
    """Whether nobody connected anew or disconnected while the provider was asked."""
    return _row(session, mailbox_id) is not None and opened(session, mailbox_id, keyring)[0] == old


def _give_back(session: Session, mailbox_id: str) -> None:
    row = _row(session, mailbox_id)
    if row is not None:
        row.rotation_due_at = clock.now()


def _row(session: Session, mailbox_id: str) -> StoreSecret | None:
    return session.scalar(
        select(StoreSecret).where(
            StoreSecret.provider == Provider.MAIL, StoreSecret.name == _name(mailbox_id)
        )
    )


def _name(mailbox_id: str) -> str:
    return f"oauth:{mailbox_id}"
