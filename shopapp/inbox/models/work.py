"""What working tickets keeps: settings, snoozes, service levels met, senders, rules, ratings."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref
from shopapp.tenancy import StoreOwned


class Awaits(enum.StrEnum):
    """What brings a snoozed ticket back, besides the customer, who always does."""

    TIME = "time"
    REPLY = "reply"
    DELIVERY = "delivery"
    RESTOCK = "restock"


class Target(enum.StrEnum):
    """What a service level promises."""

    FIRST = "first"
    NEXT = "next"
    RESOLUTION = "resolution"


class Trigger(enum.StrEnum):
    """When a rule looks at a ticket."""

    NEW = "new"
    REPLY = "reply"
    SILENCE = "silence"


class Score(enum.StrEnum):
    """What a customer thought of our help."""

    GOOD = "good"
    OK = "ok"
    BAD = "bad"


class InboxSettings(StoreOwned, Versioned, Base):
    """How the store works its tickets, one row a store; none is everything at its default."""

    __tablename__ = "inbox_settings"
    __table_args__ = (UniqueConstraint("store_id"),)

    levels: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    holidays: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    assignment: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    spam: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    survey: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)


class TicketSnooze(StoreOwned, Base):
    """A snoozed ticket and what it waits for; `until` wakes it in any case."""

    __tablename__ = "ticket_snooze"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_id"),
        Index(None, "store_id", "until"),
    )

    ticket_id: Mapped[str] = ref("ticket.id")
    awaits: Mapped[Awaits] = mapped_column(choice(Awaits, "awaits"))
    until: Mapped[datetime | None]
    order_id: Mapped[str | None] = ref("sales_order.id")
    variant_id: Mapped[str | None] = ref("variant.id")


class ServiceOutcome(StoreOwned, Base):
    """A promise that was met or broken. `since` is the start of the wait it was made for."""

    __tablename__ = "service_outcome"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_id", "target", "since"),
        Index(None, "store_id", "due_at"),
    )

    ticket_id: Mapped[str] = ref("ticket.id")
    target: Mapped[Target] = mapped_column(choice(Target, "target"))
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]


class SenderVerdict(StoreOwned, Base):
    """An address (lower case) people called a spammer's, or no spammer's."""

    __tablename__ = "sender_verdict"
    __table_args__ = (UniqueConstraint("store_id", "address"),)

    address: Mapped[str]
    is_blocked: Mapped[bool]


class InboxRule(StoreOwned, Versioned, Base):
    """An ordered rule; `inbox.ruling` reads its conditions and actions. `trial` is a dry run."""

    __tablename__ = "inbox_rule"
    __table_args__ = (Index(None, "store_id", "position"),)

    position: Mapped[int]
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=False)
    trigger: Mapped[Trigger] = mapped_column(choice(Trigger, "trigger"), default=Trigger.NEW)
    silent_hours: Mapped[int] = mapped_column(default=24)
    needs_all: Mapped[bool] = mapped_column(default=True)
    conditions: Mapped[list[dict[str, str]]] = mapped_column(
        Json(list[dict[str, str]]), default=list
    )
    actions: Mapped[list[dict[str, str]]] = mapped_column(Json(list[dict[str, str]]), default=list)
    trial: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, Any]))
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class RuleRun(StoreOwned, Base):
    """A rule acted on a ticket; once an `occasion` (a message, or the start of a silence)."""

    __tablename__ = "rule_run"
    __table_args__ = (UniqueConstraint("store_id", "rule_id", "ticket_id", "occasion"),)

    rule_id: Mapped[str] = ref("inbox_rule.id")
    ticket_id: Mapped[str] = ref("ticket.id")
    macro_id: Mapped[str | None] = ref("macro.id", ondelete="SET NULL")
    occasion: Mapped[str]


class CsatRating(StoreOwned, Base):
    """A survey that was sent, and its answer; `asked_email` is lower case."""

    __tablename__ = "csat_rating"
    __table_args__ = (
        Index(None, "store_id", "asked_email", "asked_at"),
        Index(None, "store_id", "rated_at"),
    )

    ticket_id: Mapped[str] = ref("ticket.id")
    asked_email: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    score: Mapped[Score | None] = mapped_column(choice(Score, "score"))
    comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
