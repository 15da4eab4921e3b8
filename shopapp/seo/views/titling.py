"""A better title for an insight's page: drafted here, edited in the drafts' editor."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.refusals import Invalid
from shopapp.seo.actions import titling
from shopapp.seo.views import details, seo
from shopapp.web.access import allow, scope
from shopapp.web.htmx import invalid, moved


@seo.post("/insights/<insight_id>/titles")
@allow(Role.ADMIN, Role.AGENT)
def insight_titles(insight_id: str) -> Response:
    """Draft a better title."""
    here, row = scope(), details.load(insight_id)
    try:
        draft = titling.draft_title(here.session, row, by=here.user)
    except Invalid as refusal:
        context = details.page(here, row, refusal=str(refusal))
        return invalid(details.PAGE, details.PART, **context)
    return moved(url_for("drafts.editor", draft_id=draft.id))
