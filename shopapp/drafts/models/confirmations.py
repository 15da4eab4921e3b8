"""FactConfirmation: a person vouched for a fact of a draft's reply that no packet supports."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class FactConfirmation(StoreOwned, Base):
    """Who vouched for which fact of what a draft became, when and why; never changed.

    `kind` is the fact's family and `value` its canonical form, `text` the fact as it was typed.
    Kind "change" keeps the reply as it stands although its order changed: `value` is the hash of
    the order's facts that the person saw.
    """

    __tablename__ = "fact_confirmation"
    __table_args__ = (UniqueConstraint("store_id", "ai_draft_id", "kind", "value"),)

    ai_draft_id: Mapped[str] = ref("ai_draft.id")
    ticket_message_id: Mapped[str | None] = ref("ticket_message.id", ondelete="SET NULL")
    kind: Mapped[str]
    value: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str]
    confirmed_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
