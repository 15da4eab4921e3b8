"""Connecting and disconnecting outside services; every check and change leaves an event."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connections import mailboxes
from shopapp.connections.events import record_event
from shopapp.connections.fetching import fetch_keys_first
from shopapp.connections.models import EventStatus, StoreSecret
from shopapp.connections.queries import SMTP, smtp_facts
from shopapp.connectors.errors import ConnectorError, Misconfigured
from shopapp.connectors.mail.shapes import Security, SmtpSettings
from shopapp.connectors.oauth.providers import that_takes_no_password
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.refusals import Invalid
from shopapp.stores.queries import settings as store_settings

_TIMEOUT = 8.0  # seconds for each wait; a person stands in front of the button
_RETYPE = "Enter the password again: the saved one is only given to the server and user it is for."


def smtp_as_typed(
    session: Session,
    *,
    host: str,
    port: int,
    security: Security,
    username: str,
    password: str,
    keyring: Keyring,
) -> SmtpSettings:
    """Mail settings from what somebody typed; an empty password stands for the saved one.

    The saved password stays with its host and user name, or typing another host and pressing Test
    would hand it to a stranger. Raises Invalid naming the field.
    """
    fetch_keys_first(session, keyring)
    refuse_password(host, "host")
    if password and not username:
        raise Invalid("A password needs a user name.", "username")
    if username and not password:
        password = _saved_password(session, host, username, keyring)
    try:
        return SmtpSettings(
            host, port, security, username or None, password or None, timeout=_TIMEOUT
        )
    except Misconfigured as error:
        refusal = Invalid(error.message, "security" if security == "none" else "username")
    raise refusal


def refuse_password(host: str, field: str) -> None:
    """Raises Invalid naming the field where this mail server asks for consent instead."""
    if asked := that_takes_no_password(host):
        message = f"{asked.title} takes no password here: use Connect {asked.title} in Mailboxes."
        raise Invalid(message, field)


def connect_smtp(
    session: Session, settings: SmtpSettings, *, new_password: bool, keyring: Keyring, by: User
) -> StoreSecret:
    """Let the store's mail leave through this server; the audit log gets no secret.

    Raises Invalid when the keyring cannot seal the password.
    """
    row = store_settings(session)
    before = smtp_facts(row)
    secret = _kept(session, settings, keyring)
    after = smtp_facts(row)
    if new_password:
        secret.rotated_at = clock.now()
        after["sign_in"] = "replaced"
    record(session, "connection.saved", row, by=by, before=before, after=after)
    _note(session, "Settings saved.", by)
    return secret


def disconnect_smtp(session: Session, *, by: User) -> None:
    """Let the store's mail leave the platform's way again."""
    row = store_settings(session)
    before = smtp_facts(row)
    mailboxes.forget_smtp(session)
    record(session, "connection.removed", row, by=by, before=before, after={})
    _note(session, "Disconnected.", by)


def _kept(session: Session, settings: SmtpSettings, keyring: Keyring) -> StoreSecret:
    try:
        return mailboxes.keep_smtp(session, settings, keyring=keyring)
    except KeyringError as error:
        raise Invalid(f"The password cannot be sealed: {error}.", "secret") from None


def _saved_password(session: Session, host: str, username: str, keyring: Keyring) -> str:
    facts = smtp_facts(store_settings(session))
    if not facts.get("username"):
        raise Invalid("A user name needs a password.", "secret")
    if (str(facts["host"]).lower(), facts["username"]) != (host.lower(), username):
        raise Invalid(_RETYPE, "secret")
    try:
        saved = mailboxes.smtp_settings(session, keyring=keyring)
    except ConnectorError as error:
        refusal = Invalid(" ".join(filter(None, (error.message, error.fix))), "secret")
    else:
        return (saved.password if saved else None) or ""
    raise refusal


def _note(session: Session, message: str, by: User) -> None:
    record_event(
        session,
        integration=SMTP,
        status=EventStatus.INFO,
        message=message,
        detail={"by": by.name or by.email},
    )
