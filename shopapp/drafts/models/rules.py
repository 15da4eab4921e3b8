"""StyleRule and StyleExample: what edits taught about style, and where it was seen."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import choice
from shopapp.db import Base, Versioned, ref
from shopapp.tenancy import StoreOwned


class RuleState(enum.StrEnum):
    """`proposed` waits for a person; `accepted` is followed; `reverted` was, and is no longer."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVERTED = "reverted"


class StyleRule(StoreOwned, Versioned, Base):
    """A rule drafts follow once a person accepted it.

    `origin` is the sentence that was proposed, `text` the one that is followed: people may edit it.
    `seen` edits of `chances` drafts speak for it. It holds for one mailbox or intent where given.
    """

    __tablename__ = "style_rule"
    __table_args__ = (
        UniqueConstraint("store_id", "origin"),
        Index(None, "store_id", "state", "updated_at"),
    )

    origin: Mapped[str]
    text: Mapped[str]
    state: Mapped[RuleState] = mapped_column(choice(RuleState, "state"), default=RuleState.PROPOSED)
    seen: Mapped[int]
    chances: Mapped[int]
    mailbox_id: Mapped[str | None] = ref("mailbox.id", ondelete="SET NULL")
    intent: Mapped[str | None]
    decided_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    examples: Mapped[list[StyleExample]] = relationship(lazy="raise")


class StyleExample(StoreOwned, Base):
    """An edit that speaks for a rule: the draft's words and what they became."""

    __tablename__ = "style_example"
    __table_args__ = (UniqueConstraint("store_id", "style_rule_id", "ai_draft_id"),)

    style_rule_id: Mapped[str] = ref("style_rule.id")
    ai_draft_id: Mapped[str] = ref("ai_draft.id")
    before: Mapped[str]
    after: Mapped[str]
