"""SeoInsight: evidence of lost search traffic turned into one action item."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref, unique_where
from shopapp.tenancy import StoreOwned


class InsightSeverity(enum.StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


class InsightLane(enum.StrEnum):
    NOW = "now"
    SOON = "soon"
    LATER = "later"


class InsightStatus(enum.StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class SeoInsight(StoreOwned, Versioned, Base):
    """One finding of one rule; its fingerprint is unique in the store while it is live."""

    __tablename__ = "seo_insight"
    __table_args__ = (
        Index(None, "store_id", "status", "severity"),
        Index(None, "store_id", "detected_at"),
    )

    rule: Mapped[str]
    rule_version: Mapped[int]
    fingerprint: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    severity: Mapped[InsightSeverity] = mapped_column(choice(InsightSeverity, "severity"))
    lane: Mapped[InsightLane] = mapped_column(choice(InsightLane, "lane"))
    status: Mapped[InsightStatus] = mapped_column(
        choice(InsightStatus, "status"), default=InsightStatus.OPEN
    )
    category: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[str | None]
    resource_url: Mapped[str | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    impact_low: Mapped[float | None]
    impact_high: Mapped[float | None]
    impact_unit: Mapped[str | None]
    assignee_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    detected_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


unique_where(
    "uq_seo_insight_live",
    SeoInsight.store_id,
    SeoInsight.fingerprint,
    where=SeoInsight.status.in_(
        [InsightStatus.OPEN, InsightStatus.IN_PROGRESS, InsightStatus.SNOOZED]
    ),
)
