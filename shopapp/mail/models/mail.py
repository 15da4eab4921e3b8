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
    SURVEY = "survey"


AUTOMATIC = (OutboundKind.ACCOUNT, OutboundKind.DIGEST, OutboundKind.SURVEY)
"""Mail that shopapp writes itself, and that leaves without an approver."""


class SignIn(enum.StrEnum):
    """How we sign in to a mailbox's servers: a password, or a consent given there (OAuth 2)."""

    PASSWORD = "password"  # noqa: S105 - the way, not the word
    GOOGLE = "google"
    MICROSOFT = "microsoft"


class FolderRole(enum.StrEnum):
    """What a folder of a mailbox's server is to us."""

    INBOX = "inbox"
    SENT = "sent"
    OTHER = "other"


class Mailbox(StoreOwned, Versioned, Base):
    """An address of the store, with the servers its mail comes from and leaves by.

    A shadow mailbox is read and drafted for, and nothing else: it cannot send, move or mark.
    `failing_since` and `last_error` say what is wrong with reading it, both None when all is well.
    `signature` goes under replies; None is the store's. `is_drafted`: new mail gets an AI draft.
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
    is_drafted: Mapped[bool] = mapped_column(default=True, server_default=true())
    signature: Mapped[str | None]
    last_synced_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None]


class RawMail(StoreOwned, Base):
    """A message exactly as it arrived. `sha256` is hex; equal bytes in a mailbox are one row.

    Its bytes are in `content`, or under their sha256 in `file` (see originals), until forgotten.
    `uidvalidity` and `uid` stay empty: two folders may share a UIDVALIDITY, and the same bytes may
    lie in both. Where a mail lies on its server is a MailEntry's.
    """

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
    """The outbox. What an AI or a person wrote leaves only with `approved_by_id`.

    `send_at` is the time somebody chose, None to leave as soon as undo has passed; when the
    customer writes before it, the mail stays, unless `send_anyway`. `enclosures` name the files
    that are put into `content` as it leaves: filename, content_type, sha256.
    """

    __tablename__ = "outbound_mail"
    __table_args__ = (
        UniqueConstraint("store_id", "idempotency_key"),
        UniqueConstraint("store_id", "message_id"),
        Index(None, "store_id", "state", "not_before"),
        CheckConstraint(
            "approved_by_id IS NOT NULL OR kind IN ('account', 'digest', 'survey') "
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
    enclosures: Mapped[list[dict[str, Any]]] = mapped_column(
        Json(list[dict[str, str]]), default=list, server_default="[]"
    )
    state: Mapped[OutboundState] = mapped_column(
        choice(OutboundState, "state"), default=OutboundState.QUEUED
    )
    approved_by_id: Mapped[str | None] = ref("app_user.id", ondelete="RESTRICT")
    not_before: Mapped[datetime]
    send_at: Mapped[datetime | None]
    send_anyway: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0)
    transport: Mapped[str | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox | None] = relationship(lazy="raise")


class MailHook(StoreOwned, Base):
    """An address that a mail provider posts a mailbox's mail to; `token` is its public part.

    Its secret is sealed beside it (connections.hooks); until `previous_until` the one before it is
    taken as well. `failures` counts what was refused since the last delivery.
    """

    __tablename__ = "mail_hook"
    __table_args__ = (UniqueConstraint("store_id", "token"),)

    mailbox_id: Mapped[str] = ref("mailbox.id")
    token: Mapped[str]
    previous_until: Mapped[datetime | None]
    deliveries: Mapped[int] = mapped_column(default=0)
    last_delivery_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="raise")


class UploadState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MailUpload(StoreOwned, Base):
    """A file of mail that a person brought: how far its import is, and what became of it.

    The bytes lie in the instance folder until the import is over. `reasons` names the first of
    what was refused as [place, reason].
    """

    __tablename__ = "mail_upload"
    __table_args__ = (Index(None, "store_id", "created_at", "id"),)

    mailbox_id: Mapped[str] = ref("mailbox.id")
    filename: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[UploadState] = mapped_column(
        choice(UploadState, "state"), default=UploadState.WAITING
    )
    counts: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]), default=dict)
    reasons: Mapped[list[list[str]]] = mapped_column(Json(list[list[str]]), default=list)
    error: Mapped[str | None]
    job_id: Mapped[str | None] = ref("job.id", ondelete="SET NULL")
    brought_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    finished_at: Mapped[datetime | None]


class AddressMark(enum.StrEnum):
    """What we know against writing to an address."""

    UNDELIVERABLE = "undeliverable"
    COMPLAINED = "complained"


class MarkedAddress(StoreOwned, Base):
    """An address (lower case) that a bounce or a complaint speaks of; `detail` is what it said."""

    __tablename__ = "marked_address"
    __table_args__ = (UniqueConstraint("store_id", "address"),)

    address: Mapped[str]
    mark: Mapped[AddressMark] = mapped_column(choice(AddressMark, "mark"))
    detail: Mapped[str] = mapped_column(default="")


class AutomaticMail(StoreOwned, Base):
    """A mail that we sent to an address (lower case) by ourselves, at `created_at`."""

    __tablename__ = "automatic_mail"
    __table_args__ = (Index(None, "store_id", "address", "created_at"),)

    address: Mapped[str]


class MailFolder(StoreOwned, Base):
    """A folder on a mailbox's server, and how far it has been read.

    `name` is as on the wire (modified UTF-7). The cursor is (`uidvalidity`, `last_uid`); mail below
    `first_uid` is older than was asked for, `older_count` of it. `server_count` is what the server
    had at `last_synced_at`.
    """

    __tablename__ = "mail_folder"
    __table_args__ = (UniqueConstraint("store_id", "mailbox_id", "name"),)

    mailbox_id: Mapped[str] = ref("mailbox.id")
    name: Mapped[str]
    role: Mapped[FolderRole] = mapped_column(choice(FolderRole, "role"))
    is_followed: Mapped[bool] = mapped_column(default=False)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    first_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    server_count: Mapped[int] = mapped_column(default=0)
    older_count: Mapped[int] = mapped_column(default=0)
    last_synced_at: Mapped[datetime | None]
    error: Mapped[str | None]


class MailEntry(StoreOwned, Base):
    """One mail in one folder of a server, and the bytes we keep of it.

    Without a raw mail it was not taken, and `error` says why; or its bytes were forgotten since.
    `gone_at`: since when the server does not have it any more.
    """

    __tablename__ = "mail_entry"
    __table_args__ = (UniqueConstraint("store_id", "folder_id", "uidvalidity", "uid"),)

    folder_id: Mapped[str] = ref("mail_folder.id")
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    raw_mail_id: Mapped[str | None] = ref("raw_mail.id", ondelete="SET NULL")
    error: Mapped[str | None]
    gone_at: Mapped[datetime | None]
