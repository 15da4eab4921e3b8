"""What the worker does: check a file, import it in one transaction; both may be killed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shopapp import clock
from shopapp.db import Session, new_session
from shopapp.imports import kinds, queries
from shopapp.imports.actions.deciding import CHECK, RUN
from shopapp.imports.actions.finishing import finish, keep
from shopapp.imports.gauge import Gauge
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job, JobState
from shopapp.jobs.registry import handler
from shopapp.jobs.worker import one_line
from shopapp.sheets.importing import Progress, Report
from shopapp.sheets.reading import Unreadable
from shopapp.tenancy import bind


class Left(Exception):
    """The import was cancelled, or another worker has it: nothing more is to be done."""


@handler(CHECK)
def check(context: JobContext, *, import_id: str) -> None:
    """Say what a file would do; changes nothing but its own row."""
    with _told(context, import_id):
        with closing(_session(context, reading=True)) as session:
            row = _expected(session, import_id, ImportState.CHECKING)
            report = _report(context, session, row, write=False)
        with context.transaction() as session:
            row = _expected(session, import_id, ImportState.CHECKING, locked=True)
            keep(row, report)
            row.state = ImportState.CHECKED


@handler(RUN)
def run(context: JobContext, *, import_id: str) -> None:
    """Import a checked file whole or not at all.

    The job's own row is taken last, so that it can be cancelled while this runs.
    """
    with _told(context, import_id), closing(_session(context)) as session:
        row = _expected(session, import_id, ImportState.RUNNING)
        report = _report(context, session, row, write=True)
        row = _expected(session, import_id, ImportState.RUNNING, locked=True)
        finish(session, row, report)
        ledger.hold(session, context.claim)
        session.commit()


@contextmanager
def _told(context: JobContext, import_id: str) -> Iterator[None]:
    """What breaks is told on the import's page; a database that faltered is tried again."""
    try:
        yield
    except (Left, ledger.LostLease):
        return
    except Unreadable as error:
        _failed(context, import_id, str(error), keep=False)
    except SQLAlchemyError as error:
        if context.claim.attempts < context.claim.max_attempts:
            raise
        _failed(context, import_id, one_line(error), keep=True)
    except Exception as error:
        _failed(context, import_id, one_line(error), keep=True)
        raise
    finally:
        Gauge(context.config.instance, import_id).clear()


def _session(context: JobContext, *, reading: bool = False) -> Session:
    session = new_session()
    session.reading = reading
    bind(session, context.claim.store_id or "")
    return session


def _expected(
    session: Session, import_id: str, state: ImportState, *, locked: bool = False
) -> FileImport:
    """The import as it is now, in the state we work on; raises Left otherwise."""
    query = select(FileImport).where(FileImport.id == import_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None or row.state is not state:
        raise Left
    return row


def _report(context: JobContext, session: Session, row: FileImport, *, write: bool) -> Report:
    importer = kinds.importer(row.kind)
    packed = queries.content(session, row.id)
    if importer is None or packed is None:
        raise Unreadable("The file was not kept. Upload it again.")
    return importer.run(
        session,
        zlib.decompress(packed),
        dict(row.options),
        write=write,
        progress=_progress(context, row.id),
    )


def _progress(context: JobContext, import_id: str) -> Progress:
    gauge = Gauge(context.config.instance, import_id)

    def note(done: int, total: int | None) -> None:
        gauge.note(done, total)
        with closing(new_session()) as session:
            session.reading = True
            job = session.get(Job, context.claim.job_id)
            if job is None or job.state is not JobState.RUNNING or job.fence != context.claim.fence:
                raise Left

    return note


def _failed(context: JobContext, import_id: str, reason: str, *, keep: bool) -> None:
    with context.transaction() as session:
        row = session.get(FileImport, import_id)
        if row is None or row.state not in queries.AT_WORK:
            return
        row.state, row.error, row.finished_at = ImportState.FAILED, reason, clock.now()
        if not keep:
            row.content = None
