"""Insights and figures in words: what the templates print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel.dates import format_interval
from flask import url_for

from shopapp.seo import rules
from shopapp.seo.models import InsightSeverity, InsightStatus, SeoInsight
from shopapp.seo.queries.metrics import Days
from shopapp.seo.rules.wording import called, gain, percent

TONES = {
    InsightSeverity.CRITICAL: "critical",
    InsightSeverity.WARNING: "caution",
    InsightSeverity.NOTICE: "info",
}
_STATES = {
    InsightStatus.OPEN: "info",
    InsightStatus.IN_PROGRESS: "accent",
    InsightStatus.SNOOZED: "neutral",
    InsightStatus.RESOLVED: "success",
    InsightStatus.IGNORED: "neutral",
}
_EFFORTS = {"low": "Small effort", "medium": "Some effort", "high": "Large effort"}
_VERBS = {
    "insight.opened": ("sparkles", "found it"),
    "insight.ranked": ("scale", "weighed it anew"),
    "insight.started": ("zap", "started"),
    "insight.snoozed": ("clock", "snoozed it"),
    "insight.woken": ("sun", "woke it"),
    "insight.resolved": ("circle-check", "resolved it"),
    "insight.cleared": ("circle-check", "closed it: two runs found it no more"),
    "insight.ignored": ("ban", "ignored it"),
    "insight.reopened": ("undo-2", "opened it again"),
    "insight.undone": ("undo-2", "took that back"),
    "insight.noted": ("sticky-note", "noted"),
    "insight.titled": ("pencil", "approved a title"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An insight as the list shows it."""

    row: SeoInsight
    url: str
    tone: str
    label: str
    resource: str
    impressions: str
    ctr: str
    position: str
    gain: str
    effort: str


def line(row: SeoInsight, kept: dict[str, Any]) -> Line:
    """The insight's line; `kept` is the list's query string, to come back to it."""
    rule, held = rules.rule(row.rule), row.evidence
    return Line(
        row,
        url_for("seo.insight", insight_id=row.id, **kept),
        TONES[row.severity],
        rule.label if rule else row.rule,
        called(row.resource_url or row.resource_id or "", row.resource_type),
        f"{held['impressions']:,}" if "impressions" in held else "–",
        percent(held["ctr"]) if "ctr" in held else "–",
        f"{held['position']:.1f}" if "position" in held else "–",
        gained(row),
        _EFFORTS[rule.effort] if rule else "",
    )


def gained(row: SeoInsight) -> str:
    """'+12 to 40', or '–' where nothing is known."""
    if row.impact_low is None or row.impact_high is None:
        return "–"
    return gain(row.impact_low, row.impact_high)


def status(row: SeoInsight) -> tuple[str, str]:
    """The state's words and tone."""
    return row.status.value.replace("_", " ").capitalize(), _STATES[row.status]


def told(action: str, after: dict[str, Any] | None) -> tuple[str, str, str]:
    """A line of the history: its icon, what was done, and what was said."""
    held = after or {}
    if action == "insight.assigned":
        who = held.get("assignee")
        return "user", f"gave it to {who}" if who else "gave it to nobody", ""
    glyph, words = _VERBS.get(action, ("history", action.partition(".")[2].replace("_", " ")))
    if action == "insight.ranked":
        words += f": {held.get('severity', '')} {held.get('lane', '')}".rstrip()
    return glyph, words, str(held.get("note") or held.get("ignored_reason") or "")


def days(range_: Days) -> str:
    """'25 Oct – 21 Nov 2026'."""
    return str(format_interval(range_.first, range_.last, "yMMMd", locale="en_GB"))


def versus(
    now: float, then: float | None, *, digits: int = 0, low_is_good: bool = False
) -> tuple[str, str]:
    """A difference with its sign, and its tone; ('', '') without an earlier number."""
    if then is None:
        return "", ""
    gap = round(now - then, digits)
    if gap == 0:
        return "±0", ""
    is_good = (gap < 0) is low_is_good
    return f"{gap:+,.{digits}f}".replace("-", "−"), "success" if is_good else "critical"
