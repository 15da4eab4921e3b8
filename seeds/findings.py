"""What an audit of the shops' pages found: SEO insights with their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from seeds.cast import Shop
from shopapp.db import Session
from shopapp.seo.models import InsightLane, InsightSeverity, InsightStatus, SeoInsight


class Finding(NamedTuple):
    """One finding about the page at `path`; `clicks` is what it may bring a month."""

    rule: str
    path: str
    title: str
    severity: InsightSeverity
    lane: InsightLane
    clicks: tuple[float, float]
    evidence: dict[str, float]
    status: InsightStatus = InsightStatus.OPEN


_CRITICAL, _WARNING, _NOTICE = InsightSeverity
_NOW, _SOON, _LATER = InsightLane
_OF = {
    "harbor": (
        Finding(
            "striking-distance",
            "/products/hand-grinder",
            "“hand coffee grinder” stands at 11.4: one push to the first page",
            _CRITICAL,
            _NOW,
            (40, 90),
            {"position": 11.4, "impressions": 3120, "clicks": 19},
        ),
        Finding(
            "low-ctr",
            "/collections/coffee",
            "Many see the coffee page in search, few click",
            _WARNING,
            _SOON,
            (25, 60),
            {"position": 4.2, "impressions": 5400, "clicks": 61},
        ),
        Finding(
            "missing-description",
            "/products/linen-tea-towels",
            "The tea towels have no meta description",
            _NOTICE,
            _LATER,
            (2, 8),
            {"impressions": 410},
        ),
        Finding(
            "duplicate-title",
            "/products/tide-mug",
            "Two pages are called “Tide Mug”",
            _WARNING,
            _SOON,
            (5, 15),
            {"pages": 2},
            InsightStatus.IN_PROGRESS,
        ),
        Finding(
            "broken-link",
            "/blogs/journal/roast-day",
            "A journal entry linked to a page that is gone",
            _WARNING,
            _NOW,
            (3, 9),
            {"status": 404},
            InsightStatus.RESOLVED,
        ),
    ),
    "hill": (
        Finding(
            "striking-distance",
            "/products/filzpantoffeln",
            "„filzpantoffeln damen“ steht auf 12,1",
            _WARNING,
            _NOW,
            (20, 45),
            {"position": 12.1, "impressions": 1800, "clicks": 7},
        ),
    ),
}


def plant(session: Session, shop: Shop, now: datetime) -> None:
    """The shop's findings, the newest first in the list."""
    session.add_all(_insights(shop, now))


def _insights(shop: Shop, now: datetime) -> Iterator[SeoInsight]:
    for at, found in enumerate(_OF[shop.handle]):
        detected = now - timedelta(days=2 * at + 1)
        is_done = found.status is InsightStatus.RESOLVED
        yield SeoInsight(
            rule=found.rule,
            rule_version=1,
            fingerprint=f"{found.rule}:{found.path}",
            title=found.title,
            severity=found.severity,
            lane=found.lane,
            status=found.status,
            category="content",
            resource_type="page",
            resource_url=f"https://{shop.domain}{found.path}",
            evidence=dict(found.evidence),
            impact_low=found.clicks[0],
            impact_high=found.clicks[1],
            impact_unit="clicks a month",
            detected_at=detected,
            completed_at=detected + timedelta(days=1) if is_done else None,
        )
