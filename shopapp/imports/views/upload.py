"""Bringing a file: choose its kind, then the file; what cannot be that kind is refused at once."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.imports import forms, kinds
from shopapp.imports.actions import deciding
from shopapp.imports.views import blueprint
from shopapp.refusals import Invalid
from shopapp.sheets.bundling import bundled
from shopapp.sheets.importing import Importer
from shopapp.web.access import allow, scope
from shopapp.web.htmx import found, invalid, moved, show

PAGE, PART = "imports/upload.html", "imports/_upload.html"
MOST_FILES = 500


@blueprint.get("/new")
@allow(Role.ADMIN, Role.AGENT)
def upload() -> Response:
    """The page; `kind` in the address chooses one."""
    importer = kinds.importer(request.args.get("kind", "")) or kinds.IMPORTERS[0]
    return show(PAGE, PART, **_page(importer))


@blueprint.post("/new")
@allow(Role.ADMIN, Role.AGENT)
def arrival() -> Response:
    """Take the file and have it checked."""
    here = scope()
    importer: Importer = found(kinds.importer(request.form.get("kind", "")))
    said, errors = forms.options(importer, request.form)
    name, content = _brought(importer)
    if not name:
        errors = {"file": "Choose a file first.", **errors}
    if errors:
        return invalid(PAGE, PART, **_page(importer, said, errors))
    try:
        row = deciding.bring(here.session, importer, name, content, said, by=here.user)
    except Invalid as refusal:
        other = kinds.importer(refusal.kind) if isinstance(refusal, deciding.OtherKind) else None
        return invalid(PAGE, PART, **_page(importer, said, {"file": str(refusal)}, other))
    return moved(url_for("imports.file", import_id=row.id))


def _brought(importer: Importer) -> tuple[str, bytes]:
    """The file's name and bytes, "" when none was chosen; several are packed into one."""
    chosen = [file for file in request.files.getlist("file") if file.filename]
    room = deciding.MOST_BYTES + 1
    read = [(file.filename or "", file.read(room)) for file in chosen[:MOST_FILES]]
    if not read:
        return "", b""
    name, content = read[0]
    if not importer.is_many:
        return name, content
    if sum(len(content) for _, content in read) > deciding.MOST_BYTES:
        return name, b" " * room  # as long as a file that is refused for its length
    more = f" and {len(read) - 1} more" if len(read) > 1 else ""
    return f"{name}{more}", bundled(read)


def _page(
    importer: Importer,
    said: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    other: Importer | None = None,
) -> dict[str, Any]:
    values = {each.name: each.value for each in importer.fields} | (said or {})
    return {
        "chosen": importer,
        "importers": kinds.IMPORTERS,
        "values": values,
        "errors": errors or {},
        "other": other,
    }
