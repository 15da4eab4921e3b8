"""The composer's menu of draft tools: fetched when it is opened."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.drafts.views import beside
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS
from shopapp.inbox.views.tickets import address, load
from shopapp.web.access import allow, scope
from shopapp.web.htmx import is_partial, show


@inbox.get("/tickets/<ticket_id>/reply/tools")
@allow(*WRITERS)
def reply_tools(ticket_id: str) -> Response:
    """What can be done with the draft in the composer, by whoever drafts for this store."""
    here, row = scope(), load(ticket_id)
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    return show(
        "inbox/reply_tools.html",
        "inbox/_reply_tools.html",
        ticket=row,
        base=address(row),
        url=url_for(".reply", ticket_id=row.id),
        in_menu=is_partial(),
        draft_id=draft.id if draft else "",
        **beside.menu(here.session),
    )
