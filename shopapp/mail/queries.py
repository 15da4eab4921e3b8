"""Mailboxes, raw mail and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from shopapp.db import Session
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState, RawMail, RawState


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a store received: stored = parsed + quarantined + waiting."""

    stored: int
    parsed: int
    quarantined: int
    waiting: int


def default_mailbox(session: Session) -> Mailbox | None:
    """The mailbox replies leave from."""
    return session.scalar(select(Mailbox).order_by(Mailbox.is_default.desc(), Mailbox.id).limit(1))


def mailboxes(session: Session) -> Sequence[Mailbox]:
    """Every mailbox, the one replies leave from first."""
    return session.scalars(
        select(Mailbox).order_by(Mailbox.is_default.desc(), Mailbox.address)
    ).all()


def mailbox(session: Session, mailbox_id: str) -> Mailbox | None:
    """One mailbox."""
    return session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id))


def mailbox_at(session: Session, address: str) -> Mailbox | None:
    """The mailbox with this address, whatever its letters' case."""
    return session.scalar(select(Mailbox).where(func.lower(Mailbox.address) == address.lower()))


def raw_by_digest(session: Session, mailbox: Mailbox, sha256: str) -> RawMail | None:
    """The mail of a mailbox with exactly these bytes."""
    return session.scalar(
        select(RawMail).where(RawMail.mailbox_id == mailbox.id, RawMail.sha256 == sha256)
    )


def raw(session: Session, raw_id: str) -> RawMail | None:
    """One raw mail with its bytes."""
    return session.scalar(
        select(RawMail).options(undefer(RawMail.content)).where(RawMail.id == raw_id)
    )


def raw_to_read(session: Session, raw_id: str) -> RawMail | None:
    """A raw mail that waits, with its bytes, kept from other readers until the transaction ends."""
    return session.scalar(
        select(RawMail)
        .options(undefer(RawMail.content))
        .where(RawMail.id == raw_id, RawMail.state == RawState.STORED)
        .with_for_update()
    )


def ledger(session: Session) -> Ledger:
    """The counts by state, in one statement."""
    grouped = select(RawMail.state, func.count()).group_by(RawMail.state)
    counts = dict(session.execute(grouped).all())
    return Ledger(
        stored=sum(counts.values()),
        parsed=counts.get(RawState.PARSED, 0),
        quarantined=counts.get(RawState.QUARANTINED, 0),
        waiting=counts.get(RawState.STORED, 0),
    )


def quarantined(session: Session) -> Sequence[RawMail]:
    """Mail that could not become a message, newest first."""
    return session.scalars(
        select(RawMail)
        .where(RawMail.state == RawState.QUARANTINED)
        .order_by(RawMail.created_at.desc())
        .limit(200)
    ).all()


def waiting(session: Session) -> Sequence[str]:
    """Ids of mail that is stored but not yet parsed, oldest first."""
    return session.scalars(
        select(RawMail.id).where(RawMail.state == RawState.STORED).order_by(RawMail.id)
    ).all()


def outbound_of(session: Session, ticket_message_id: str) -> OutboundMail | None:
    """The newest outbox row of a reply that was not taken back."""
    return session.scalar(
        select(OutboundMail)
        .where(
            OutboundMail.ticket_message_id == ticket_message_id,
            OutboundMail.state != OutboundState.CANCELLED,
        )
        .order_by(OutboundMail.id.desc())
        .limit(1)
    )


def outbound_mail(session: Session, mail_id: str) -> OutboundMail | None:
    """The outgoing mail with this id."""
    return session.scalar(select(OutboundMail).where(OutboundMail.id == mail_id))


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
