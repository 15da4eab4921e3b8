"""Mailbox, RawMail and OutboundMail: what came in byte for byte, and the outbox."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref
from shopapp.tenancy import StoreOwned


class RawState(enum.StrEnum):
    STORED = "stored"
    PARSED = "parsed"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class OutboundState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class OutboundKind(enum.StrEnum):
    REPLY = "reply"
    VENDOR = "vendor"
    ACCOUNT = "account"
    DIGEST = "digest"


class SignIn(enum.StrEnum):
    """How we sign in to a mailbox's servers: a password, or a consent given there (OAuth 2)."""

    PASSWORD = "password"  # noqa: S105 - the way, not the word
    GOOGLE = "google"
    MICROSOFT = "microsoft"


class Mailbox(StoreOwned, Versioned, Base):
    """An address of the store, with the servers its mail comes from and leaves by.

    A shadow mailbox is read and drafted for, and nothing else: it cannot send, move or mark.
    `failing_since` and `last_error` say what is wrong with reading it, both None when all is well.
    `signature` goes under replies; None is the store's.
    """

    __tablename__ = "mailbox"
    __table_args__ = (UniqueConstraint("store_id", "address"),)

    address: Mapped[str]
    display_name: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    imap: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, str | int]))
    smtp: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, str | int]))
    cursor: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, int]))
    sign_in: Mapped[SignIn] = mapped_column(
        choice(SignIn, "sign_in"), default=SignIn.PASSWORD, server_default=SignIn.PASSWORD
    )
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_shadow: Mapped[bool] = mapped_column(default=False, server_default=false())
    signature: Mapped[str | None]
    last_synced_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None]


class RawMail(StoreOwned, Base):
    """A message exactly as it arrived. `sha256` is hex; equal bytes in a mailbox are one row."""

    __tablename__ = "raw_mail"
    __table_args__ = (
        UniqueConstraint("store_id", "mailbox_id", "sha256"),
        UniqueConstraint("store_id", "mailbox_id", "uidvalidity", "uid"),
        Index(None, "store_id", "state", "created_at"),
    )

    mailbox_id: Mapped[str] = ref("mailbox.id")
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    file: Mapped[str | None]
    origin: Mapped[str] = mapped_column(default="")
    state: Mapped[RawState] = mapped_column(choice(RawState, "state"), default=RawState.STORED)
    error: Mapped[str | None]
    received_at: Mapped[datetime]
    parsed_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="raise")


class OutboundMail(StoreOwned, Base):
    """The outbox. What an AI or a person wrote leaves only with `approved_by_id`."""

    __tablename__ = "outbound_mail"
    __table_args__ = (
        UniqueConstraint("store_id", "idempotency_key"),
        UniqueConstraint("store_id", "message_id"),
        Index(None, "store_id", "state", "not_before"),
        CheckConstraint(
            "approved_by_id IS NOT NULL OR kind IN ('account', 'digest') "
            "OR state IN ('queued', 'cancelled')",
            name="approved",
        ),
    )

    kind: Mapped[OutboundKind] = mapped_column(choice(OutboundKind, "kind"))
    mailbox_id: Mapped[str | None] = ref("mailbox.id", ondelete="SET NULL")
    ticket_message_id: Mapped[str | None] = ref("ticket_message.id", ondelete="SET NULL")
    idempotency_key: Mapped[str]
    message_id: Mapped[str]
    envelope_from: Mapped[str]
    recipients: Mapped[list[str]] = mapped_column(Json(list[str]))
    subject: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    state: Mapped[OutboundState] = mapped_column(
        choice(OutboundState, "state"), default=OutboundState.QUEUED
    )
    approved_by_id: Mapped[str | None] = ref("app_user.id", ondelete="RESTRICT")
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    transport: Mapped[str | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox | None] = relationship(lazy="raise")


class DomainCheck(StoreOwned, Base):
    """What the domain of a mailbox said last about its mail; `findings` are dns.shapes.Finding.

    `selector` is a DKIM selector somebody typed, None where the usual ones are tried.
    """

    __tablename__ = "domain_check"
    __table_args__ = (UniqueConstraint("store_id", "mailbox_id"),)

    mailbox_id: Mapped[str] = ref("mailbox.id")
    domain: Mapped[str]
    selector: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json(list[dict[str, str]]), default=list)
    checked_at: Mapped[datetime | None]
