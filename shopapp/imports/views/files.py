"""The list of imports, newest first."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.imports import queries
from shopapp.imports.models import FileImport
from shopapp.imports.views import blueprint
from shopapp.imports.views.wording import label, state
from shopapp.web import paging
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show

PAGE, PART = "imports/files.html", "imports/_files.html"


@blueprint.get("")
@allow(Role.ADMIN, Role.AGENT)
def files() -> Response:
    """Every file that was brought, and what became of it."""
    here = scope()
    page = paging.keyset(
        here.session,
        queries.listed(),
        (FileImport.created_at, FileImport.id),
        lambda row: (row.created_at, row.id),
        request.args.get("after"),
    )
    jobs = queries.jobs(here.session, page.rows)
    rows = [(row, label(row.kind), state(row, jobs.get(row.job_id or ""))) for row in page.rows]
    return show(PAGE, PART, rows=rows, newer=_page(page.newer), older=_page(page.older))


def _page(cursor: str | None) -> str | None:
    return url_for("imports.files", after=cursor) if cursor else None
