"""Imports as the pages ask for them: the list, one with its findings, earlier ones alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from shopapp.db import Session
from shopapp.imports.change_models import FileImportChange
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job, JobState
from shopapp.sheets.importing import Change

AT_WORK = (ImportState.CHECKING, ImportState.RUNNING)
_ALIVE = (JobState.QUEUED, JobState.RUNNING)


def listed(kind: str = "") -> Select[Any]:
    """Every import, or those of a kind, with who brought and who undid it."""
    people = joinedload(FileImport.imported_by), joinedload(FileImport.undone_by)
    found = select(FileImport).options(*people)
    return found.where(FileImport.kind == kind) if kind else found


def latest(session: Session, kind: str, limit: int = 50) -> Sequence[FileImport]:
    """The newest imports of a kind."""
    newest = listed(kind).order_by(FileImport.created_at.desc(), FileImport.id.desc())
    return session.scalars(newest.limit(limit)).all()


def to_undo(session: Session, kind: str, import_id: str | None) -> FileImport | None:
    """The import of a kind called `import_id`, or the newest one, if it can be undone."""
    kept = select(FileImportChange.file_import_id)
    newest = listed(kind).where(FileImport.undone_at.is_(None), FileImport.id.in_(kept))
    asked = newest.where(FileImport.id == import_id) if import_id else newest
    found: FileImport | None = session.scalar(
        asked.order_by(FileImport.created_at.desc(), FileImport.id.desc()).limit(1)
    )
    return found


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


def changes(session: Session, row: FileImport) -> list[Change]:
    """What an import did to each row, in order, as undoing it asks."""
    kept = FileImportChange
    found = select(kept.row_id, kept.before, kept.left_as).where(kept.file_import_id == row.id)
    return [Change(*each) for each in session.execute(found.order_by(kept.id))]


def undoable(session: Session, rows: Collection[FileImport]) -> set[str]:
    """The ids of those imports that can be undone."""
    ids = [row.id for row in rows if row.state is ImportState.DONE and row.undone_at is None]
    found = select(FileImportChange.file_import_id).where(FileImportChange.file_import_id.in_(ids))
    return set(session.scalars(found.distinct())) if ids else set()


def jobs(session: Session, rows: Collection[FileImport]) -> dict[str, Job]:
    """The jobs of imports that are at work, by the job's id."""
    ids = [row.job_id for row in rows if row.job_id and row.state in AT_WORK]
    if not ids:
        return {}
    return {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(ids)))}


def is_stuck(row: FileImport, job: Job | None) -> bool:
    """Whether an import is at work by its state, and nobody works on it any more."""
    return row.state in AT_WORK and (job is None or job.state not in _ALIVE)
