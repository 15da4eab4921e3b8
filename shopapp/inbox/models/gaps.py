"""KnowledgeGap and GapExample: what agents add again and again, and where they did."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import choice
from shopapp.db import Base, Versioned, ref
from shopapp.tenancy import StoreOwned


class GapState(enum.StrEnum):
    """`proposed` waits for a person; `filled` became an article."""

    PROPOSED = "proposed"
    FILLED = "filled"
    DISMISSED = "dismissed"


class KnowledgeGap(StoreOwned, Versioned, Base):
    """A statement no source supports that agents added by hand in several tickets.

    `fingerprint` is made of its facts and stems, so that the same statement is proposed once.
    """

    __tablename__ = "knowledge_gap"
    __table_args__ = (
        UniqueConstraint("store_id", "fingerprint"),
        Index(None, "store_id", "state", "updated_at"),
    )

    fingerprint: Mapped[str]
    title: Mapped[str]
    statement: Mapped[str]
    seen: Mapped[int]
    state: Mapped[GapState] = mapped_column(choice(GapState, "state"), default=GapState.PROPOSED)
    article_id: Mapped[str | None] = ref("knowledge_article.id", ondelete="SET NULL")
    decided_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    decided_at: Mapped[datetime | None]

    examples: Mapped[list[GapExample]] = relationship(lazy="raise")


class GapExample(StoreOwned, Base):
    """One ticket in which the statement was added: in which words, to answer what."""

    __tablename__ = "gap_example"
    __table_args__ = (UniqueConstraint("store_id", "knowledge_gap_id", "ticket_id"),)

    knowledge_gap_id: Mapped[str] = ref("knowledge_gap.id")
    ticket_id: Mapped[str] = ref("ticket.id")
    sentence: Mapped[str]
    question: Mapped[str]
