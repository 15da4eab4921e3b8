"""A finding written down as an insight, with a snapshot of its numbers for each range."""

from __future__ import annotations

from typing import Any

from shopapp import clock
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.seo import urls
from shopapp.seo.models import InsightLane, InsightSeverity, SeoInsight
from shopapp.seo.rules import Finding

UNIT = "clicks a month"
SNAPSHOTS = 12
_OF_THE_BOOKS = ("earlier", "clean_through", "settled_on")
_SNAPSHOT = ("first_day", "last_day", "clicks", "impressions", "position")


def open_(session: Session, finding: Finding) -> SeoInsight:
    """A new insight."""
    rule = finding.rule
    is_page = rule.kind == "page"
    row = SeoInsight(
        rule=rule.key,
        fingerprint=finding.fingerprint,
        category=rule.category,
        resource_type=rule.kind,
        resource_id=urls.read(finding.resource).key if is_page else finding.resource,
        resource_url=finding.resource if is_page else None,
        detected_at=clock.now(),
        evidence={},
    )
    _describe(row, finding, finding.evidence)
    session.add(row)
    shown = {"severity": finding.severity, "lane": finding.lane}
    record(session, "insight.opened", row, by=None, after=shown, source="job")
    return row


def keep(session: Session, row: SeoInsight, finding: Finding) -> bool:
    """Bring an insight up to date; False when that changes nothing.

    Numbers of an earlier range move to the snapshots, numbers of the same range are replaced.
    """
    held = {name: value for name, value in row.evidence.items() if name not in _OF_THE_BOOKS}
    same = held == finding.evidence and row.rule_version == finding.rule.version
    if same and not row.clean_runs:
        return False
    earlier = list(row.evidence.get("earlier", ()))
    if held.get("last_day") != finding.evidence["last_day"]:
        earlier = [*earlier, {name: held[name] for name in _SNAPSHOT if name in held}][-SNAPSHOTS:]
    ranks = {"severity": row.severity.value, "lane": row.lane.value}
    _describe(row, finding, finding.evidence | ({"earlier": earlier} if earlier else {}))
    row.clean_runs = 0
    now = {"severity": row.severity.value, "lane": row.lane.value}
    if ranks != now:
        record(session, "insight.ranked", row, by=None, before=ranks, after=now, source="job")
    return True


def _describe(row: SeoInsight, finding: Finding, evidence: dict[str, Any]) -> None:
    row.rule_version = finding.rule.version
    row.title, row.description = finding.title, finding.description
    row.severity = InsightSeverity(finding.severity)
    row.lane = InsightLane(finding.lane)
    row.impact_low, row.impact_high = finding.gain or (None, None)
    row.impact_unit = UNIT if finding.gain else None
    row.evidence = evidence
    row.last_seen_at = clock.now()
