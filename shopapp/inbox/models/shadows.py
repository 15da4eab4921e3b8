"""ShadowComparison: how near a draft came to the reply that was really sent."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class ShadowComparison(StoreOwned, Base):
    """A draft of a shadow mailbox beside what the team really sent from elsewhere.

    `distance` is the share of words that differ, 0 to 1 (NED); `edit_class` as of a sent draft.
    """

    __tablename__ = "shadow_comparison"
    __table_args__ = (UniqueConstraint("store_id", "ticket_message_id"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    ai_draft_id: Mapped[str] = ref("ai_draft.id")
    ticket_message_id: Mapped[str] = ref("ticket_message.id")
    intent: Mapped[str]
    distance: Mapped[float]
    kept: Mapped[float]
    edit_class: Mapped[str]
