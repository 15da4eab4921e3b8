"""The mails of shopapp itself: written from templates/mail, queued in a store's outbox."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shopapp import clock
from shopapp.config import ROOT, Config
from shopapp.connections import mailboxes
from shopapp.connectors.errors import Misconfigured
from shopapp.db import Session
from shopapp.ids import new_id
from shopapp.mail import composing, outbox
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail, OutboundState
from shopapp.mail.queries import default_mailbox
from shopapp.mail.states import on_outcome

_TEMPLATES = Environment(  # noqa: S701  # plain text has nothing to escape
    loader=FileSystemLoader(ROOT / "templates" / "mail"),
    undefined=StrictUndefined,
    trim_blocks=True,
)
_OVER = (OutboundState.SENT, OutboundState.FAILED, OutboundState.CANCELLED)


def send(
    session: Session, template: str, *, to: str, key: str, config: Config, **words: Any
) -> OutboundMail:
    """Queue the mail `template` to one address, with the store's other mail.

    The template's first line is the subject. The same `key` is sent once.
    """
    subject, _, text = _TEMPLATES.get_template(template).render(**words).partition("\n")
    mailbox, sender = _sender(session, config)
    message_id = f"<{new_id()}@{sender.email.rpartition('@')[2]}>"
    return outbox.queue(
        session,
        kind=OutboundKind.ACCOUNT,
        mailbox=mailbox,
        message_id=message_id,
        content=_composed(message_id, sender, to, subject, text),
        envelope_from=sender.email,
        recipients=[to],
        subject=subject,
        approved_by=None,
        idempotency_key=key,
        not_before=clock.now(),
    )


def forget(_session: Session, mail: OutboundMail) -> None:
    """A letter that left, or never will, is kept without its text: there is a link in it."""
    if mail.state in _OVER:
        mail.content = b""


def _composed(
    message_id: str, sender: composing.Address, to: str, subject: str, text: str
) -> bytes:
    return composing.compose(
        message_id=message_id,
        sender=sender,
        to=[composing.Address(to)],
        subject=subject,
        text=text,
        date=clock.now(),
        auto_submitted="auto-generated",
    )


def _sender(session: Session, config: Config) -> tuple[Mailbox | None, composing.Address]:
    """A store's own server takes mail from the store's own address; any other from MAIL_FROM."""
    mailbox = default_mailbox(session)
    if mailbox is not None and _has_own_server(session, config):
        return mailbox, composing.Address(mailbox.address, mailbox.display_name)
    name, address = parseaddr(config.mail_from)
    return None, composing.Address(address, name or "shopapp")


def _has_own_server(session: Session, config: Config) -> bool:
    try:
        return mailboxes.route(session, config=config).origin is mailboxes.Origin.STORE
    except Misconfigured:
        return True


on_outcome(OutboundKind.ACCOUNT, forget)
