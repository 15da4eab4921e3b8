"""What a person made of the draft in the composer, paragraph by paragraph, and taking one back."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from shopapp.drafts.learning import edits
from shopapp.inbox.actions import revising
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.history import brought_back, standing
from shopapp.inbox.views.replies import WRITERS, conflicting, first_error, refuse, too_late
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Stale
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import is_partial, show


@inbox.get("/tickets/<ticket_id>/reply/changes")
@allow(*EVERYONE)
def reply_changes(ticket_id: str) -> Response:
    """What was changed in the draft, word by word, and how much that is."""
    here, row = scope(), load(ticket_id)
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    compared = edits.edit(draft.content, written.body_text) if draft and written else None
    return show(
        "inbox/changes.html",
        "inbox/_changes.html",
        edit=compared,
        ticket=row,
        base=address(row),
        version=f"{written.id}:{written.version}" if written else "",
        in_composer=is_partial(),
    )


@inbox.post("/tickets/<ticket_id>/reply/changes")
@allow(*WRITERS)
def reply_change_removal(ticket_id: str) -> Response:
    """Take one change back: that paragraph is as the draft had it; what was typed is kept."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    try:
        written = standing(here, row, form)
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    draft = queries.draft_behind(here.session, written)
    key = request.form.get("back", "")
    text = edits.taken_back(draft.content, written.body_text, key) if draft else None
    if text is None:
        return too_late(here, row, "This change is no longer in the text. Look at what is there.")
    before = written.body_text
    revising.go_back(here.session, written, body=text, version=written.version, by=here.user)
    return brought_back(here, row, written, before, "Change taken back")
