"""SearchMetric: what search engines report. SeoInsight: one action item made of it."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.accounts.models import User
from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref, unique_where
from shopapp.tenancy import StoreOwned


class SearchMetric(StoreOwned, Base):
    """Clicks and impressions over the days first_day to last_day, both included.

    An API reports days (first_day = last_day), an exported table its whole range. A dimension the
    source did not split by is '' (a table of queries has no page); `position` is the average.
    """

    __tablename__ = "search_metric"
    __table_args__ = (
        UniqueConstraint(
            "store_id",
            "source",
            "first_day",
            "last_day",
            "query",
            "page",
            "country",
            "device",
            name="uq_search_metric_row",
        ),
        Index(None, "store_id", "last_day", "first_day"),
    )

    source: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    query: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    clicks: Mapped[int]
    impressions: Mapped[int]
    position: Mapped[float]


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
    """One finding of one rule; its fingerprint is unique in the store while it is live.

    `approved_title` is the title somebody approved for its page.
    """

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
    last_seen_at: Mapped[datetime | None]
    clean_runs: Mapped[int] = mapped_column(default=0, server_default="0")
    ignored_reason: Mapped[str | None]
    approved_title: Mapped[str | None]

    assignee: Mapped[User | None] = relationship(lazy="raise")


unique_where(
    "uq_seo_insight_live",
    SeoInsight.store_id,
    SeoInsight.fingerprint,
    where=SeoInsight.status.in_(
        [InsightStatus.OPEN, InsightStatus.IN_PROGRESS, InsightStatus.SNOOZED]
    ),
)
