"""Imports as the pages ask for them: the list, one with its findings, earlier ones alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from shopapp.db import Session
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job, JobState

AT_WORK = (ImportState.CHECKING, ImportState.RUNNING)
_ALIVE = (JobState.QUEUED, JobState.RUNNING)


def listed() -> Select[Any]:
    """Every import, with who brought it."""
    return select(FileImport).options(joinedload(FileImport.imported_by))


def file_import(session: Session, import_id: str) -> FileImport | None:
    """One import with who brought it, its refused rows and its sample."""
    found: FileImport | None = session.scalar(
        listed()
        .where(FileImport.id == import_id)
        .options(undefer(FileImport.problems), undefer(FileImport.sample))
    )
    return found


def content(session: Session, import_id: str) -> bytes | None:
    """The packed bytes; None when they were dropped."""
    return session.scalar(select(FileImport.content).where(FileImport.id == import_id))


def is_kept(session: Session, import_id: str) -> bool:
    """Whether the file's bytes are still here."""
    kept = FileImport.content.is_not(None)
    return bool(session.scalar(select(kept).where(FileImport.id == import_id)))


def problems(session: Session, import_id: str) -> list[dict[str, Any]]:
    """The refused rows."""
    found = session.scalar(select(FileImport.problems).where(FileImport.id == import_id))
    return list(found or [])


def same_before(session: Session, row: FileImport) -> FileImport | None:
    """The last finished import of the same bytes as the same kind."""
    found: FileImport | None = session.scalar(
        listed()
        .where(
            FileImport.sha256 == row.sha256,
            FileImport.kind == row.kind,
            FileImport.state == ImportState.DONE,
            FileImport.id != row.id,
        )
        .order_by(FileImport.created_at.desc())
        .limit(1)
    )
    return found


def jobs(session: Session, rows: Collection[FileImport]) -> dict[str, Job]:
    """The jobs of imports that are at work, by the job's id."""
    ids = [row.job_id for row in rows if row.job_id and row.state in AT_WORK]
    if not ids:
        return {}
    return {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(ids)))}


def is_stuck(row: FileImport, job: Job | None) -> bool:
    """Whether an import is at work by its state, and nobody works on it any more."""
    return row.state in AT_WORK and (job is None or job.state not in _ALIVE)
