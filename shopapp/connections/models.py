"""StoreSecret, DataKey and ConnectionEvent: sealed credentials and how connections fare."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.crypto.columns import Sealed
from shopapp.db import Base
from shopapp.tenancy import StoreOwned


class Provider(enum.StrEnum):
    GA4 = "ga4"
    GSC = "gsc"
    BING = "bing"
    MCP = "mcp"
    MAIL = "mail"
    LLM = "llm"
    STORAGE = "storage"


class EventStatus(enum.StrEnum):
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"
    INFO = "info"


class DataKey(StoreOwned, Base):
    """A store's data key, wrapped by the keyring; `version` counts the store's rotations."""

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("store_id", "version"),)

    version: Mapped[int]
    kek_id: Mapped[str]
    wrapped: Mapped[bytes]
    retired_at: Mapped[datetime | None]


class StoreSecret(StoreOwned, Base):
    """One sealed credential of a store."""

    __tablename__ = "store_secret"
    __table_args__ = (UniqueConstraint("store_id", "provider", "name"),)

    provider: Mapped[Provider] = mapped_column(choice(Provider, "provider"))
    name: Mapped[str]
    secret_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    secret_hint: Mapped[str | None]
    encryption_version: Mapped[int | None]
    last_verified_at: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    rotation_due_at: Mapped[datetime | None]

    secret = Sealed()


class ConnectionEvent(StoreOwned, Base):
    """One check or incident of a connection, in plain words."""

    __tablename__ = "connection_event"
    __table_args__ = (Index(None, "store_id", "integration", "created_at"),)

    integration: Mapped[str]
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus, "status"))
    latency_ms: Mapped[int | None]
    message: Mapped[str]
    correlation_id: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None] = mapped_column(
        Json(dict[str, str | int | float | bool | None])
    )
