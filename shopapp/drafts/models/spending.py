"""ModelCall and ModelMonth: what each call of a language model cost, and each month's sum."""

from __future__ import annotations

import enum
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import choice
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class CallState(enum.StrEnum):
    """`reserved` while the service is asked, then `settled` or `failed`."""

    RESERVED = "reserved"
    SETTLED = "settled"
    FAILED = "failed"


class ModelMonth(StoreOwned, Base):
    """A calendar month of the store, "2026-11": money spent, and held for calls under way."""

    __tablename__ = "model_month"
    __table_args__ = (UniqueConstraint("store_id", "month"),)

    month: Mapped[str]
    spent: Mapped[Decimal] = mapped_column(default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(default=Decimal(0))


class ModelCall(StoreOwned, Base):
    """One call: `reserved` is the most it could cost, `cost` what it did.

    Both are in the provider's currency, and None where the model's prices are not known.
    """

    __tablename__ = "model_call"
    __table_args__ = (
        Index(None, "store_id", "month", "state"),
        Index(None, "store_id", "state", "created_at"),
    )

    month: Mapped[str]
    model: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[CallState] = mapped_column(choice(CallState, "state"), default=CallState.RESERVED)
    tokens_in: Mapped[int | None]
    tokens_out: Mapped[int | None]
    reserved: Mapped[Decimal | None]
    cost: Mapped[Decimal | None]
    latency_ms: Mapped[int | None]
    error: Mapped[str | None]
    ai_draft_id: Mapped[str | None] = ref("ai_draft.id", ondelete="SET NULL")
