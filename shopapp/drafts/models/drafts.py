"""AiDraft and AiDraftRevision: what a model proposed and what people made of it."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, ref, unique_where
from shopapp.tenancy import StoreOwned


class DraftState(enum.StrEnum):
    DRAFTING = "drafting"
    PROPOSED = "proposed"
    EDITED = "edited"
    QUEUED = "queued"
    SENT = "sent"
    DISCARDED = "discarded"
    STALE = "stale"
    FAILED = "failed"
    REWORKING = "reworking"
    OFFERED = "offered"
    SET_ASIDE = "set_aside"


ASIDE = (DraftState.REWORKING, DraftState.OFFERED, DraftState.SET_ASIDE)
"""A rework beside the reply in the composer: being written, offered, or not taken."""


class DraftSubject(enum.StrEnum):
    TICKET = "ticket"
    PURCHASE_ORDER = "purchase_order"
    SEO = "seo"


RESULTS = (
    *("subject_type", "state", "edit_class", "model", "version", "prompt_version", "intent"),
    *("mailbox_id", "agent_id", "ned", "kept", "facts_changed", "reward_score"),
    *("tokens_in", "tokens_out", "cost", "latency_ms", "id"),
)
"""What the results are worked out from: an index holds it all, so no wide row is read."""


class AiDraft(StoreOwned, Base):
    """One proposal of a model and its fate. The text people edit is the reply it seeded.

    `intent` is what the mail asks for, by name; `parent_id` the draft this one was reworked from,
    as `wish` says. While it is being written, `content` holds what there is so far. `asked` are the
    messages that left for it, exactly as they did; none where nothing left. `agent_id` is who sent
    or discarded it; `ned`, `kept` and `facts_changed` are of `score`, for counting.
    """

    __tablename__ = "ai_draft"
    __table_args__ = (
        Index(None, "store_id", "state", "created_at"),
        Index(None, "store_id", "created_at", "id"),
        Index(None, "store_id", "subject_type", "subject_id", "created_at"),
        CheckConstraint(
            "state NOT IN ('queued', 'sent') "
            "OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
            name="approved",
        ),
        Index("ix_ai_draft_results", "store_id", "created_at", *RESULTS),
    )

    subject_type: Mapped[DraftSubject] = mapped_column(choice(DraftSubject, "subject_type"))
    subject_id: Mapped[str]
    ticket_message_id: Mapped[str | None] = ref("ticket_message.id", ondelete="SET NULL")
    reply_id: Mapped[str | None] = ref("ticket_message.id", ondelete="SET NULL")
    model: Mapped[str]
    version: Mapped[str]
    content: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    context_packet: Mapped[dict[str, Any] | None] = mapped_column(
        Json(dict[str, Any]), deferred=True
    )
    context_hash: Mapped[str | None]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(
        Json(list[dict[str, str | int | float | bool | list[str] | None]]), default=list
    )
    facts_supported: Mapped[int | None]
    facts_total: Mapped[int | None]
    tokens_in: Mapped[int | None]
    tokens_out: Mapped[int | None]
    latency_ms: Mapped[int | None]
    cost: Mapped[Decimal | None]
    state: Mapped[DraftState] = mapped_column(
        choice(DraftState, "state"), default=DraftState.DRAFTING
    )
    error: Mapped[str | None]
    approved: Mapped[bool] = mapped_column(default=False)
    approved_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    approved_at: Mapped[datetime | None]
    final_text: Mapped[str | None]
    diff: Mapped[list[Any] | None] = mapped_column(Json(list[list[Any]]))
    edit_class: Mapped[str | None]
    reward_score: Mapped[float | None]
    score: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, str | int | float | None]))
    feedback: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, Any]))
    discard_reason: Mapped[str | None]
    prompt_version: Mapped[str | None]
    intent: Mapped[str | None]
    language: Mapped[str | None]
    mailbox_id: Mapped[str | None] = ref("mailbox.id", ondelete="SET NULL")
    parent_id: Mapped[str | None] = ref("ai_draft.id", ondelete="SET NULL")
    wish: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, str]))
    asked: Mapped[list[dict[str, Any]] | None] = mapped_column(
        Json(list[dict[str, str]]), deferred=True
    )
    evidence: Mapped[list[dict[str, Any]] | None] = mapped_column(Json(list[dict[str, Any]]))
    ned: Mapped[float | None]
    kept: Mapped[float | None]
    facts_changed: Mapped[float | None]
    agent_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")


unique_where(
    "uq_ai_draft_working",
    AiDraft.store_id,
    AiDraft.subject_type,
    AiDraft.subject_id,
    where=AiDraft.state.in_(
        [DraftState.DRAFTING, DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED]
    ),
)


class AiDraftRevision(StoreOwned, Base):
    """Every autosave of a reply: by whom and at which version, with or without an AI draft.

    `recipients` holds to, cc and bcc; None for a text that is no reply.
    """

    __tablename__ = "ai_draft_revision"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_message_id", "version"),
        CheckConstraint("ai_draft_id IS NOT NULL OR ticket_message_id IS NOT NULL", name="subject"),
    )

    ai_draft_id: Mapped[str | None] = ref("ai_draft.id")
    ticket_message_id: Mapped[str | None] = ref("ticket_message.id")
    version: Mapped[int]
    body: Mapped[str]
    recipients: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, list[str]]))
    author_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
