"""What the outbox holds: a message's mail, what waits for a person, which mailbox writes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from shopapp.db import Session
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState


def outbound_mail(session: Session, mail_id: str) -> OutboundMail | None:
    """The outgoing mail with this id."""
    return session.scalar(select(OutboundMail).where(OutboundMail.id == mail_id))


def mail_of_message(session: Session, ticket_message_id: str) -> OutboundMail | None:
    """The newest outgoing mail of a ticket's message."""
    return session.scalar(
        select(OutboundMail)
        .where(OutboundMail.ticket_message_id == ticket_message_id)
        .order_by(OutboundMail.id.desc())
        .limit(1)
    )


def mail_in_doubt(session: Session, limit: int = 50) -> Sequence[OutboundMail]:
    """Mail whose delivery is unknown: a person has to look; the oldest first."""
    return session.scalars(
        select(OutboundMail)
        .where(OutboundMail.state == OutboundState.UNKNOWN)
        .order_by(OutboundMail.not_before, OutboundMail.id)
        .limit(limit)
    ).all()


def outbox_counts(session: Session) -> dict[OutboundState, int]:
    """How many outgoing mails stand where."""
    rows = session.execute(select(OutboundMail.state, func.count()).group_by(OutboundMail.state))
    return dict(rows.all())


def default_mailbox(session: Session) -> Mailbox | None:
    """The mailbox that writes when nobody chose one: the store's default, else its first."""
    return session.scalar(select(Mailbox).order_by(Mailbox.is_default.desc(), Mailbox.id).limit(1))
