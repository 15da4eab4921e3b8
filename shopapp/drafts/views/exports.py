"""Exports: what a file of training data would hold, writing it, and the files written before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, request, send_file, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.audit.actions import record
from shopapp.connectors.errors import ConnectorError
from shopapp.drafts.actions import exporting
from shopapp.drafts.models import KEPT_DAYS, AiDraft, DraftExport, ExportState
from shopapp.drafts.queries import exportable
from shopapp.drafts.queries import exports as queries
from shopapp.drafts.queries.filters import NAMES, Filters
from shopapp.drafts.views import drafts
from shopapp.jobs import wording
from shopapp.jobs.models import Job
from shopapp.jobs.queries import progress
from shopapp.mail.files import Files
from shopapp.refusals import Invalid
from shopapp.stores.queries import settings
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, moved, show

PAGE, PART = "drafts/exports.html", "drafts/_exports.html"
SAMPLE = 3
STATES = {
    ExportState.WORKING: ("Being written", "info"),
    ExportState.DONE: ("Ready", "success"),
    ExportState.FAILED: ("Failed", "critical"),
    ExportState.CANCELLED: ("Cancelled", "neutral"),
}
CHOSEN = {"intent": AiDraft.intent, "model": AiDraft.model, "language": AiDraft.language}
SUBJECTS = (("ticket", "Replies"), ("purchase_order", "Orders to vendors"), ("seo", "Search"))


@drafts.get("/exports")
@allow(Role.ADMIN, fresh=True)
def exports() -> Response:
    """What would be in an export, and the earlier ones; polled while one is being written."""
    here = scope()
    if request.args.get("part") == "list":
        return show(PAGE, PART, **_list(here))
    return _page(here, request.args)


@drafts.post("/exports")
@allow(Role.ADMIN, fresh=True)
def export_creation() -> Response:
    """Have an export written."""
    here = scope()
    try:
        exporting.request(here.session, Filters.read(request.form), by=here.user)
    except Invalid as refusal:
        return _page(here, request.form, refusal)
    return moved(url_for("drafts.exports", _anchor="exports"), say="The export is being written")


@drafts.post("/exports/<export_id>/cancellation")
@allow(Role.ADMIN, fresh=True)
def export_cancellation(export_id: str) -> Response:
    """Stop writing it."""
    here = scope()
    exporting.cancel(here.session, _row(here, export_id), by=here.user)
    here.session.flush()
    return changed(PART, to=url_for("drafts.exports"), say="Export cancelled", **_list(here))


@drafts.post("/exports/<export_id>/file")
@allow(Role.ADMIN, fresh=True)
def export_file(export_id: str) -> Response:
    """Download the zip; the log says who took it."""
    here = scope()
    digest, kept = found(_row(here, export_id).file), Files.of(here.config, here.store.id)
    here.session.rollback()  # opening it may call a bucket
    try:
        file = kept.open(digest)
    except FileNotFoundError:
        abort(404, "The file of this export is gone: write it again.")
    except ConnectorError as error:
        abort(503, f"The file cannot be fetched: {error}")
    row = _row(here, export_id)
    record(here.session, "export.taken", row, by=here.user)
    name = f"drafts-{here.store.handle}-{row.created_at:%Y-%m-%d}.zip"
    return send_file(file, "application/zip", as_attachment=True, download_name=name)


def _row(here: Scope, export_id: str) -> DraftExport:
    row: DraftExport = found(queries.draft_export(here.session, export_id))
    return row


def _page(here: Scope, typed: Mapping[str, str], refusal: Invalid | None = None) -> Response:
    try:
        filters = Filters.read(typed)
    except Invalid as error:
        filters, refusal = Filters(), error
    context = {
        "asked": {name: str(typed.get(name) or "")[:200] for name in NAMES},
        "errors": {refusal.field or "since": str(refusal)} if refusal else {},
        "choices": {name: _choices(here, column) for name, column in CHOSEN.items()},
        "subjects": SUBJECTS,
        "classes": exportable.classes(here.session, filters),
        "sample": exporting.sample(here.session, exportable.plan(here.session, filters), SAMPLE),
        **_list(here),
    }
    return invalid(PAGE, PART, **context) if refusal else show(PAGE, **context)


def _choices(here: Scope, column: Any) -> list[tuple[str, str]]:
    values = exportable.choices(here.session, column)
    return [(value, value.replace("-", " ").replace("_", " ")) for value in values]


def _list(here: Scope) -> dict[str, Any]:
    lines = [_line(row, job) for row, job in queries.recent(here.session)]
    kept = settings(here.session).retention_overrides.get("keep_exports", KEPT_DAYS)
    return {"lines": lines, "working": any(line["progress"] for line in lines), "days": kept}


def _line(row: DraftExport, job: Job | None) -> dict[str, Any]:
    stuck = queries.is_stuck(row, job)
    state = STATES[ExportState.FAILED if stuck else row.state]
    gave_up = "The work on it was given up. Ask for it again." if stuck else ""
    is_working = row.state is ExportState.WORKING and job is not None and not stuck
    return {
        "row": row,
        "state": state,
        "error": row.error or gave_up,
        "total": sum(row.counts.values()),
        "progress": progress(job) if is_working and job else None,
        "pace": wording.pace(progress(job)) if is_working and job else "",
        "narrowed": ", ".join(row.filters.values()),
    }
