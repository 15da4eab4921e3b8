"""The list of imports, newest first."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.imports import kinds, queries
from shopapp.imports.models import FileImport
from shopapp.imports.views import blueprint
from shopapp.imports.wording import label, state
from shopapp.web import paging
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show

PAGE, PART = "imports/files.html", "imports/_files.html"


@blueprint.get("")
@allow(Role.ADMIN, Role.AGENT)
def files() -> Response:
    """Every file that was brought, or those of a kind, and what became of it."""
    here, only = scope(), kinds.importer(request.args.get("kind", ""))
    kind = only.kind if only else ""
    page = paging.keyset(
        here.session,
        queries.listed(kind),
        (FileImport.created_at, FileImport.id),
        lambda row: (row.created_at, row.id),
        request.args.get("after"),
    )
    jobs = queries.jobs(here.session, page.rows)
    rows = [(row, label(row.kind), state(row, jobs.get(row.job_id or ""))) for row in page.rows]
    return show(
        PAGE,
        PART,
        rows=rows,
        kind=kind,
        only=only.label if only else "",
        undoable=queries.undoable(here.session, page.rows),
        newer=_page(page.newer, kind),
        older=_page(page.older, kind),
    )


def _page(cursor: str | None, kind: str) -> str | None:
    return url_for("imports.files", kind=kind or None, after=cursor) if cursor else None
