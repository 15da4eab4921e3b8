"""Search findings in the lane Now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopapp.db import Session
from shopapp.home.ranking import Decision, Kind
from shopapp.home.standing import Standing, lasted
from shopapp.money import exact
from shopapp.seo.models import InsightLane, InsightStatus, SeoInsight

_MONTH = 30


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """Open findings that should be acted on now, the largest first."""
    rows = session.scalars(
        select(SeoInsight)
        .options(joinedload(SeoInsight.assignee))
        .where(SeoInsight.lane == InsightLane.NOW, SeoInsight.status == InsightStatus.OPEN)
        .order_by(SeoInsight.impact_high.desc(), SeoInsight.detected_at, SeoInsight.id)
        .limit(most)
    )
    return (_decision(row, standing) for row in rows)


def _decision(insight: SeoInsight, standing: Standing) -> Decision:
    low, high = insight.impact_low or 0.0, insight.impact_high or 0.0
    age = standing.days_since(insight.detected_at) * 24
    gain = f"{low:,.0f} to {high:,.0f} {insight.impact_unit}" if high else "Found"
    return Decision(
        key=f"{Kind.INSIGHT}:{insight.id}",
        kind=Kind.INSIGHT,
        title=insight.title,
        why=f"{gain}, known for {lasted(age)}",
        proposal="Start on it",
        verb="Start",
        stake=_a_day(insight, (low + high) / 2, standing),
        chance=min(1.0, low / high) if high else 0.0,
        minutes=standing.minutes(Kind.INSIGHT, standing.weights.insight_minutes),
        since=insight.detected_at,
        version=str(insight.version),
        assignee=_name(insight),
    )


def _a_day(insight: SeoInsight, middle: float, standing: Standing) -> Decimal:
    """What a day without the change costs: clicks become orders, money a month money a day."""
    unit = (insight.impact_unit or "").lower()
    amount = Decimal(str(round(middle / _MONTH, 4)))
    if "click" in unit:
        return exact(amount * standing.average_order * standing.weights.conversion / 100)
    if standing.currency.lower() in unit or "revenue" in unit:
        return exact(amount)
    return Decimal(0)


def _name(insight: SeoInsight) -> str:
    return (insight.assignee.name or insight.assignee.email) if insight.assignee else ""
