"""The ledger: work is written with its business row, claimed under a lease, finished once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs import quiet
from shopapp.jobs.backoff import pause
from shopapp.jobs.doorbell import ring_after_commit
from shopapp.jobs.models import Job, JobState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
_ACTIVE = (JobState.QUEUED, JobState.RUNNING)
_FIRST, _LONGEST = timedelta(seconds=10), timedelta(hours=1)


class LostLease(Exception):
    """Another worker has taken the job, or it was cancelled: nothing more may be written for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A job taken by one worker. `fence` grows with each claim; an older one writes no more."""

    job_id: str
    name: str
    store_id: str | None
    arguments: Mapping[str, Any]
    attempts: int
    max_attempts: int
    fence: int


def enqueue(
    session: Session,
    name: str,
    *,
    store_id: str | None,
    arguments: Mapping[str, Any],
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> Job:
    """Write a job in the caller's transaction; one queued or running with `dedupe_key` is kept.

    `arguments` are ids and plain values (JSON). Workers hear of it after the caller's commit.
    """
    job = Job(
        name=name,
        store_id=store_id,
        arguments=dict(arguments),
        run_at=run_at or clock.now(),
        dedupe_key=dedupe_key,
        max_attempts=max_attempts,
    )
    job = active(session, dedupe_key) or _written(session, job)
    ring_after_commit(session, job)
    return job


def active(session: Session, dedupe_key: str | None) -> Job | None:
    """The queued or running job with `dedupe_key`."""
    if dedupe_key is None:
        return None
    return session.scalar(select(Job).where(Job.dedupe_key == dedupe_key, Job.state.in_(_ACTIVE)))


def due(session: Session, names: Sequence[str], limit: int) -> Sequence[str]:
    """The ids of jobs that can be claimed, the longest waiting first; takes no lock."""
    waiting = select(Job.id).where(_claimable(names)).order_by(Job.run_at, Job.id)
    return session.scalars(waiting.limit(limit)).all()


def claim(
    session: Session,
    *,
    worker: str,
    names: Sequence[str],
    lease: timedelta = LEASE,
    job_id: str | None = None,
) -> Claim | None:
    """Take the job that has waited longest, or one whose worker let its lease run out.

    With `job_id` that one or none. The caller commits at once. A job that took all its workers
    with it is given up instead.
    """
    job = session.scalar(
        select(Job)
        .where(_claimable(names), Job.id == job_id if job_id else true())
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    if job.state == JobState.RUNNING and job.attempts >= job.max_attempts:
        _bury(job, "the worker stopped each time it did this job")
        session.flush()
        return claim(session, worker=worker, names=names, lease=lease, job_id=job_id)
    return _taken(job, worker, lease)


def hold(session: Session, claim: Claim, lease: timedelta = LEASE) -> None:
    """Renew the lease and keep the job's row until this transaction ends; raises LostLease.

    What commits in this transaction was therefore written while the job was still ours.
    """
    _fenced(session, claim, leased_until=clock.now() + lease)


def note_progress(session: Session, claim: Claim, done: int, total: int | None) -> None:
    """Keep how far the job is; raises LostLease."""
    now = clock.now()
    _fenced(
        session,
        claim,
        progress_done=done,
        progress_total=total,
        progress_base=func.coalesce(Job.progress_base, done),
        progress_since=func.coalesce(Job.progress_since, now),
        progress_at=now,
    )


def finish(session: Session, claim: Claim) -> None:
    """The job is done; raises LostLease."""
    _fenced(session, claim, state=JobState.DONE, finished_at=clock.now(), **_RELEASED)


def postpone(session: Session, claim: Claim, until: datetime) -> None:
    """The job has nothing to do before `until`; that is no failure. Raises LostLease."""
    _fenced(session, claim, state=JobState.QUEUED, run_at=until, attempts=0, **_RELEASED)


def fail(session: Session, claim: Claim, error: str) -> None:
    """Try again later, or give up after the last attempt; raises LostLease.

    `error` is one line without secrets.
    """
    now = clock.now()
    if claim.attempts >= claim.max_attempts:
        end = {"state": JobState.DEAD, "finished_at": now}
    else:
        wait = pause(claim.attempts, first=_FIRST, longest=_LONGEST)
        end = {"state": JobState.QUEUED, "run_at": now + wait}
    _fenced(session, claim, last_error=error, **end, **_RELEASED)


def hand_back(session: Session, claim: Claim) -> None:
    """Leave the job to another worker at once, this attempt uncounted; raises LostLease."""
    back = {"state": JobState.QUEUED, "run_at": clock.now(), "attempts": claim.attempts - 1}
    _fenced(session, claim, **back, **_RELEASED)


def cancel(session: Session, job: Job) -> bool:
    """Take a job back, also from a running worker, which can then commit nothing more.

    False when it was over already.
    """
    return _changed(
        session,
        and_(Job.id == job.id, Job.state.in_(_ACTIVE)),
        state=JobState.CANCELLED,
        finished_at=clock.now(),
    )


def revive(session: Session, job: Job) -> bool:
    """Queue a dead job again with all its attempts; False when it is not dead."""
    if active(session, job.dedupe_key) is not None:
        return False
    is_queued = _changed(
        session,
        and_(Job.id == job.id, Job.state == JobState.DEAD),
        state=JobState.QUEUED,
        run_at=clock.now(),
        attempts=0,
        finished_at=None,
    )
    ring_after_commit(session, job)
    return is_queued


def discard(session: Session, job: Job) -> bool:
    """Put a dead job away for good; False when it is not dead."""
    dead = and_(Job.id == job.id, Job.state == JobState.DEAD)
    return _changed(session, dead, state=JobState.CANCELLED)


_RELEASED: dict[str, Any] = {"leased_by": None, "leased_until": None}


def _written(session: Session, job: Job) -> Job:
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        other = active(session, job.dedupe_key)
        if other is None:
            raise
        return other
    return job


def _claimable(names: Sequence[str]) -> ColumnElement[bool]:
    now = clock.now()
    waiting = and_(Job.state == JobState.QUEUED, Job.run_at <= now)
    abandoned = and_(Job.state == JobState.RUNNING, Job.leased_until < now)
    return and_(or_(waiting, abandoned), Job.name.in_(names), quiet.may_run())


def _taken(job: Job, worker: str, lease: timedelta) -> Claim:
    now = clock.now()
    job.state = JobState.RUNNING
    job.attempts += 1
    job.fence += 1
    job.leased_by = worker
    job.leased_until = now + lease
    job.started_at = now
    job.progress_base = job.progress_since = job.progress_at = None
    return Claim(
        job.id,
        job.name,
        job.store_id,
        job.arguments,
        job.attempts,
        job.max_attempts,
        job.fence,
    )


def _bury(job: Job, reason: str) -> None:
    job.state = JobState.DEAD
    job.last_error = reason
    job.finished_at = clock.now()
    job.leased_by = job.leased_until = None


def _fenced(session: Session, claim: Claim, **values: Any) -> None:
    ours = and_(Job.id == claim.job_id, Job.fence == claim.fence, Job.state == JobState.RUNNING)
    if not _changed(session, ours, **values):
        message = f"the job {claim.name} is no longer ours"
        raise LostLease(message)


def _changed(session: Session, which: ColumnElement[bool], **values: Any) -> bool:
    changed = session.scalars(update(Job).where(which).values(**values).returning(Job.id))
    return changed.one_or_none() is not None
