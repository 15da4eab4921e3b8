"""Where a store's mail leaves (its own SMTP server, the platform's, the outbox), and is read."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select

from shopapp import clock
from shopapp.config import Config
from shopapp.connections import consenting, consents
from shopapp.connections.consents import Consents
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Misconfigured, Temporary
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.folder import OutboxFolder
from shopapp.connectors.mail.imap import ImapMailbox
from shopapp.connectors.mail.imap_shapes import ImapSettings
from shopapp.connectors.mail.shapes import SmtpSettings, TransportProtocol
from shopapp.connectors.oauth import shapes as oauth
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError, KeyringUnreachable
from shopapp.db import Session
from shopapp.stores.models import StoreSettings
from shopapp.tenancy import store_of

_KEY = "smtp"  # in StoreSettings.connection_metadata, and the name of the sealed password


class Origin(enum.StrEnum):
    """Whose settings say where mail leaves."""

    STORE = "store"
    PLATFORM = "platform"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Route:
    """Where mail leaves, for a page: `place` is host:port, or the outbox folder's path."""

    origin: Origin
    place: str


class Mailbox(Protocol):
    """What is asked of a mailbox: its own SMTP server, and whether anything may leave there."""

    id: Any
    address: Any
    smtp: Any
    sign_in: Any
    is_shadow: Any


def transport(
    session: Session, *, keyring: Keyring, config: Config, mailbox: Mailbox | None = None
) -> TransportProtocol:
    """What carries the mail of `mailbox`: its own server, else the store's, else the platform's.

    Raises Misconfigured with a plain sentence, also for a shadow mailbox, which never sends.
    """
    if mailbox is not None and mailbox.is_shadow:
        message = f"{mailbox.address} is a shadow mailbox: it is read and never sends."
        raise Misconfigured(message, fix="Choose another mailbox, or leave shadow mode.")
    if mailbox is not None and mailbox.smtp and mailbox.sign_in in oauth.NAMES:
        return consenting.transport(mailbox, Consents(store_of(session), keyring, config))
    settings = (
        (mailbox_settings(session, mailbox, keyring=keyring) if mailbox else None)
        or smtp_settings(session, keyring=keyring)
        or _platform_settings(config)
    )
    return SmtpTransport(settings) if settings else OutboxFolder(config.instance / "outbox")


def route(
    session: Session,
    *,
    config: Config,
    settings: StoreSettings | None = None,
    mailbox: Mailbox | None = None,
) -> Route:
    """Where mail would leave, found without opening a secret; raises Misconfigured.

    `settings` are the store's, where the caller has read them already.
    """
    if mailbox is not None and mailbox.smtp:
        return Route(Origin.STORE, f"{mailbox.smtp['host']}:{mailbox.smtp['port']}")
    stored = settings.connection_metadata.get(_KEY) if settings else _stored(session)
    if stored:
        return Route(Origin.STORE, f"{stored['host']}:{stored['port']}")
    platform = _platform_settings(config)
    if platform:
        return Route(Origin.PLATFORM, f"{platform.host}:{platform.port}")
    return Route(Origin.OUTBOX, str(config.instance / "outbox"))


def smtp_settings(session: Session, *, keyring: Keyring) -> SmtpSettings | None:
    """The store's own SMTP server with its password, None when it has none.

    Raises Misconfigured when the settings cannot work or the password cannot be opened, Temporary
    when the keyring does not answer.
    """
    stored = _stored(session)
    return _settings(session, stored, _KEY, keyring) if stored else None


def mailbox_settings(
    session: Session, mailbox: Mailbox, *, keyring: Keyring
) -> SmtpSettings | None:
    """The mailbox's own SMTP server, None when it has none; raises as `smtp_settings` does."""
    name = f"{_KEY}:{mailbox.id}"
    return _settings(session, mailbox.smtp, name, keyring) if mailbox.smtp else None


def _settings(
    session: Session, stored: Mapping[str, Any], name: str, keyring: Keyring
) -> SmtpSettings:
    """Settings with the password sealed as `name`: the one place where either comes together."""
    return SmtpSettings(
        host=str(stored["host"]),
        port=int(stored["port"] or 0),
        security=stored["security"],
        username=stored.get("username") or None,
        password=_password(session, keyring, name) if stored.get("username") else None,
    )


def keep_smtp(session: Session, settings: SmtpSettings, *, keyring: Keyring) -> StoreSecret:
    """Make `settings` the store's SMTP server; the password goes into the vault, nowhere else."""
    _store_settings(session).connection_metadata = _others(session) | {
        _KEY: {
            "host": settings.host,
            "port": settings.port,
            "security": settings.security,
            "username": settings.username,
        }
    }
    secret = _secret(session) or StoreSecret(provider=Provider.MAIL, name=_KEY)
    session.add(secret)
    session.flush()
    Vault(session, keyring).seal(secret, "secret", settings.password)
    return secret


def forget_smtp(session: Session) -> None:
    """Let the store's mail leave the platform's way again."""
    _store_settings(session).connection_metadata = _others(session)
    secret = _secret(session)
    if secret is not None:
        session.delete(secret)


def _platform_settings(config: Config) -> SmtpSettings | None:
    return SmtpSettings.from_url(config.smtp_url) if config.smtp_url else None


def _password(session: Session, keyring: Keyring, name: str) -> str | None:
    secret = _secret(session, name)
    try:
        return None if secret is None else Vault(session, keyring).open(secret, "secret")
    except KeyringUnreachable as error:
        raise Temporary(f"The password of the mail server cannot be opened now: {error}.") from None
    except (CannotOpen, KeyringError):
        message = "The password of the mail server cannot be opened with this keyring."
    raise Misconfigured(message, fix="Enter the password again, or put the keyring file back.")


def _stored(session: Session) -> dict[str, Any] | None:
    row = session.scalar(select(StoreSettings))
    return None if row is None else row.connection_metadata.get(_KEY)


def _others(session: Session) -> dict[str, Any]:
    kept = _store_settings(session).connection_metadata
    return {name: value for name, value in kept.items() if name != _KEY}


def _store_settings(session: Session) -> StoreSettings:
    row = session.scalar(select(StoreSettings))
    if row is None:
        row = StoreSettings()
        session.add(row)
        session.flush()
    return row


def _secret(session: Session, name: str = _KEY) -> StoreSecret | None:
    return session.scalar(
        select(StoreSecret).where(StoreSecret.provider == Provider.MAIL, StoreSecret.name == name)
    )


class Signing(Protocol):
    """A mailbox as far as signing in goes: whose it is, where it lies, and how we sign in."""

    id: Any
    address: Any
    imap: Any
    sign_in: Any


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to a mailbox's server: a user name with a password, or with an access token."""

    username: str
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def credentials(session: Session, mailbox: Signing, *, keyring: Keyring) -> Credentials:
    """What signs in to the mailbox's IMAP server, asking nobody: a token may have ended.

    Raises Misconfigured, ConsentWithdrawn, or Temporary.
    """
    username = str((mailbox.imap or {}).get("username") or mailbox.address)
    if mailbox.sign_in in oauth.NAMES:
        tokens, _ = consents.opened(session, mailbox.id, keyring)
        return Credentials(username, token=tokens.access_token)
    return Credentials(username, _password(session, keyring, imap_name(mailbox)))


def reader(session: Session, mailbox: Signing, *, keyring: Keyring, config: Config) -> ImapMailbox:
    """What reads the mailbox once the transaction is over; raises as `credentials` does."""
    settings = imap_settings(session, mailbox, keyring=keyring)
    if mailbox.sign_in not in oauth.NAMES:
        return ImapMailbox(settings)
    own = Consents(store_of(session), keyring, config)
    return consenting.ConsentMailbox(settings, own, mailbox.id)


def imap_settings(session: Session, mailbox: Signing, *, keyring: Keyring) -> ImapSettings:
    """The mailbox's IMAP server, ready to sign in; raises as `credentials` does."""
    stored = mailbox.imap
    if not stored:
        raise Misconfigured(f"{mailbox.address} has no IMAP server.", fix="Enter one.")
    who = credentials(session, mailbox, keyring=keyring)
    return ImapSettings(
        host=str(stored["host"]),
        port=int(stored["port"]),
        security=stored["security"],
        username=who.username,
        password=who.password,
        token=who.token,
    )


def keep_password(session: Session, name: str, password: str, *, keyring: Keyring) -> StoreSecret:
    """Seal a mailbox's password under `name` (of `imap_name` or `smtp_name`)."""
    secret = _secret(session, name) or StoreSecret(provider=Provider.MAIL, name=name)
    session.add(secret)
    session.flush()
    Vault(session, keyring).seal(secret, "secret", password)
    secret.rotated_at = clock.now()
    return secret


def password_of(session: Session, name: str, *, keyring: Keyring) -> str | None:
    """The password sealed under `name`; raises Misconfigured, or Temporary."""
    return _password(session, keyring, name)


def forget_password(session: Session, name: str) -> None:
    """Remove what is sealed under `name`."""
    if secret := _secret(session, name):
        session.delete(secret)


def imap_name(mailbox: Signing) -> str:
    """What the sealed password of the mailbox's IMAP server is called."""
    return f"imap:{mailbox.id}"


def smtp_name(mailbox: Signing) -> str:
    """What the sealed password of the mailbox's own SMTP server is called."""
    return f"smtp:{mailbox.id}"
