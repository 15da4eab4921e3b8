"""The job ledger as an operator sees it: every store's work, and the installation's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from shopapp.db import Session, new_session
from shopapp.home.actions import repairing
from shopapp.jobs import queries, wording
from shopapp.jobs.models import Job, JobState
from shopapp.refusals import Invalid
from shopapp.stores.models import Store
from shopapp.tenancy import bind


@dataclass(frozen=True, slots=True)
class Line:
    """A job in words: `store` is a handle, '' for the installation's own work."""

    job: Job
    store: str

    @property
    def title(self) -> str:
        return wording.title(self.job.name)

    @property
    def known(self) -> str:
        """Its last error, unless it ended well; else how far it is."""
        is_over = self.job.state in (JobState.DONE, JobState.CANCELLED)
        pace = wording.pace(queries.progress(self.job))
        return pace if is_over else pace or self.job.last_error or ""


def lines(
    session: Session,
    *,
    states: Sequence[JobState],
    store_id: str | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """The newest jobs in these states, of one store or of all."""
    query = select(Job, Store.handle).join(Store, Store.id == Job.store_id, isouter=True)
    query = query.where(Job.state.in_(states))
    if store_id is not None:
        query = query.where(Job.store_id == store_id)
    found = session.execute(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit))
    return [Line(job, handle or "") for job, handle in found]


def line(session: Session, job_id: str) -> Line:
    """One job; raises Invalid."""
    job = queries.job(session, job_id)
    if job is None:
        message = f"There is no job '{job_id}': shopapp jobs list shows them."
        raise Invalid(message)
    store = session.get(Store, job.store_id) if job.store_id else None
    return Line(job, store.handle if store else "")


def dead_ids(session: Session) -> Sequence[str]:
    """The ids of all jobs that were given up, the oldest first."""
    dead = select(Job.id).where(Job.state == JobState.DEAD)
    return session.scalars(dead.order_by(Job.id)).all()


def retry(job_id: str) -> bool:
    """Queue a dead job again; False when the same work is queued already. Raises Invalid."""
    return _settle(job_id, repairing.again)


def discard(job_id: str) -> bool:
    """Put a dead job away for good; raises Invalid when it is not dead."""
    return _settle(job_id, repairing.discard)


def _settle(job_id: str, act: Callable[..., bool]) -> bool:
    """In a transaction of the job's store, whose log tells of it."""
    with closing(new_session()) as session:
        job = line(session, job_id).job
        if job.state is not JobState.DEAD:
            message = f"The job {job_id} was not given up: it is {job.state}."
            raise Invalid(message)
        if job.store_id is not None:
            bind(session, job.store_id)
        settled = act(session, job, by=None, source="cli")
        session.commit()
        return settled
