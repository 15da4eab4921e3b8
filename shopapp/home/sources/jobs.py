"""Background work that was given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from shopapp.db import Session
from shopapp.home.ranking import Decision, Hold, Kind
from shopapp.home.standing import Standing, counted, lasted
from shopapp.jobs import wording
from shopapp.jobs.models import Job, JobState
from shopapp.tenancy import store_of


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """One row for each kind of job that failed to the end, with its newest reason."""
    rows = session.execute(
        select(
            Job.name,
            func.count(Job.id).label("number"),
            func.max(Job.finished_at).label("at"),
            func.max(Job.last_error).label("error"),
        )
        .where(Job.state == JobState.DEAD, Job.store_id == store_of(session))
        .group_by(Job.name)
        .order_by(func.max(Job.finished_at).desc())
        .limit(most)
    )
    return (_decision(row, standing) for row in rows)


def _decision(row: Any, standing: Standing) -> Decision:
    since: datetime = row.at or standing.now
    what = wording.title(row.name)
    times = f" {counted(row.number, 'time')}" if row.number > 1 else ""
    ago = lasted(standing.days_since(since) * 24)
    return Decision(
        key=f"{Kind.JOB}:{row.name}",
        kind=Kind.JOB,
        title=f"{what} failed{times}",
        why=f"{(row.error or 'No reason was kept').rstrip('.')}, {ago} ago",
        proposal="Try again",
        verb="Try again",
        stake=Decimal(0),
        chance=1.0,
        minutes=standing.weights.repair_minutes,
        since=since,
        hold=Hold.WORK,
        changed_at=since,
    )
