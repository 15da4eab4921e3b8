"""Connecting a mailbox to its servers: what was typed is checked, sealed and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select, update

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connections import mailboxes
from shopapp.connections.actions import refuse_password
from shopapp.connections.events import record_event
from shopapp.connections.fetching import fetch_keys_first
from shopapp.connections.models import EventStatus
from shopapp.connectors.errors import ConnectorError, Misconfigured
from shopapp.connectors.mail.imap_shapes import ImapSettings
from shopapp.connectors.mail.shapes import SmtpSettings
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.mail import folders, health
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid

_TIMEOUT = 8.0  # seconds for each wait; a person stands in front of the button
_PLAIN = ("address", "display_name", "is_default", "is_active")
_RETYPE = "Enter the password again: the saved one is only given to the server and user it is for."
Kind = TypeVar("Kind", ImapSettings, SmtpSettings)


@dataclass(frozen=True, slots=True)
class Servers:
    """A mailbox's servers as typed, to be tried; None where mail comes or leaves elsewhere."""

    imap: ImapSettings | None
    smtp: SmtpSettings | None


def as_typed(
    session: Session, mailbox: Mailbox | None, typed: Mapping[str, Any], *, keyring: Keyring
) -> Servers:
    """The servers on the form; an empty password stands for the saved one of the same server.

    A mailbox that was never connected may stay so. Raises Invalid naming the field.
    """
    fetch_keys_first(session, keyring)
    if not typed["imap_host"] and (mailbox is None or mailbox.imap):
        raise Invalid("Enter the mail server's name.", "imap_host")
    imap = _server(session, mailbox, typed, "imap", keyring) if typed["imap_host"] else None
    smtp = _server(session, mailbox, typed, "smtp", keyring) if typed["smtp_host"] else None
    return Servers(
        _settings(ImapSettings, imap, "imap") if imap else None,
        _settings(SmtpSettings, smtp, "smtp") if smtp else None,
    )


def save(
    session: Session,
    mailbox: Mailbox | None,
    typed: Mapping[str, Any],
    servers: Servers | None,
    *,
    keyring: Keyring,
    by: User,
) -> Mailbox:
    """Keep the mailbox with its servers; passwords go into the vault alone.

    Without `servers` they stay as they are: a consent brought them, or is to bring them.
    `days` of a new connection: how far back mail is read, 0 for all of it. Raises Invalid.
    """
    row = mailbox or Mailbox(address=typed["address"])
    _check_address(session, row, typed["address"])
    before = _facts(row) if mailbox else {}
    if row.address != typed["address"]:
        health.let_go(session, row, "Its address was changed.")
    for name in _PLAIN:
        setattr(row, name, typed[name])
    row.signature = typed["signature"] or None
    _place(row, servers, {"since": _since(row, typed["days"])})
    session.add(row)
    session.flush()
    _keep_default(session, row)
    if servers is not None:
        _seal(session, row, servers, keyring)
    record(session, "mailbox.saved", row, by=by, before=before, after=_facts(row))
    _note(session, row, "Settings saved.", by)
    return row


def disconnect(session: Session, mailbox: Mailbox, *, by: User) -> None:
    """Read the mailbox no more and forget its passwords; its mail and its tickets stay."""
    before = _facts(mailbox)
    health.let_go(session, mailbox, "It was disconnected.")
    mailbox.imap = mailbox.smtp = mailbox.cursor = None
    for name in (mailboxes.imap_name(mailbox), mailboxes.smtp_name(mailbox)):
        mailboxes.forget_password(session, name)
    record(session, "mailbox.disconnected", mailbox, by=by, before=before, after=_facts(mailbox))
    _note(session, mailbox, "Disconnected.", by)


def follow(session: Session, mailbox: Mailbox, name: str, *, on: bool, by: User) -> None:
    """Read a folder from now on, or no more; raises Invalid for a folder that is not there."""
    row = next((r for r in folders.all_folders(session, mailbox.id) if r.name == name), None)
    if row is None:
        raise Invalid("This folder is not on the server any more.")
    row.is_followed, row.error = on, None
    record(session, "mailbox.folder", mailbox, by=by, before={}, after={"folder": name, "read": on})


def _server(
    session: Session, mailbox: Mailbox | None, typed: Mapping[str, Any], kind: str, keyring: Keyring
) -> dict[str, Any]:
    host, username = typed[f"{kind}_host"], typed[f"{kind}_username"] or typed["address"]
    refuse_password(host, f"{kind}_host")
    password = typed[f"{kind}_password"]
    if not password and mailbox is not None and getattr(mailbox, kind):
        _check_retyped(mailbox, kind, host, username)
        password = _saved(session, mailbox, kind, keyring)
    if not password:
        raise Invalid("Enter the password.", f"{kind}_password")
    return {
        "host": host,
        "port": typed[f"{kind}_port"],
        "security": typed[f"{kind}_security"],
        "username": username,
        "password": password,
        "timeout": _TIMEOUT,
    }


def _check_retyped(mailbox: Mailbox, kind: str, host: str, username: str) -> None:
    """The sealed password is for the host and user it was sealed for alone."""
    stored = getattr(mailbox, kind)
    if (str(stored["host"]).lower(), stored.get("username")) != (host.lower(), username):
        raise Invalid(_RETYPE, f"{kind}_password")


def _saved(session: Session, mailbox: Mailbox, kind: str, keyring: Keyring) -> str:
    try:
        return mailboxes.password_of(session, f"{kind}:{mailbox.id}", keyring=keyring) or ""
    except ConnectorError as error:
        refusal = Invalid(" ".join(filter(None, (error.message, error.fix))), f"{kind}_password")
    raise refusal


def _settings(kind: type[Kind], values: Mapping[str, Any], name: str) -> Kind:
    try:
        return kind(**values)
    except Misconfigured as error:
        refusal = Invalid(error.message, f"{name}_security")
    raise refusal


def _place(row: Mailbox, servers: Servers | None, since: dict[str, str]) -> None:
    if servers is None:
        row.imap = {**row.imap, **since} if row.imap else row.imap
        return
    row.imap = _stored(servers.imap) | since if servers.imap else None
    row.smtp = _stored(servers.smtp) if servers.smtp else None


def _stored(server: ImapSettings | SmtpSettings) -> dict[str, Any]:
    return {
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "username": server.username,
    }


def _since(mailbox: Mailbox, days: int | None) -> str:
    """The first day to read; once chosen it stays, unless more is asked for."""
    known = folders.since(mailbox) if mailbox.imap else None
    if days is None:
        return known.isoformat() if known else ""
    if days == 0:
        return ""
    return (clock.today("UTC") - timedelta(days=days)).isoformat()


def _check_address(session: Session, mailbox: Mailbox, address: str) -> None:
    other = session.scalar(select(Mailbox).where(Mailbox.address == address))
    if other is not None and other is not mailbox:
        raise Invalid("This address is a mailbox already.", "address")


def _keep_default(session: Session, mailbox: Mailbox) -> None:
    """One mailbox is the one new mail leaves from."""
    if mailbox.is_default:
        others = update(Mailbox).where(Mailbox.id != mailbox.id, Mailbox.is_default)
        session.execute(others.values(is_default=False))


def _seal(session: Session, mailbox: Mailbox, servers: Servers, keyring: Keyring) -> None:
    pairs = (("imap", servers.imap), ("smtp", servers.smtp))
    for kind, server in pairs:
        password = server.password if server else None
        try:
            if password:
                mailboxes.keep_password(session, f"{kind}:{mailbox.id}", password, keyring=keyring)
            else:
                mailboxes.forget_password(session, f"{kind}:{mailbox.id}")
        except KeyringError as error:
            raise Invalid(f"The password cannot be sealed: {error}.", f"{kind}_password") from None


def _facts(mailbox: Mailbox) -> dict[str, Any]:
    """What the audit log keeps: no secret."""
    servers = {
        f"{kind}_{name}": value
        for kind in ("imap", "smtp")
        for name, value in (getattr(mailbox, kind) or {}).items()
    }
    return {**{name: getattr(mailbox, name) for name in _PLAIN}, **servers}


def _note(session: Session, mailbox: Mailbox, message: str, by: User) -> None:
    record_event(
        session,
        integration=health.integration(mailbox),
        status=EventStatus.INFO,
        message=message,
        detail={"by": by.name or by.email},
    )
