"""What a mail hides from its readers, for those who have to judge it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.inbox.queries import tickets
from shopapp.inbox.undisguising import hidden
from shopapp.inbox.views import inbox
from shopapp.inbox.views.tickets import load
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import found, show


@inbox.get("/messages/<message_id>/hidden")
@allow(*EVERYONE)
def message_hidden(message_id: str) -> Response:
    """The words that were left out, as plain text."""
    message = found(tickets.message(scope().session, message_id))
    words = hidden(message.body_html, message.body_text)
    page = "inbox/hidden.html"
    return show(page, page, ticket=load(message.ticket_id), message=message, words=words)
