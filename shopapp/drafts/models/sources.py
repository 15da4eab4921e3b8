"""SourceFeedback: what a person said of a text that a draft rested on."""

from __future__ import annotations

import enum

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import choice
from shopapp.db import Base, ref
from shopapp.drafts.grounding import PassageKind
from shopapp.tenancy import StoreOwned


class Verdict(enum.StrEnum):
    """`useful` speaks for a source, the others against it; wrong and outdated weigh double."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    OUTDATED = "outdated"
    WRONG = "wrong"


class SourceFeedback(StoreOwned, Base):
    """One person's verdict on one source of one draft; `is_settled` once the text was changed."""

    __tablename__ = "source_feedback"
    __table_args__ = (
        UniqueConstraint("store_id", "ai_draft_id", "source_id", "user_id"),
        Index(None, "store_id", "source_id"),
    )

    ai_draft_id: Mapped[str] = ref("ai_draft.id")
    user_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    kind: Mapped[PassageKind] = mapped_column(choice(PassageKind, "kind"))
    source_id: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    is_settled: Mapped[bool] = mapped_column(default=False)
