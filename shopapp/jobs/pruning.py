"""Tidying the ledger: what was done long ago is forgotten, in small batches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import aliased

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.jobs.registry import handler

KEPT = timedelta(days=14)
_BATCH = 500


@handler("jobs.prune")
def prune(context: JobContext) -> None:
    """Forget done and cancelled jobs and past slots after KEPT; dead jobs wait for a person."""
    before = clock.now() - KEPT
    with context.transaction() as session:
        _forget_slots(session, before)
    forgotten = _BATCH
    while forgotten == _BATCH:
        with context.transaction() as session:
            forgotten = _forget(session, before)


def _forget_slots(session: Session, before: datetime) -> None:
    """A chore's newest slot stays: without it a rare chore would run again."""
    newer = aliased(ScheduleSlot)
    is_past = exists().where(newer.name == ScheduleSlot.name, newer.slot > ScheduleSlot.slot)
    session.execute(
        delete(ScheduleSlot)
        .where(ScheduleSlot.slot < before, is_past)
        .execution_options(synchronize_session=False)
    )


def _forget(session: Session, before: datetime) -> int:
    over = (JobState.DONE, JobState.CANCELLED)
    old = select(Job.id).where(Job.state.in_(over), Job.finished_at < before).limit(_BATCH)
    return len(session.scalars(delete(Job).where(Job.id.in_(old)).returning(Job.id)).all())
