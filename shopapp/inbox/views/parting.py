"""The menu of a message: split the ticket there, or move the message to another one."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import parting
from shopapp.inbox.models import Ticket, TicketEvent, TicketMessage
from shopapp.inbox.queries import candidates
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.families import said
from shopapp.inbox.views import inbox
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid, Refused
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

PAGE, PART = "inbox/parting.html", "inbox/_parting.html"


@inbox.get("/tickets/<ticket_id>/parting")
@allow(Role.ADMIN, Role.AGENT)
def ticket_parting(ticket_id: str) -> Response:
    """Which message to split at or to move."""
    here, row = scope(), load(ticket_id)
    return show("inbox/partings.html", ticket=row, rows=said(here.session, row.id))


@inbox.get("/messages/<message_id>/parting")
@allow(Role.ADMIN, Role.AGENT)
def message_parting(message_id: str) -> Response:
    """Where the message could go: a new ticket, or one a person looks for."""
    here = scope()
    message: TicketMessage = found(candidates.message_in(here.session, message_id))
    return show(PAGE, PART, **_choice(here, message, load(message.ticket_id)))


@inbox.post("/messages/<message_id>/parting")
@allow(Role.ADMIN, Role.AGENT)
def message_part(message_id: str) -> Response:
    """Split the ticket at the message, or move it: `to` a ticket, `later` ones with it."""
    here = scope()
    message: TicketMessage = found(candidates.message_in(here.session, message_id))
    row = load(message.ticket_id)
    try:
        event = _part(here, row, message)
    except Refused as refusal:
        answer = invalid if isinstance(refusal, Invalid) else conflict
        return answer(PAGE, PART, **_choice(here, message, row) | {"refusal": str(refusal)})
    undo = url_for("inbox.event_undoing", ticket_id=row.id, event_id=event.id)
    verb = "Split off as" if event.kind == "split" else "Moved to"
    say = f"{verb} #{event.detail['number']}"
    return moved(address(row), say=say, action=("Undo", undo))


def _part(here: Scope, row: Ticket, message: TicketMessage) -> TicketEvent:
    later, wanted = bool(request.form.get("later")), request.form.get("to", "")
    if not wanted:
        return parting.split(here.session, row, message, later=later, by=here.user)
    to: Ticket = found(queries.ticket(here.session, wanted))
    return parting.move(here.session, row, message, to=to, later=later, by=here.user)


def _choice(here: Scope, message: TicketMessage, row: Ticket) -> dict[str, Any]:
    words = request.values.get("q", "")[:200]
    return {
        "message": message,
        "ticket": row,
        "url": url_for("inbox.message_parting", message_id=message.id),
        "query": words,
        "later": bool(request.values.get("later")),
        "results": candidates.found(here.session, row, words),
        "refusal": "",
    }
