"""Taking back the last thing a person did to an insight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.refusals import Stale
from shopapp.seo.actions.working import state
from shopapp.seo.models import InsightStatus, SeoInsight
from shopapp.seo.queries import insights

_MOMENTS = ("snoozed_until", "completed_at")
_KEPT = ("insight.noted", "insight.undone", "insight.opened")


def undo(session: Session, insight: SeoInsight, *, by: User) -> SeoInsight:
    """Put the insight back where it was before `by` last moved it; raises Stale when somebody
    else, or the check, has moved it since."""
    moves = _last_request(insights.history(session, insight, limit=5))
    if not moves or moves[0].actor_id != by.id:
        message = "This cannot be undone any more: it was changed since."
        raise Stale(message)
    before = _all(insight)
    for event in moves:
        for name, value in (event.before or {}).items():
            _put_back(insight, name, value)
    session.flush()
    session.refresh(insight, ["assignee"])
    record(session, "insight.undone", insight, by=by, before=before, after=_all(insight))
    return insight


def _last_request(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """The newest move, with what the same request did just before it."""
    if not events or events[0].action in _KEPT:
        return []
    first = events[0]
    same = [first]
    for event in events[1:]:
        if first.request_id is None or event.request_id != first.request_id:
            break
        same.append(event)
    return same


def _put_back(insight: SeoInsight, name: str, value: Any) -> None:
    if name == "status":
        insight.status = InsightStatus(value)
        if insight.status is not InsightStatus.RESOLVED:
            insight.evidence = {k: v for k, v in insight.evidence.items() if k != "settled_on"}
    elif name in _MOMENTS:
        setattr(insight, name, datetime.fromisoformat(value) if value else None)
    elif name in ("assignee_id", "ignored_reason"):
        setattr(insight, name, value)


def _all(insight: SeoInsight) -> dict[str, Any]:
    return {**state(insight), "assignee_id": insight.assignee_id}
