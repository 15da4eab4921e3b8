"""What leaves: exactly the messages that go to the language model for a ticket, masked or not."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from shopapp.drafts.drafters.modelled import leaves
from shopapp.drafts.models import DraftSubject
from shopapp.drafts.queries.writers import language_model
from shopapp.drafts.views import beside
from shopapp.inbox.actions import briefing
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS
from shopapp.inbox.views.tickets import address, load
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show


@inbox.get("/tickets/<ticket_id>/reply/leaving-data")
@allow(*WRITERS)
def reply_leaving_data(ticket_id: str) -> Response:
    """What a new draft would send, and what the newest ones did send."""
    here, row = scope(), load(ticket_id)
    service, terms = language_model(here.session), briefing.terms(here.session, row)
    leaving: list[dict[str, Any]] = []
    if terms is not None:
        brief = briefing.brief(here.session, row, queries.question(here.session, row))
        left = leaves(brief, terms).messages
        leaving = [{"role": each.role, "content": each.content} for each in left]
    return show(
        "inbox/leaving_data.html",
        ticket=row,
        base=address(row),
        service=service,
        leaving=leaving,
        sent=beside.sent(here.session, DraftSubject.TICKET, row.id),
    )
