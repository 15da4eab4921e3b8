"""Mailboxes, raw mail and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import undefer

from shopapp.db import Session
from shopapp.mail.models import (
    Mailbox,
    MailUpload,
    OutboundMail,
    OutboundState,
    RawMail,
    RawState,
)
from shopapp.mail.originals import Original

_ORIGINALS = select(RawMail.id, RawMail.content, RawMail.file)


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


def mailboxes_by_id(session: Session) -> dict[str, Mailbox]:
    """The store's mailboxes by their ids."""
    return {each.id: each for each in session.scalars(select(Mailbox).order_by(Mailbox.id))}


def known_digests(session: Session, mailbox: Mailbox, digests: Sequence[str]) -> Sequence[str]:
    """Those of these sha256s that a mail of the mailbox has."""
    return session.scalars(
        select(RawMail.sha256).where(RawMail.mailbox_id == mailbox.id, RawMail.sha256.in_(digests))
    ).all()


def mailboxes(session: Session) -> Sequence[Mailbox]:
    """Every mailbox of the store, the one new mail leaves from first."""
    return session.scalars(
        select(Mailbox).order_by(Mailbox.is_default.desc(), Mailbox.address)
    ).all()


def mailbox(session: Session, mailbox_id: str) -> Mailbox | None:
    """The mailbox with this id."""
    return session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id))


def own_addresses(session: Session) -> frozenset[str]:
    """The addresses of the store's mailboxes, lower case."""
    return frozenset(each.lower() for each in session.scalars(select(Mailbox.address)))


def quarantined_of(session: Session, mailbox_id: str, limit: int = 50) -> Sequence[RawMail]:
    """The mailbox's mail that could not become a message, newest first."""
    bad = (RawMail.mailbox_id == mailbox_id, RawMail.state == RawState.QUARANTINED)
    return session.scalars(
        select(RawMail).where(*bad).order_by(RawMail.created_at.desc()).limit(limit)
    ).all()


def mailbox_at(session: Session, address: str) -> Mailbox | None:
    """The mailbox with this address, whatever its letters' case."""
    return session.scalar(select(Mailbox).where(func.lower(Mailbox.address) == address.lower()))


def raw_by_digest(session: Session, mailbox: Mailbox, sha256: str) -> RawMail | None:
    """The mail of a mailbox with exactly these bytes."""
    return session.scalar(
        select(RawMail).where(RawMail.mailbox_id == mailbox.id, RawMail.sha256 == sha256)
    )


def raw(session: Session, raw_id: str) -> RawMail | None:
    """One raw mail with the bytes that lie in its row."""
    return session.scalar(
        select(RawMail).options(undefer(RawMail.content)).where(RawMail.id == raw_id)
    )


def original(session: Session, raw_id: str) -> Original | None:
    """Where the bytes of a mail lie, whatever became of it."""
    found = session.execute(_ORIGINALS.where(RawMail.id == raw_id)).one_or_none()
    return Original(*found) if found else None


def originals_to_read(session: Session, raw_ids: Sequence[str]) -> list[Original]:
    """Where the bytes of those of these mails lie that wait to be read, oldest first."""
    waits = (RawMail.id.in_(raw_ids), RawMail.state == RawState.STORED)
    rows = session.execute(_ORIGINALS.where(*waits).order_by(RawMail.id))
    return [Original(*row) for row in rows]


def sizes(session: Session, raw_ids: Sequence[str]) -> list[tuple[str, int]]:
    """Ids and bytes of these mails, oldest first."""
    query = select(RawMail.id, RawMail.size).where(RawMail.id.in_(raw_ids)).order_by(RawMail.id)
    return [(raw_id, size) for raw_id, size in session.execute(query)]


def raw_to_read(session: Session, raw_ids: Sequence[str]) -> Sequence[RawMail]:
    """Those of these mails that wait and nobody else reads, without their bytes, oldest first.

    They are kept from other readers until the transaction ends.
    """
    return session.scalars(
        select(RawMail)
        .where(RawMail.id.in_(raw_ids), RawMail.state == RawState.STORED)
        .order_by(RawMail.id)
        .with_for_update(skip_locked=True)
    ).all()


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits to be read; `size` in bytes."""

    id: str
    created_at: datetime
    size: int


def waiting(session: Session, limit: int, *, after: Waiting | None = None) -> Sequence[Waiting]:
    """Mail that is stored but not yet parsed, oldest first, from behind `after`."""
    key = (RawMail.created_at, RawMail.id)
    query = select(RawMail.id, RawMail.created_at, RawMail.size)
    query = query.where(RawMail.state == RawState.STORED).order_by(*key).limit(limit)
    if after is not None:
        query = query.where(tuple_(*key) > (after.created_at, after.id))
    return [Waiting(*row) for row in session.execute(query)]


def waiting_of(session: Session, mailbox_id: str) -> Sequence[str]:
    """Ids of a mailbox's mail that is stored but not yet parsed, oldest first."""
    waits = (RawMail.mailbox_id == mailbox_id, RawMail.state == RawState.STORED)
    return session.scalars(select(RawMail.id).where(*waits).order_by(RawMail.id)).all()


def readable(session: Session) -> Sequence[Mailbox]:
    """The mailboxes that are read from a server."""
    active = select(Mailbox).where(Mailbox.is_active).order_by(Mailbox.id)
    return [each for each in session.scalars(active) if each.imap]


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


def uploads(session: Session, limit: int = 20) -> Sequence[MailUpload]:
    """Files of mail that people brought, newest first."""
    newest = (MailUpload.created_at.desc(), MailUpload.id.desc())
    return session.scalars(select(MailUpload).order_by(*newest).limit(limit)).all()


def upload(session: Session, upload_id: str) -> MailUpload | None:
    """One of them."""
    return session.scalar(select(MailUpload).where(MailUpload.id == upload_id))
