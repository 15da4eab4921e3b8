"""Why a reply is thrown away: the reasons, fetched when somebody wants to."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.inbox.forms import OTHER, OWN_REASONS, REASONS
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS
from shopapp.inbox.views.tickets import address, load
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show


@inbox.get("/tickets/<ticket_id>/reply/discarding")
@allow(*WRITERS)
def reply_reasons(ticket_id: str) -> Response:
    """The reasons there are: of a draft what was wrong with it, else why nothing is sent."""
    here, row = scope(), load(ticket_id)
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    return show(
        "inbox/reply_discarding.html",
        "inbox/_reply_discarding.html",
        ticket=row,
        base=address(row),
        reasons={
            word: text
            for word, text in REASONS.items()
            if word != OTHER and (draft is not None or word in OWN_REASONS)
        },
        is_drafted=draft is not None,
    )
