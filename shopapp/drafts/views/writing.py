"""A draft that is still written for the shared editor: how far it is, and waiting no longer."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.drafts.actions import commissioning
from shopapp.drafts.models import DraftState
from shopapp.drafts.views import drafts
from shopapp.drafts.views.editor import PAGE, PART, WRITERS, address, context, load
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import conflict, invalid, moved, show

WRITING = "drafts/_writing.html"


@drafts.get("/<draft_id>/editor/writing")
@allow(*EVERYONE)
def editor_writing(draft_id: str) -> Response:
    """The text so far: polled while it is written, then the page comes anew."""
    here = scope()
    row = load(here, draft_id)
    if row.state is not DraftState.DRAFTING:
        return moved(address(row))
    return show(PAGE, WRITING, **context(here, row))


@drafts.post("/<draft_id>/editor/stopping")
@allow(*WRITERS)
def editor_stopping(draft_id: str) -> Response:
    """Wait no longer: the embedded drafter writes it."""
    here, row = scope(), load(scope(), draft_id)
    try:
        commissioning.stop_waiting(here.session, row, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, refusal=str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **context(here, row, refusal=str(refusal)))
    return moved(address(row))


@drafts.post("/<draft_id>/editor/redrafting")
@allow(*WRITERS)
def editor_redrafting(draft_id: str) -> Response:
    """Draft it anew, where nothing came of it or it is outdated."""
    here, row = scope(), load(scope(), draft_id)
    try:
        draft = commissioning.commission(
            here.session, row.subject_type, row.subject_id, by=here.user
        )
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, refusal=str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **context(here, row, refusal=str(refusal)))
    return moved(address(draft))
