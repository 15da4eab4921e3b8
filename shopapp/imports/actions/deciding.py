"""What people decide: bring a file, import it, leave it, try again."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.imports import kinds, queries
from shopapp.imports.actions.finishing import finish
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs import ledger
from shopapp.jobs.models import Job
from shopapp.refusals import Invalid, Stale
from shopapp.sheets.importing import Importer, Report
from shopapp.sheets.reading import Unreadable, read
from shopapp.sheets.refusing import SeveralSheets
from shopapp.tenancy import store_of

CHECK, RUN = "imports.check", "imports.run"
MOST_BYTES = 30 * 1024 * 1024
ATTEMPTS = 3
OVER = (ImportState.DONE, ImportState.CANCELLED)


class OtherKind(Invalid):
    """The file looks like one of another kind."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message, "file")
        self.kind = kind


def bring(
    session: Session,
    importer: Importer,
    filename: str,
    content: bytes,
    options: Mapping[str, str],
    *,
    by: User,
) -> FileImport:
    """Keep a file and have it checked; raises Invalid for one that cannot be of this kind."""
    _look_at(importer, content)
    row = _noted(session, importer, filename, content, options)
    row.content, row.imported_by_id = zlib.compress(content, 6), by.id
    record(session, "file.brought", row, by=by, after=_told(row))
    _enqueue(session, row, CHECK)
    return row


def bring_now(
    session: Session,
    importer: Importer,
    filename: str,
    content: bytes,
    options: Mapping[str, str],
) -> tuple[FileImport, Report]:
    """Import a file at once, unseen; for the command line. Raises Unreadable."""
    row = _noted(session, importer, filename, content, options)
    report = importer.run(session, content, options, write=True, progress=lambda *_: None)
    finish(session, row, report)
    session.flush()
    return row, report


def begin(session: Session, row: FileImport, *, version: int, by: User) -> None:
    """Import what was checked; raises Stale when it is not waiting for that any more."""
    if row.state is not ImportState.CHECKED or row.version != version:
        message = "This file was imported, cancelled or checked again meanwhile."
        raise Stale(message)
    if row.rows_total <= row.rows_refused:
        message = "No row of this file can be imported."
        raise Invalid(message)
    row.state = ImportState.RUNNING
    row.imported_by_id = by.id
    _enqueue(session, row, RUN)


def cancel(session: Session, row: FileImport, *, by: User) -> None:
    """Leave it, also while it runs: nothing of it stays. Raises Stale when it is over."""
    if row.state in OVER:
        message = "This import was over before it could be cancelled."
        raise Stale(message)
    if row.job_id is not None and (job := session.get(Job, row.job_id)) is not None:
        ledger.cancel(session, job)
    row.state, row.content = ImportState.CANCELLED, None
    row.finished_at = clock.now()
    record(session, "file.cancelled", row, by=by, after=_told(row))


def retry(session: Session, row: FileImport, *, by: User) -> None:
    """Check a file again after a failure; raises Stale, and Invalid without its bytes."""
    job = session.get(Job, row.job_id) if row.job_id else None
    if row.state is not ImportState.FAILED and not queries.is_stuck(row, job):
        message = "This import has not failed."
        raise Stale(message)
    if queries.content(session, row.id) is None:
        message = "The file was not kept. Upload it again."
        raise Invalid(message)
    row.state, row.error = ImportState.CHECKING, None
    record(session, "file.tried again", row, by=by, after=_told(row))
    _enqueue(session, row, CHECK)


def _noted(
    session: Session, importer: Importer, filename: str, content: bytes, options: Mapping[str, str]
) -> FileImport:
    """The row of a file, without its bytes."""
    row = FileImport(
        kind=importer.kind,
        filename=filename[-200:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        options=dict(options),
    )
    session.add(row)
    session.flush()
    return row


def _look_at(importer: Importer, content: bytes) -> None:
    if len(content) > MOST_BYTES:
        message = "The file is larger than 30 MB. Export a shorter span of time, or split it."
        raise Invalid(message, "file")
    if not importer.is_sheet:
        return
    try:
        header = read(content).header
    except SeveralSheets:  # the importer may know which of them it wants: the check will tell
        return
    except Unreadable as error:
        raise Invalid(str(error), "file") from error
    other = kinds.recognised(header)
    alike = kinds.likeness(importer, header)
    if other is not None and other is not importer and kinds.likeness(other, header) > alike:
        message = f"This looks like a file for “{other.label}”, not for “{importer.label}”."
        raise OtherKind(other.kind, message)
    if importer.columns and not alike:
        names = ", ".join(f"“{name}”" for name in kinds.lacking(importer, header))
        message = f"These columns are missing: {names}. Is this the right file?"
        raise Invalid(message, "file")


def _enqueue(session: Session, row: FileImport, name: str) -> None:
    job = ledger.enqueue(
        session,
        name,
        store_id=store_of(session),
        arguments={"import_id": row.id},
        dedupe_key=f"{name}:{row.id}",
        max_attempts=ATTEMPTS,
    )
    row.job_id = job.id


def _told(row: FileImport) -> dict[str, str]:
    return {"kind": row.kind, "file": row.filename}
