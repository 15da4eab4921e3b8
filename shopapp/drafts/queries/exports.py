"""Exports as their page lists them, with the jobs that write them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopapp.db import Session
from shopapp.drafts.models import DraftExport, ExportState
from shopapp.jobs.models import Job, JobState

SHOWN = 20
_ALIVE = (JobState.QUEUED, JobState.RUNNING)


def recent(session: Session) -> list[tuple[DraftExport, Job | None]]:
    """The newest exports, each with who asked for it and with its job while it is being written."""
    query = select(DraftExport).options(joinedload(DraftExport.requested_by))
    newest = query.order_by(DraftExport.created_at.desc(), DraftExport.id.desc())
    rows = session.scalars(newest.limit(SHOWN)).all()
    jobs = _jobs(session, rows)
    return [(row, jobs.get(row.job_id or "")) for row in rows]


def draft_export(session: Session, export_id: str) -> DraftExport | None:
    """One export."""
    return session.scalar(select(DraftExport).where(DraftExport.id == export_id))


def is_stuck(row: DraftExport, job: Job | None) -> bool:
    """Whether an export is being written by its state, and nobody works on it any more."""
    return row.state is ExportState.WORKING and (job is None or job.state not in _ALIVE)


def _jobs(session: Session, rows: Sequence[DraftExport]) -> dict[str, Job]:
    ids = [row.job_id for row in rows if row.job_id and row.state is ExportState.WORKING]
    if not ids:
        return {}
    return {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(ids)))}
