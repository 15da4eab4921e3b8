"""An insight's page in words and pictures: evidence, curve, history, what stands beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.seo import rules
from shopapp.seo.models import SeoInsight
from shopapp.seo.queries import insights as queries
from shopapp.seo.queries import metrics
from shopapp.seo.rules.shapes import Kind
from shopapp.seo.rules.wording import percent
from shopapp.seo.views import wording
from shopapp.seo.views.charts import picture


def paper(session: Session, row: SeoInsight) -> dict[str, Any]:
    """Everything the page says about the insight; a constant number of statements."""
    rule, held = rules.rule(row.rule), row.evidence
    kind: Kind = "page" if row.resource_type == "page" else "query"
    name = row.resource_url if kind == "page" else row.resource_id
    ranges = metrics.figures_of(session, kind, name or "")
    return {
        "shown": wording.line(row, {}),
        "state": wording.status(row),
        "covered": _covered(held),
        "steps": rule.steps(name or "", held) if rule else (),
        "figures": _figures(held),
        "spellings": [_spelling(each) for each in held.get("spellings", ())],
        "curve": picture(held),
        "ranges": [_range(each) for each in ranges],
        "product": queries.product(session, row),
        "related": [wording.line(each, {}) for each in queries.related(session, row)],
        "history": [_entry(event) for event in queries.history(session, row)],
    }


def _figures(held: dict[str, Any]) -> list[tuple[str, str]]:
    """The evidence as terms and values."""
    if "last_day" not in held:
        return []
    rows = [
        ("Impressions", f"{held['impressions']:,}"),
        ("Clicks", f"{held['clicks']:,}"),
        ("CTR", percent(held["ctr"])),
        ("Usual CTR here", percent(held["expected_ctr"]) if "expected_ctr" in held else ""),
        ("Position", f"{held['position']:.1f}"),
        ("On other spellings", _number(held.get("stray_impressions"))),
        ("All clicks in these days", _number(held.get("all_clicks"))),
    ]
    return [(term, value) for term, value in rows if value]


def _covered(held: dict[str, Any]) -> str:
    """The days the evidence is of."""
    if "last_day" not in held:
        return ""
    first, last = (date.fromisoformat(held[name]) for name in ("first_day", "last_day"))
    return wording.days(metrics.Range("", first, last))


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _spelling(row: list[Any]) -> tuple[str, str, str, str]:
    url, clicks, impressions, position = row
    return str(url), f"{clicks:,}", f"{impressions:,}", f"{position:.1f}"


def _range(row: Any) -> tuple[str, str, str, str, str]:
    found = metrics.Range(row.source, row.first_day, row.last_day)
    rate = percent(row.clicks / row.impressions) if row.impressions else "–"
    return (
        wording.days(found),
        f"{row.clicks:,}",
        f"{row.impressions:,}",
        rate,
        f"{row.position:.1f}",
    )


def _entry(event: AuditEvent) -> dict[str, Any]:
    glyph, words, said = wording.told(event.action, event.after)
    return {
        "glyph": glyph,
        "text": f"{event.actor_name} {words}",
        "said": said,
        "at": event.created_at,
    }
