"""Shadow mode: a mailbox that is read and drafted for, and from which nothing leaves."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.mail.models import Mailbox, OutboundMail
from shopapp.refusals import Invalid


class Shadowed(Invalid):
    """Nothing leaves a shadow mailbox, whoever approved it."""


def refuse_shadow(mailbox: Mailbox | None) -> None:
    """Raises Shadowed for a mailbox in shadow mode; the outbox asks this of every mail."""
    if mailbox is not None and mailbox.is_shadow:
        message = f"Shadow: you can write and compare, but nothing leaves {mailbox.address}."
        raise Shadowed(message, "body")


def may_leave() -> ColumnElement[bool]:
    """Whether the mailbox of an outgoing mail lets it go: the floor that `sending` stands on."""
    shadow = select(Mailbox.id).where(Mailbox.id == OutboundMail.mailbox_id, Mailbox.is_shadow)
    return ~shadow.exists()


def enter(session: Session, mailbox: Mailbox, *, by: User) -> Mailbox:
    """From now on nothing leaves; what waits in the outbox comes back instead of leaving."""
    return _switch(session, mailbox, is_shadow=True, by=by)


def leave(session: Session, mailbox: Mailbox, *, by: User) -> Mailbox:
    """From now on approved replies leave this mailbox."""
    return _switch(session, mailbox, is_shadow=False, by=by)


def _switch(session: Session, mailbox: Mailbox, *, is_shadow: bool, by: User) -> Mailbox:
    before = mailbox.is_shadow
    if before is not is_shadow:
        mailbox.is_shadow = is_shadow
        record(
            session,
            "mailbox.shadowed" if is_shadow else "mailbox.unshadowed",
            mailbox,
            by=by,
            before={"is_shadow": before},
            after={"is_shadow": is_shadow},
        )
    return mailbox
