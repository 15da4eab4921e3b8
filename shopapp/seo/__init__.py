"""Search insights: what search engines report, and what to do about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import Select, select

from shopapp.web.templating import Entry


def waiting() -> Select[Any]:
    """The open insights of the lane Now."""
    from shopapp.seo.models import InsightLane, InsightStatus, SeoInsight

    return select(SeoInsight.id).where(
        SeoInsight.status == InsightStatus.OPEN, SeoInsight.lane == InsightLane.NOW
    )


NAV = (
    Entry("SEO", "trending-up", "seo.insights", "s", count=waiting),
    Entry("Keywords", "search", "seo.keywords", "", in_rail=False),
    Entry("Pages in search", "globe", "seo.pages", "", in_rail=False),
)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.seo.views import seo

    return (seo,)
