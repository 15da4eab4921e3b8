"""What leaves: exactly the messages that go to the language model for a ticket, masked or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from shopapp.drafts.modelled import leaves
from shopapp.drafts.queries.writers import language_model
from shopapp.inbox.actions import briefing
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS
from shopapp.inbox.views.tickets import address, load
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """What left for one draft, when and to which model."""

    at: datetime
    model: str
    messages: list[dict[str, str]]


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
    sent = [
        Sent(draft.created_at, draft.model, draft.asked or [])
        for draft in queries.asked_for(here.session, row.id, SHOWN)
    ]
    return show(
        "inbox/leaving_data.html",
        ticket=row,
        base=address(row),
        service=service,
        leaving=leaving,
        sent=sent,
    )
