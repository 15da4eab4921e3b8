"""Store and StoreSettings: a shop and how it wants to be run."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import Json, choice
from shopapp.crypto.columns import Sealed
from shopapp.db import Base, Versioned
from shopapp.tenancy import StoreOwned


class StoreStatus(enum.StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DISCONNECTED = "disconnected"
    ARCHIVED = "archived"


class Store(Base):
    """A shop. A platform table: it is looked up by handle before a session is bound."""

    __tablename__ = "store"

    handle: Mapped[str] = mapped_column(unique=True)
    shop_domain: Mapped[str | None] = mapped_column(unique=True)
    primary_domain: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    currency: Mapped[str] = mapped_column(default="USD")
    timezone: Mapped[str] = mapped_column(default="UTC")
    country: Mapped[str | None]
    plan_level: Mapped[str | None]
    status: Mapped[StoreStatus] = mapped_column(
        choice(StoreStatus, "status"), default=StoreStatus.ACTIVE
    )
    is_demo: Mapped[bool] = mapped_column(default=False)
    access_token_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    access_token_hint: Mapped[str | None]
    encryption_version: Mapped[int | None]
    access_scopes: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    onboarding: Mapped[dict[str, str | None]] = mapped_column(
        Json(dict[str, str | None]), default=dict
    )
    ticket_count: Mapped[int] = mapped_column(default=0)
    installed_at: Mapped[datetime | None]
    uninstalled_at: Mapped[datetime | None]
    last_synced_at: Mapped[datetime | None]

    access_token = Sealed()


class StoreSettings(StoreOwned, Versioned, Base):
    """One row a store: thresholds, toggles and the words it answers with."""

    __tablename__ = "store_settings"
    __table_args__ = (UniqueConstraint("store_id"),)

    thresholds: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, int | str]), default=dict)
    toggles: Mapped[dict[str, bool]] = mapped_column(Json(dict[str, bool]), default=dict)
    connection_metadata: Mapped[dict[str, Any]] = mapped_column(
        Json(dict[str, dict[str, str | int | bool | None]]), default=dict
    )
    notification_emails: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    business_hours: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, list[str]]), default=dict)
    brand_voice: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")
    secrets_rotated_at: Mapped[datetime | None]
    retention_overrides: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]), default=dict)

    store: Mapped[Store] = relationship(lazy="raise")
