"""Insights, keywords and pages as CSV files, written as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from shopapp.db import Session
from shopapp.seo.queries import insights as queries
from shopapp.seo.queries import metrics
from shopapp.seo.queries.metrics import Range
from shopapp.seo.rules.shapes import Kind
from shopapp.seo.views import seo
from shopapp.seo.views.listing import current_filter, current_view
from shopapp.seo.views.tables import chosen_range
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import found

INSIGHTS = (
    "Issue", "About", "Rule", "Severity", "Lane", "Status", "Assignee", "Clicks", "Impressions",
    "Position", "Clicks a month, low", "Clicks a month, high", "Found", "What is wrong",
)  # fmt: skip
FIGURES = (
    "Clicks", "Impressions", "CTR", "Position", "Clicks before", "Impressions before",
    "Position before",
)  # fmt: skip


@seo.get("/insights.csv")
@allow(*EVERYONE)
def insights_export() -> Response:
    """The view that is shown, with its filter, as a file."""
    view, asked = current_view(), current_filter(scope())

    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        for row in queries.every(session, view, asked):
            held, who = row.evidence, row.assignee
            yield (
                row.title,
                row.resource_url or row.resource_id,
                row.rule,
                row.severity.value,
                row.lane.value,
                row.status.value,
                (who.name or who.email) if who else "",
                held.get("clicks"),
                held.get("impressions"),
                held.get("position"),
                _rounded(row.impact_low),
                _rounded(row.impact_high),
                row.detected_at.date().isoformat(),
                row.description,
            )

    return streamed(f"insights-{view.value}.csv", INSIGHTS, rows)


@seo.get("/keywords.csv")
@allow(*EVERYONE)
def keywords_export() -> Response:
    """Every query of the range that is shown."""
    return _figures("query")


@seo.get("/pages.csv")
@allow(*EVERYONE)
def pages_export() -> Response:
    """Every page of the range that is shown."""
    return _figures("page")


def _figures(kind: Kind) -> Response:
    all_ranges = metrics.ranges(scope().session, kind)
    days: Range = found(chosen_range(all_ranges))
    earlier, words = metrics.before(all_ranges, days), request.args.get("q", "")

    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        for name, clicks, seen, rate, position, *before in metrics.every(
            session, kind, days, earlier, words
        ):
            yield name, clicks, seen, round(rate, 5), round(position, 2), *before

    name = "keywords" if kind == "query" else "pages"
    head = ("Query" if kind == "query" else "Page", *FIGURES)
    return streamed(f"{name}-{days.first}-{days.last}.csv", head, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
