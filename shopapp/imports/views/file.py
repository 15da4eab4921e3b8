"""One import: being checked, waiting for a word, running, over; and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.db import Session
from shopapp.imports import kinds, queries, wording
from shopapp.imports.actions import deciding, undoing
from shopapp.imports.gauge import Gauge
from shopapp.imports.models import FileImport, ImportState
from shopapp.imports.views import blueprint
from shopapp.jobs.models import JobState
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import changed, conflict, invalid, show
from shopapp.web.htmx import found as present

PAGE, PART = "imports/file.html", "imports/_file.html"
SHOWN = 100


@blueprint.get("/<import_id>")
@allow(Role.ADMIN, Role.AGENT)
def file(import_id: str) -> Response:
    """What the file would do, does, or did."""
    return show(PAGE, PART, **_page(_row(import_id)))


@blueprint.post("/<import_id>/run")
@allow(Role.ADMIN, Role.AGENT)
def file_run(import_id: str) -> Response:
    """Import it, in the background."""
    here, row = scope(), _row(import_id)
    version = request.form.get("version", type=int) or 0
    return _answer(row, lambda: deciding.begin(here.session, row, version=version, by=here.user))


@blueprint.post("/<import_id>/cancellation")
@allow(Role.ADMIN, Role.AGENT)
def file_cancellation(import_id: str) -> Response:
    """Leave it; nothing of it stays."""
    here, row = scope(), _row(import_id)
    return _answer(row, lambda: deciding.cancel(here.session, row, by=here.user), "Cancelled")


@blueprint.post("/<import_id>/retry")
@allow(Role.ADMIN, Role.AGENT)
def file_retry(import_id: str) -> Response:
    """Check it again after a failure."""
    here, row = scope(), _row(import_id)
    return _answer(row, lambda: deciding.retry(here.session, row, by=here.user))


@blueprint.post("/<import_id>/undoing")
@allow(Role.ADMIN, Role.AGENT)
def file_undoing(import_id: str) -> Response:
    """Take back what it did, but for what was changed since."""
    here, row = scope(), _row(import_id)
    try:
        undone = undoing.undo(here.session, row, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_page(row, str(refusal)))
    here.session.flush()
    to, tone = (
        url_for("imports.file", import_id=row.id),
        "caution" if undone.left_alone else "success",
    )
    return changed(PART, to=to, say=wording.undone(undone), tone=tone, **_page(row))


@blueprint.get("/<import_id>/refusals.csv")
@allow(Role.ADMIN, Role.AGENT)
def refusals(import_id: str) -> Response:
    """The refused rows, to mend them."""
    row = _row(import_id)
    name = f"{row.filename.rpartition('.')[0] or row.filename}-refused.csv"

    def rows(session: Session) -> Iterator[tuple[object, ...]]:
        for each in queries.problems(session, import_id):
            yield each["line"], each["column"], each["message"]

    return streamed(name, ("Line", "Column", "What is wrong"), rows)


def _row(import_id: str) -> FileImport:
    row: FileImport = present(queries.file_import(scope().session, import_id))
    return row


def _answer(row: FileImport, act: Any, say: str | None = None) -> Response:
    try:
        act()
    except Stale as refusal:
        return conflict(PAGE, PART, **_page(row, str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **_page(row, str(refusal)))
    scope().session.flush()
    to = url_for("imports.file", import_id=row.id)
    return changed(PART, to=to, say=say, **_page(row))


def _page(row: FileImport, refusal: str = "") -> dict[str, Any]:
    here = scope()
    job = queries.jobs(here.session, [row]).get(row.job_id or "")
    failure = wording.failure(row, job)
    sample = wording.narrowed(row.sample)
    waits = row.state is ImportState.CHECKED
    return {
        "row": row,
        "label": wording.label(row.kind),
        "state": wording.state(row, job),
        "failure": failure,
        "can_retry": bool(failure) and queries.is_kept(here.session, row.id),
        "working": row.state in queries.AT_WORK and not queries.is_stuck(row, job),
        "queued": job.attempts + 1 if job and job.state is JobState.QUEUED else 0,
        "progress": Gauge(here.config.instance, row.id).read(),
        "numbers": wording.numbers(row.counts),
        "changes": kinds.changes(row.counts),
        "problems": row.problems[:SHOWN],
        "sample": sample,
        "columns": [(name, "", None, "") for name in sample[0]] if sample else [],
        "earlier": queries.same_before(here.session, row) if waits else None,
        "can_undo": bool(queries.undoable(here.session, [row])),
        "refusal": refusal,
    }
