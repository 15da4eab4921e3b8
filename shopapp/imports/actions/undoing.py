"""Taking an import back, as far as nobody has changed what it brought."""

from __future__ import annotations

from sqlalchemy import delete

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.imports import kinds, queries
from shopapp.imports.change_models import FileImportChange
from shopapp.imports.models import FileImport
from shopapp.refusals import Stale
from shopapp.sheets.importing import Undone


def undo(session: Session, row: FileImport, *, by: User | None) -> Undone:
    """Take back what an import did, but for rows that were changed since.

    Raises Stale when it was undone, cannot be, or everything of it was changed since.
    """
    session.refresh(row, with_for_update={"of": FileImport})
    importer, changes = kinds.importer(row.kind), queries.changes(session, row)
    if row.undone_at is not None or importer is None or importer.undo is None or not changes:
        message = "This import cannot be undone any more."
        raise Stale(message)
    undone = importer.undo(session, changes, by=by)
    if len(undone.left_alone) == len(changes):
        message = "Everything this import brought was changed since: there is nothing to undo."
        raise Stale(message)
    row.undone_at, row.undone_by_id = clock.now(), by.id if by else None
    mine = FileImportChange.file_import_id == row.id
    session.execute(delete(FileImportChange).where(mine))
    record(session, "file.undone", row, by=by, after={"kind": row.kind, "file": row.filename})
    return undone
