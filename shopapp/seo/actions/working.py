"""Working an insight: assign, start, snooze, resolve, ignore, reopen, note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.refusals import Invalid, Stale
from shopapp.seo.models import InsightStatus, SeoInsight

LONGEST = 2_000
_ENDED = (InsightStatus.RESOLVED, InsightStatus.IGNORED)


def hold(insight: SeoInsight, version: int) -> None:
    """Go on only if nobody changed the insight since `version` was read; raises Stale."""
    if insight.version != version:
        message = "This was changed since you opened it. Nothing was done yet."
        raise Stale(message)


def assign(session: Session, insight: SeoInsight, *, to: User | None, by: User) -> SeoInsight:
    """Give the insight to `to` (a member of the store; None: to nobody)."""
    before = {"assignee_id": insight.assignee_id}
    after = {"assignee_id": to.id if to else None}
    if before != after:
        insight.assignee = to
        insight.assignee_id = after["assignee_id"]
        shown = {"assignee": (to.name or to.email) if to else None}
        record(session, "insight.assigned", insight, by=by, before=before, after=after | shown)
    return insight


def start(session: Session, insight: SeoInsight, *, by: User) -> SeoInsight:
    """Somebody works on it; without an assignee it becomes theirs."""
    if insight.assignee_id is None:
        assign(session, insight, to=by, by=by)
    return _move(session, insight, "started", by=by, status=InsightStatus.IN_PROGRESS)


def snooze(session: Session, insight: SeoInsight, *, until: datetime, by: User) -> SeoInsight:
    """Out of sight until then; raises Invalid for a moment that is past, or an ended insight."""
    if until <= clock.now():
        message = "Choose a day that is still to come."
        raise Invalid(message, "until")
    if insight.status in _ENDED:
        message = "Reopen it first: what is done cannot be snoozed."
        raise Invalid(message)
    status = InsightStatus.SNOOZED
    return _move(session, insight, "snoozed", by=by, status=status, snoozed_until=until)


def resolve(session: Session, insight: SeoInsight, *, note: str, by: User) -> SeoInsight:
    """It is done; what is found again comes back only from days that lie mostly after today."""
    if insight.status is InsightStatus.RESOLVED:
        return insight
    now = clock.now()
    insight.evidence = {**insight.evidence, "settled_on": now.date().isoformat()}
    return _move(
        session,
        insight,
        "resolved",
        by=by,
        status=InsightStatus.RESOLVED,
        completed_at=now,
        said={"note": _said(note)} if note.strip() else {},
    )


def ignore(session: Session, insight: SeoInsight, *, reason: str, by: User) -> SeoInsight:
    """Never again; raises Invalid without a reason."""
    why = _said(reason)
    if not why:
        message = "Say why, so that nobody wonders later."
        raise Invalid(message, "reason")
    return _move(
        session,
        insight,
        "ignored",
        by=by,
        status=InsightStatus.IGNORED,
        completed_at=clock.now(),
        ignored_reason=why,
    )


def reopen(session: Session, insight: SeoInsight, *, by: User | None) -> SeoInsight:
    """Back to the open insights, with its id and its history."""
    insight.clean_runs = 0
    return _move(session, insight, "reopened", by=by, status=InsightStatus.OPEN)


def add_note(session: Session, insight: SeoInsight, *, body: str, by: User) -> None:
    """A note in the history, for the team; raises Invalid for an empty one."""
    text = _said(body)
    if not text:
        message = "Write something before you add the note."
        raise Invalid(message, "body")
    record(session, "insight.noted", insight, by=by, after={"note": text})


def clear(session: Session, insight: SeoInsight) -> SeoInsight:
    """Two clean runs of new data: shopapp itself says that it is done."""
    now = clock.now()
    status = InsightStatus.RESOLVED
    return _move(session, insight, "cleared", by=None, status=status, completed_at=now)


def wake(session: Session, insight: SeoInsight) -> SeoInsight:
    """The day it was snoozed until has come."""
    return _move(session, insight, "woken", by=None, status=InsightStatus.OPEN)


def state(insight: SeoInsight) -> dict[str, Any]:
    """The part of an insight that people move, as plain values."""
    return {
        "status": insight.status.value,
        "snoozed_until": insight.snoozed_until.isoformat() if insight.snoozed_until else None,
        "completed_at": insight.completed_at.isoformat() if insight.completed_at else None,
        "ignored_reason": insight.ignored_reason,
    }


def _move(
    session: Session,
    insight: SeoInsight,
    verb: str,
    *,
    by: User | None,
    status: InsightStatus,
    snoozed_until: datetime | None = None,
    completed_at: datetime | None = None,
    ignored_reason: str | None = None,
    said: dict[str, str] | None = None,
) -> SeoInsight:
    """Everything a status does not carry with it is emptied."""
    if insight.status is status and status is not InsightStatus.SNOOZED:
        return insight
    before = state(insight)
    insight.status = status
    insight.snoozed_until = snoozed_until
    insight.completed_at = completed_at
    insight.ignored_reason = ignored_reason
    record(
        session,
        f"insight.{verb}",
        insight,
        by=by,
        before=before,
        after=state(insight) | (said or {}),
        source="web" if by else "job",
    )
    return insight


def _said(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST]
