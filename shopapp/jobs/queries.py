"""What the ledger says: how far a job is, what went wrong, which jobs were given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs import quiet, registry
from shopapp.jobs.models import Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps (None: unknown), steps per second, and seconds left if known."""

    done: int
    total: int | None
    per_second: float | None
    seconds_left: float | None


def job(session: Session, job_id: str) -> Job | None:
    """The job with this id, whatever its state."""
    return session.get(Job, job_id)


def latest_job(session: Session, dedupe_key: str) -> Job | None:
    """The newest job with `dedupe_key`, whatever its state."""
    return session.scalar(
        select(Job).where(Job.dedupe_key == dedupe_key).order_by(Job.id.desc()).limit(1)
    )


def dead_jobs(session: Session, store_id: str | None = None, limit: int = 50) -> Sequence[Job]:
    """Jobs that were given up, the newest first; of one store when `store_id` is given."""
    query = select(Job).where(Job.state == JobState.DEAD)
    if store_id is not None:
        query = query.where(Job.store_id == store_id)
    return session.scalars(query.order_by(Job.finished_at.desc(), Job.id).limit(limit)).all()


def held_jobs(session: Session, limit: int = 200) -> Sequence[Job]:
    """What waits to leave, of every store, the longest waiting first."""
    waiting = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    query = select(Job).where(Job.name.in_(registry.leaving()), waiting)
    return session.scalars(query.order_by(Job.run_at, Job.id).limit(limit)).all()


def overdue_seconds(session: Session) -> float:
    """How long the oldest due job has waited for a worker, in seconds; 0 when none waits.

    What a quiesced installation holds back waits for a person and does not count.
    """
    oldest = session.scalar(
        select(func.min(Job.run_at)).where(
            Job.state == JobState.QUEUED, Job.run_at <= clock.now(), quiet.may_run()
        )
    )
    return 0.0 if oldest is None else (clock.now() - oldest).total_seconds()


def progress(job: Job) -> Progress:
    """How far `job` is, from what it noted last."""
    done, total, rate = job.progress_done, job.progress_total, _rate(job)
    left = None if total is None or not rate else max(0, total - done) / rate
    return Progress(done, total, rate, left)


def _rate(job: Job) -> float | None:
    if job.started_at is None:
        return None
    seconds = ((job.finished_at or clock.now()) - job.started_at).total_seconds()
    return job.progress_done / seconds if seconds > 0 else None
