"""The end of an import: what it found is kept, and how to undo it; what follows is asked for."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.imports import kinds
from shopapp.imports.change_models import FileImportChange
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs import ledger, registry
from shopapp.sheets.importing import Report
from shopapp.tenancy import store_of

MOST_PROBLEMS = 5_000
FACTS = "metrics.facts"  # the follow-up that asks from which day on


def keep(row: FileImport, report: Report) -> None:
    """What was found in the file, in its row."""
    row.rows_total, row.rows_refused = report.rows, report.refused
    row.counts, row.sample = dict(report.counts), list(report.sample)
    row.problems = [problem._asdict() for problem in report.problems[:MOST_PROBLEMS]]


def finish(session: Session, row: FileImport, report: Report) -> None:
    """The file is imported: its bytes go, how to undo it stays."""
    keep(row, report)
    row.state, row.content, row.finished_at = ImportState.DONE, None, clock.now()
    by = session.get(User, row.imported_by_id) if row.imported_by_id else None
    after = {"kind": row.kind, "file": row.filename, "rows": report.rows, **report.counts}
    record(session, "file.imported", row, by=by, after=after)
    session.add_all(
        FileImportChange(file_import_id=row.id, **each._asdict()) for each in report.changes
    )
    _follow_up(session, row, report)


def _follow_up(session: Session, row: FileImport, report: Report) -> None:
    """What is computed from the rows is computed anew; a job that runs already is too early."""
    importer = kinds.importer(row.kind)
    names = importer.follow_ups if importer and kinds.changes(report.counts) else ()
    for name in names:
        since = report.since if name == FACTS else None
        if name in registry.names():
            ledger.enqueue(
                session,
                name,
                store_id=store_of(session),
                arguments={"since": since.isoformat()} if since else {},
                dedupe_key=f"{name}:{store_of(session)}:{row.id}",
            )
