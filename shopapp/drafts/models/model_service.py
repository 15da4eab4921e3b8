"""ModelService: which drafter a store uses, what it may cost, and how its service fares."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import choice
from shopapp.db import Base, Versioned
from shopapp.tenancy import StoreOwned


class ServiceKind(enum.StrEnum):
    """The embedded drafter needs no service; `openai` is any OpenAI-compatible endpoint."""

    EMBEDDED = "embedded"
    OPENAI = "openai"


class ModelService(StoreOwned, Versioned, Base):
    """One row a store, none until somebody chose: then the embedded drafter writes.

    Its key is the StoreSecret `llm`/`api_key`. Prices are per million tokens and, as the budget of
    a calendar month (in the store's time zone), in the provider's currency. `language` is the one
    drafts are written in, empty for the customer's. `masks_people` takes names, addresses and
    phone numbers out before anything leaves. `hold_out` is the percentage of tickets that get no
    draft, to measure what drafts save. `failures` in a row open the circuit until `opened_until`.
    """

    __tablename__ = "model_service"
    __table_args__ = (UniqueConstraint("store_id"),)

    kind: Mapped[ServiceKind] = mapped_column(
        choice(ServiceKind, "kind"), default=ServiceKind.EMBEDDED
    )
    base_url: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    temperature: Mapped[float] = mapped_column(default=0.2)
    language: Mapped[str] = mapped_column(default="")
    timeout_seconds: Mapped[int] = mapped_column(default=30)
    monthly_budget: Mapped[Decimal | None]
    input_price: Mapped[Decimal | None]
    output_price: Mapped[Decimal | None]
    masks_people: Mapped[bool] = mapped_column(default=True)
    hold_out: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    opened_until: Mapped[datetime | None]
