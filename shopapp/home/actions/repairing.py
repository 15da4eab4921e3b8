"""Trying again what background work gave up."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.models import Job, JobState
from shopapp.refusals import Stale
from shopapp.tenancy import store_of

_MOST = 200


def retry(session: Session, name: str, *, by: User) -> int:
    """Queue every dead job of this name again; raises Stale when there is none any more."""
    dead = session.scalars(
        select(Job)
        .where(Job.state == JobState.DEAD, Job.name == name, Job.store_id == store_of(session))
        .order_by(Job.finished_at.desc())
        .limit(_MOST)
    ).all()
    if not dead:
        message = "This was tried again already."
        raise Stale(message)
    for job in dead:
        if ledger.revive(session, job):
            record(session, "job.retried", job, by=by, after={"name": name})
        else:  # the same work is queued already, so this attempt is of no more use
            job.state = JobState.CANCELLED
    session.flush()
    return len(dead)
