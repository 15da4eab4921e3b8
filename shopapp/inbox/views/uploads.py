"""Bringing mail as a file: upload, progress, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import uploading
from shopapp.inbox.views import inbox
from shopapp.mail import queries
from shopapp.mail.models import MailUpload
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, moved, show

LIST, FORM = "inbox/uploads.html", "inbox/_uploads.html"
PAGE, PART = "inbox/upload.html", "inbox/_upload.html"
LIMIT = 2_000_000_000


@inbox.url_value_preprocessor
def _allow_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "inbox.uploads_new":  # before the form is read for its token
        request.max_content_length = LIMIT


@inbox.get("/mail/uploads")
@allow(Role.ADMIN, Role.AGENT)
def uploads() -> Response:
    """The form, and earlier files."""
    return show(LIST, FORM, **_list())


@inbox.post("/mail/uploads")
@allow(Role.ADMIN, Role.AGENT)
def uploads_new() -> Response:
    """Take a file; it is imported in the background."""
    here = scope()
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid("Choose a file first.", "file")
        mailbox = queries.default_mailbox(here.session)
        row = uploading.bring(
            here.session, mailbox, file.filename, file.save, config=here.config, by=here.user
        )
    except Invalid as refusal:
        return invalid(LIST, FORM, **_list(str(refusal)))
    return moved(url_for("inbox.upload", upload_id=row.id))


@inbox.get("/mail/uploads/<upload_id>")
@allow(Role.ADMIN, Role.AGENT)
def upload(upload_id: str) -> Response:
    """How far it is, or what became of it."""
    return show(PAGE, PART, **_page(_row(upload_id)))


@inbox.post("/mail/uploads/<upload_id>/cancellation")
@allow(Role.ADMIN, Role.AGENT)
def upload_cancellation(upload_id: str) -> Response:
    """Stop it."""
    here, row = scope(), _row(upload_id)
    try:
        uploading.cancel(here.session, row, config=here.config, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_page(row, str(refusal)))
    here.session.flush()
    return changed(PART, to=url_for("inbox.upload", upload_id=row.id), say="Stopped", **_page(row))


def _row(upload_id: str) -> MailUpload:
    row: MailUpload = found(queries.upload(scope().session, upload_id))
    return row


def _list(error: str = "") -> dict[str, Any]:
    return {"error": error, "uploads": queries.uploads(scope().session)}


def _page(row: MailUpload, refusal: str = "") -> dict[str, Any]:
    return {"row": row, "working": row.state in uploading.AT_WORK, "refusal": refusal}
