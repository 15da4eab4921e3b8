"""What open pages ask every few seconds: what is new in a ticket, and who else is there."""

from __future__ import annotations

from typing import Any

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from shopapp.inbox.actions import attending
from shopapp.inbox.queries import presence
from shopapp.inbox.views import inbox
from shopapp.inbox.views.entries import Entry, Happening
from shopapp.inbox.views.tickets import load, page
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import found, is_partial, show

PAGE, PART = "inbox/pulse.html", "inbox/_pulse.html"


@inbox.get("/tickets/<ticket_id>/pulse")
@allow(*EVERYONE)
def ticket_pulse(ticket_id: str) -> Response:
    """What changed since `seen`, and who is there; 204 when both are as the page knows them."""
    here = scope()
    pulse: presence.Pulse = found(presence.pulse(here.session, ticket_id, here.user.id))
    seen = _seen(pulse)
    if is_partial() and (seen, request.args.get("who", "")) == (pulse.mark, pulse.who):
        return make_response("", 204)
    row = load(ticket_id)
    told: dict[str, Any] = {
        "ticket": row,
        "entries": [],
        "watchers": pulse.watchers,
        "merged": pulse.merged_into_id is not None,
        "fresh": seen != pulse.mark,
        "pulse_url": url_for(
            "inbox.ticket_pulse", ticket_id=ticket_id, seen=str(pulse.mark), who=pulse.who
        ),
    }
    if told["fresh"]:
        context = page(here, row)
        told = context | told | {"entries": _since(here, context["entries"], row.id, seen)}
    return show(PAGE, PART, **told)


@inbox.post("/tickets/<ticket_id>/presence")
@allow(*EVERYONE)
def ticket_presence(ticket_id: str) -> Response:
    """Somebody has the ticket open."""
    here = scope()
    attending.attend(here.session, load(ticket_id), by=here.user)
    return make_response("", 204)


@inbox.get("/presence")
@allow(*EVERYONE)
def tickets_presence() -> Response:
    """Who has which ticket open, for the list's rows."""
    here = scope()
    watchers = presence.watchers(here.session, here.user.id)
    return show("inbox/presence.html", "inbox/_presence.html", watchers=watchers)


def _seen(pulse: presence.Pulse) -> int:
    """The change the page knows; without a word of it, everything counts as known."""
    seen = request.args.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 20 else pulse.mark


def _since(
    here: Scope, entries: list[Entry | Happening], ticket_id: str, seen: int
) -> list[Entry | Happening]:
    """Of the entries those that are new, or whose delivery changed, since `seen`."""
    changed = presence.changed_since(here.session, ticket_id, seen)
    return [entry for entry in entries if entry.id in changed]
