"""The key figures as the page reads them: from the cache alone, with their age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shopapp.db import Session
from shopapp.metrics import kpis
from shopapp.metrics.kpis import Kpi, Unit
from shopapp.metrics.models import KpiCache

FIRST_RESPONSE = Kpi(
    "first_response",
    "First response",
    Unit.MINUTES,
    "Median time from a customer's first mail to our first reply that left.",
    is_cost=True,
)
SENT_UNCHANGED = Kpi(
    "sent_unchanged",
    "Drafts sent unchanged",
    Unit.PERCENT,
    "Share of the AI drafts that were approved as they stood, of all that were sent.",
)
INBOX = (FIRST_RESPONSE, SENT_UNCHANGED)
SHOWN = (*kpis.KPIS, *INBOX)
_KEYS = [*(each.key for each in SHOWN), "pace"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A cached figure of the days first to last; `value` is None for a dash, `reason` says why."""

    value: Decimal | None
    previous: Decimal | None
    reason: str
    series: Sequence[float | None]
    first: date
    last: date
    refreshed_at: datetime
    expires_at: datetime
    pace: Mapping[str, int] = field(default_factory=dict)


def figures(session: Session, today: date) -> dict[tuple[str, int], Figure]:
    """The newest cached figure of each key and number of days, in one statement."""
    found: dict[tuple[str, int], Figure] = {}
    for row in kpis.cached(session, _KEYS, today):
        days = kpis.Span(row.range_start, row.range_end).days
        found.setdefault((row.metric_key, days), _figure(row))
    return found


def _figure(row: KpiCache) -> Figure:
    told = row.payload
    return Figure(
        value=_number(told.get("value")),
        previous=_number(told.get("previous")),
        reason=str(told.get("reason") or ""),
        series=[None if each is None else float(each) for each in told.get("series") or []],
        first=row.range_start,
        last=row.range_end,
        refreshed_at=row.refreshed_at,
        expires_at=row.expires_at,
        pace=told.get("pace") or {},
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
