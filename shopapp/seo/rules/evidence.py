"""The numbers a finding rests on, kept as they were."""

from __future__ import annotations

from typing import Any

from shopapp.seo.ctr import Curve
from shopapp.seo.rules.shapes import Figures, Table


def snapshot(table: Table, row: Figures, curve: Curve) -> dict[str, Any]:
    """Range, figures, what was expected, and the curve it was measured by."""
    return {
        **figures(table, row),
        "expected_ctr": round(curve.at(row.position), 5),
        "curve": [round(rate, 5) for rate in curve.rates],
    }


def figures(table: Table, row: Figures) -> dict[str, Any]:
    """Range and figures."""
    return {
        "first_day": table.first_day.isoformat(),
        "last_day": table.last_day.isoformat(),
        "clicks": row.clicks,
        "impressions": row.impressions,
        "position": round(row.position, 2),
        "ctr": round(row.point.rate, 5),
        "all_clicks": table.clicks,
    }
