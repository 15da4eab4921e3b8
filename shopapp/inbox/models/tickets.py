"""Tickets and what belongs to them: messages, aliases, tags, attachments, macros, events."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.accounts.models import User
from shopapp.catalog.models import Customer
from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, index_where, ref, unique_where
from shopapp.mail.models import Mailbox, OutboundMail
from shopapp.tenancy import StoreOwned


class TicketStatus(enum.StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    SPAM = "spam"
    ARCHIVED = "archived"


class Priority(enum.StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class AuthorType(enum.StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    AUTOMATION = "automation"
    AI = "ai"


class Direction(enum.StrEnum):
    IN = "in"
    OUT = "out"


class DeliveryState(enum.StrEnum):
    """Where a message stands: `received` and `note` never leave; `draft` is being written."""

    RECEIVED = "received"
    NOTE = "note"
    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"


class Ticket(StoreOwned, Versioned, Base):
    """A conversation with a customer. `draft_ready` is kept by the drafter for the list's view.

    `waiting_since`: the first customer message that no reply of ours answered yet. `scheduled_for`:
    when the reply leaves that somebody gave a time.
    `response_from` and `resolution_from`: where the clocks of the service levels began, moved on by
    every pause; `paused_at`: since when they stand still.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("store_id", "number"),
        Index(None, "store_id", "status", "last_message_at", "id"),
        Index(None, "store_id", "assignee_id", "status", "last_message_at", "id"),
        Index(None, "store_id", "draft_ready", "status", "last_message_at", "id"),
        Index(None, "store_id", "customer_email", "last_message_at"),
        Index(None, "store_id", "last_message_at", "id"),
        Index(None, "store_id", "closed_at"),
        Index(None, "store_id", "updated_at"),
    )

    number: Mapped[int]
    subject: Mapped[str]
    status: Mapped[TicketStatus] = mapped_column(
        choice(TicketStatus, "status"), default=TicketStatus.OPEN
    )
    priority: Mapped[Priority] = mapped_column(
        choice(Priority, "priority"), default=Priority.NORMAL
    )
    channel: Mapped[str] = mapped_column(default="email")
    mailbox_id: Mapped[str | None] = ref("mailbox.id", ondelete="SET NULL")
    assignee_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    customer_email: Mapped[str] = mapped_column(default="")
    customer_name: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[str | None] = ref("customer.id", ondelete="SET NULL")
    shopify_order_id: Mapped[str | None]
    preview: Mapped[str] = mapped_column(default="")
    draft_ready: Mapped[bool] = mapped_column(default=False)
    first_response_due_at: Mapped[datetime | None]
    next_response_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    scheduled_for: Mapped[datetime | None]
    last_message_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    last_replied_at: Mapped[datetime | None]
    response_from: Mapped[datetime | None]
    resolution_from: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    spam_score: Mapped[int | None]
    spam_reasons: Mapped[list[str] | None] = mapped_column(Json(list[str]))
    merged_into_id: Mapped[str | None] = ref("ticket.id", ondelete="SET NULL")
    linked_ticket_id: Mapped[str | None] = ref("ticket.id", ondelete="SET NULL")

    assignee: Mapped[User | None] = relationship(lazy="raise")
    mailbox: Mapped[Mailbox | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")


index_where(
    *("ix_ticket_merged", Ticket.store_id, Ticket.merged_into_id),
    where=Ticket.merged_into_id.is_not(None),
)


class TicketMessage(StoreOwned, Versioned, Base):
    """One message or note. A reply being written is a message in state `draft`, one a ticket.

    `is_forged`: our server found that it is not from whom it says (DMARC failed).
    """

    __tablename__ = "ticket_message"
    __table_args__ = (
        Index(None, "store_id", "ticket_id", "sent_at", "id"),
        Index(None, "store_id", "sent_at"),
        Index(None, "store_id", "message_id"),
    )

    ticket_id: Mapped[str] = ref("ticket.id")
    raw_mail_id: Mapped[str | None] = ref("raw_mail.id", ondelete="SET NULL")
    author_type: Mapped[AuthorType] = mapped_column(choice(AuthorType, "author_type"))
    author_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    author_name: Mapped[str] = mapped_column(default="")
    author_email: Mapped[str] = mapped_column(default="")
    recipients: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    cc: Mapped[list[str]] = mapped_column(Json(list[str]), default=list, server_default="[]")
    bcc: Mapped[list[str]] = mapped_column(Json(list[str]), default=list, server_default="[]")
    reply_to: Mapped[list[str]] = mapped_column(Json(list[str]), default=list, server_default="[]")
    direction: Mapped[Direction] = mapped_column(choice(Direction, "direction"))
    kind: Mapped[str] = mapped_column(default="normal")
    subject: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    references: Mapped[list[str]] = mapped_column("reference_ids", Json(list[str]), default=list)
    body_html: Mapped[str | None] = mapped_column(deferred=True)
    body_text: Mapped[str] = mapped_column(default="")
    visible_text: Mapped[str] = mapped_column(default="")
    quoted_text: Mapped[str] = mapped_column(default="")
    signature_text: Mapped[str] = mapped_column(default="")
    is_internal_note: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    threading_reason: Mapped[str] = mapped_column(default="")
    delivery_state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "delivery_state"))
    delivery_detail: Mapped[str | None]
    sent_at: Mapped[datetime]
    is_forged: Mapped[bool] = mapped_column(default=False, server_default=false())

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    author: Mapped[User | None] = relationship(lazy="raise")
    attachments: Mapped[list[Attachment]] = relationship(lazy="raise")
    outbound: Mapped[list[OutboundMail]] = relationship(lazy="raise", viewonly=True)


unique_where(
    "uq_ticket_message_draft",
    TicketMessage.store_id,
    TicketMessage.ticket_id,
    where=TicketMessage.delivery_state == DeliveryState.DRAFT,
)


class Tag(StoreOwned, Base):
    """A word tickets are sorted by; `name` is lower case, without spaces at its ends."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("store_id", "name"),)

    name: Mapped[str]


class TicketTag(StoreOwned, Base):
    """A tag of a ticket."""

    __tablename__ = "ticket_tag"
    __table_args__ = (UniqueConstraint("store_id", "ticket_id", "tag_id"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    tag_id: Mapped[str] = ref("tag.id")


class MessageAlias(StoreOwned, Base):
    """Every message id ever seen in a header, and the ticket it belongs to."""

    __tablename__ = "message_alias"
    __table_args__ = (UniqueConstraint("store_id", "message_id", "ticket_id"),)

    message_id: Mapped[str]
    ticket_id: Mapped[str] = ref("ticket.id")

    ticket: Mapped[Ticket] = relationship(lazy="raise")


class ScanState(enum.StrEnum):
    """What the virus scanner said of a file; `unscanned` also where there is no scanner."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class Attachment(StoreOwned, Base):
    """A file of a message; its bytes are kept by mail.files under their sha256 (hex)."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "store_id", "sha256"),)

    ticket_message_id: Mapped[str] = ref("ticket_message.id")
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content_id: Mapped[str | None]
    is_inline: Mapped[bool] = mapped_column(default=False)
    scan_state: Mapped[ScanState] = mapped_column(
        choice(ScanState, "scan_state"),
        default=ScanState.UNSCANNED,
        server_default=ScanState.UNSCANNED,
    )
    scan_detail: Mapped[str | None]


class Mention(StoreOwned, Base):
    """Somebody was named in a note; `seen_at` is when they said they had read it."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_message_id", "user_id"),
        Index(None, "store_id", "user_id", "created_at"),
    )

    ticket_message_id: Mapped[str] = ref("ticket_message.id")
    user_id: Mapped[str] = ref("app_user.id")
    seen_at: Mapped[datetime | None]

    message: Mapped[TicketMessage] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")


class TicketEvent(StoreOwned, Base):
    """A line of a ticket's timeline: assigned, closed, reopened, sent …"""

    __tablename__ = "ticket_event"
    __table_args__ = (Index(None, "store_id", "ticket_id", "created_at"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    kind: Mapped[str]
    actor_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    actor_name: Mapped[str] = mapped_column(default="shopapp")
    detail: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, str | int | None]), default=dict)

    ticket: Mapped[Ticket] = relationship(lazy="raise")
