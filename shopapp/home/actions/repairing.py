"""What background work gave up: trying it again, or putting it away."""

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
        again(session, job, by=by)
    session.flush()
    return len(dead)


def again(session: Session, job: Job, *, by: User | None, source: str = "web") -> bool:
    """Queue a dead job again; put it away when the same work is queued already (False)."""
    if not ledger.revive(session, job):
        ledger.discard(session, job)
        return False
    _note(session, "job.retried", job, by, source)
    return True


def discard(session: Session, job: Job, *, by: User | None, source: str = "web") -> bool:
    """Put a dead job away for good; False when somebody was faster."""
    if not ledger.discard(session, job):
        return False
    _note(session, "job.discarded", job, by, source)
    return True


def _note(session: Session, action: str, job: Job, by: User | None, source: str) -> None:
    """The installation's own work has no store, and so no log to stand in."""
    if job.store_id is not None:
        record(session, action, job, by=by, after={"name": job.name}, source=source)
