"""P2, striking distance: a little higher, and it is seen by many more."""

from __future__ import annotations

from typing import Any

from shopapp.seo import ctr
from shopapp.seo.rules import thresholds as at
from shopapp.seo.rules.evidence import snapshot
from shopapp.seo.rules.shapes import Brand, Figures, Finding, Rule, Table
from shopapp.seo.rules.wording import gain


def find(table: Table, brand: Brand) -> list[Finding] | None:
    """Non-brand queries at positions 4 to 20 with at least 100 impressions."""
    if not table.is_enough:
        return None
    curve = table.curve(brand)
    return [
        _finding(table, row, curve)
        for row in table.judged(brand)
        if at.STRIKING_FIRST <= row.position <= at.STRIKING_LAST
        and row.impressions >= at.STRIKING_IMPRESSIONS
        and ctr.upside(row.point, curve)[1] >= at.STRIKING_GAIN
    ]


def steps(resource: str, _evidence: dict[str, Any]) -> tuple[str, ...]:
    """What to do about it."""
    return (
        (
            f"Search Google for “{resource}” and see which of your pages answers it, and what the "
            "pages above it offer that yours does not."
        ),
        (
            f"Use the words “{resource}” in that page’s SEO title (under 60 characters), in its "
            "heading, and once in its first paragraph."
        ),
        (
            "Add what the pages above it have: sizes, materials, a comparison, answers to "
            "the questions customers write to you."
        ),
        "Link to the page from two or three related products or collections, with these words.",
    )


RULE = Rule("striking-distance", 1, "Striking distance", "query", "content", "medium", find, steps)


def _finding(table: Table, row: Figures, curve: ctr.Curve) -> Finding:
    low, high = ctr.upside(row.point, curve)
    month = (low * table.a_month, high * table.a_month)
    return Finding(
        RULE,
        row.name,
        f"“{row.name}” stands at position {row.position:.1f}",
        f"Your shop was shown {row.impressions:,} times for “{row.name}” and clicked "
        f"{row.clicks:,} times. One to three places higher would bring "
        f"{gain(*month)} more clicks a month.",
        share=(low + high) / 2 / max(table.clicks, 1),
        gain=month,
        evidence=snapshot(table, row, curve),
    )
