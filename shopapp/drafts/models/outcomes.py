"""DraftOutcome and ComposeTime: what came after a reply, and how long it was worked on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, ref
from shopapp.drafts.models.arms import Arm
from shopapp.tenancy import StoreOwned

AFTERWARDS = ("sent_at", "reopened", "rating", "refunded")
"""What the results count of a draft's outcome: an index holds it, beside the draft."""


class DraftOutcome(StoreOwned, Base):
    """What came after a sent reply: one that a draft seeded, or of a ticket in the comparison.

    Kept beside the reward, never mixed in. `arm` and `intent` stand on the first reply of a ticket
    in the comparison. `seconds` of active composing, None where nothing was measured. `reopened`
    within 7 days and before the next reply; `rating` -1, 0 or 1 of a survey answered within 14
    days; `refunded`: more of the order than `refunded_before`, within 14 days, None without an
    order or where nobody looked in time. `settled_at`: when all that was over; None while it lasts.
    """

    __tablename__ = "draft_outcome"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_message_id"),
        Index(None, "store_id", "sent_at"),
        Index(None, "store_id", "settled_at", "id"),
        Index("ix_draft_outcome_results", "store_id", "ai_draft_id", *AFTERWARDS),
        CheckConstraint("ai_draft_id IS NOT NULL OR arm IS NOT NULL", name="subject"),
        CheckConstraint("rating * rating <= 1", name="rating"),
    )

    ticket_id: Mapped[str] = ref("ticket.id")
    ticket_message_id: Mapped[str] = ref("ticket_message.id")
    ai_draft_id: Mapped[str | None] = ref("ai_draft.id")
    arm: Mapped[Arm | None] = mapped_column(choice(Arm, "arm"))
    intent: Mapped[str | None]
    sent_at: Mapped[datetime]
    seconds: Mapped[int | None]
    reopened: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    refunded: Mapped[bool | None]
    refunded_before: Mapped[Decimal | None]
    settled_at: Mapped[datetime | None]


class ComposeTime(StoreOwned, Base):
    """How long one person actively worked on one reply; no row means not measured.

    `spans` are stretches [from, to] in milliseconds since 1970, ascending and apart, `milliseconds`
    their sum. The spans go when the reply has left, the sum stays.
    """

    __tablename__ = "compose_time"
    __table_args__ = (
        UniqueConstraint("store_id", "ticket_message_id", "user_id"),
        CheckConstraint("milliseconds >= 0", name="milliseconds"),
    )

    ticket_message_id: Mapped[str] = ref("ticket_message.id")
    user_id: Mapped[str] = ref("app_user.id")
    milliseconds: Mapped[int] = mapped_column(BigInteger)
    spans: Mapped[list[list[int]]] = mapped_column(Json(list[list[int]]), default=list)
