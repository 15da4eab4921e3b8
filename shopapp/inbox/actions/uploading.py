"""A file of mail that a person brings: kept aside, imported in the background, told about."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.config import Config
from shopapp.db import Session
from shopapp.inbox.actions.importing import Intake, Report, import_items
from shopapp.inbox.parsing import looks_like_mail
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job
from shopapp.jobs.registry import handler
from shopapp.jobs.worker import one_line
from shopapp.mail import archives
from shopapp.mail.models import Mailbox, MailUpload, UploadState
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_of

UPLOAD = "inbox.upload"
AT_WORK = (UploadState.WAITING, UploadState.RUNNING)
_ATTEMPTS = 3


def bring(
    session: Session,
    mailbox: Mailbox | None,
    filename: str,
    save: Callable[[Path], None],
    *,
    config: Config,
    by: User,
) -> MailUpload:
    """Keep a file and have it imported; `save(path)` writes its bytes. Raises Invalid."""
    if mailbox is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message, "file")
    row = MailUpload(
        mailbox_id=mailbox.id, filename=filename[-200:], size=0, brought_by_id=by.id, counts={}
    )
    row.size = _saved(_folder(config, row), save)
    session.add(row)
    session.flush()
    record(session, "mail.brought", row, by=by, after={"file": row.filename})
    row.job_id = _enqueued(session, row).id
    return row


def cancel(session: Session, row: MailUpload, *, config: Config, by: User) -> None:
    """Stop it; what was imported stays. Raises Stale when it is over."""
    if row.state not in AT_WORK:
        message = "This import was over before it could be stopped."
        raise Stale(message)
    job = session.get(Job, row.job_id) if row.job_id else None
    if job is not None:
        ledger.cancel(session, job)
    row.state, row.finished_at = UploadState.CANCELLED, clock.now()
    record(session, "mail.import stopped", row, by=by, after={"file": row.filename})
    shutil.rmtree(_folder(config, row), ignore_errors=True)


def _saved(folder: Path, save: Callable[[Path], None]) -> int:
    folder.mkdir(parents=True, mode=0o700)
    save(path := folder / "upload")
    if not (size := path.stat().st_size):
        shutil.rmtree(folder)
        message = "The file is empty. Choose another one."
        raise Invalid(message, "file")
    return size


def _enqueued(session: Session, row: MailUpload) -> Job:
    return ledger.enqueue(
        session,
        UPLOAD,
        store_id=store_of(session),
        arguments={"upload_id": row.id},
        dedupe_key=f"{UPLOAD}:{row.id}",
        max_attempts=_ATTEMPTS,
    )


@handler(UPLOAD)
def work(context: JobContext, *, upload_id: str) -> None:
    """Import a file; killed, it begins again and finds what it had imported."""
    with context.transaction() as session:
        row = session.get(MailUpload, upload_id)
        if row is None or row.state not in AT_WORK:
            return
        row.state, row.error = UploadState.RUNNING, None
        folder, name, mailbox = _folder(context.config, row), row.filename, row.mailbox_id
    try:
        _import(context, upload_id, folder, name, mailbox)
    except ledger.LostLease:
        return
    except Exception as error:
        if context.claim.attempts >= context.claim.max_attempts:
            _note(context, upload_id, None, UploadState.FAILED, one_line(error))
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _import(context: JobContext, upload_id: str, folder: Path, name: str, mailbox: str) -> None:
    path = folder / "upload"
    if not path.exists():
        _note(context, upload_id, None, UploadState.FAILED, "The file is gone. Upload it again.")
        return
    intake = Intake.of(context.config, context.claim.store_id or "")
    found = archives.messages(path, folder, name=name, looks_like_mail=looks_like_mail)
    report = Report()
    for report in import_items(intake, found, mailbox_id=mailbox):
        _note(context, upload_id, report, UploadState.RUNNING)
    _note(context, upload_id, report, UploadState.DONE)


def _note(
    context: JobContext,
    upload_id: str,
    report: Report | None,
    state: UploadState,
    error: str | None = None,
) -> None:
    """How far it is; raises LostLease when somebody stopped it."""
    with context.transaction() as session:
        row = session.get_one(MailUpload, upload_id)
        row.state, row.error = state, error
        row.finished_at = None if state in AT_WORK else clock.now()
        if report is not None:
            row.counts = {
                "seen": report.seen,
                "stored": report.stored,
                "known": report.duplicates,
                "refused": report.refused,
                "read": report.parsed,
                "quarantined": report.quarantined,
                "tickets": report.opened,
            }
            row.reasons = [list(each) for each in report.reasons[:200]]
            context.progress(report.seen)


def _folder(config: Config, row: MailUpload) -> Path:
    return config.instance / "uploads" / row.id
