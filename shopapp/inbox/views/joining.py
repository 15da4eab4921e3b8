"""What belongs together: the More menu, merging, undoing, suggestions, people, marked addresses."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import joining, parting, relating
from shopapp.inbox.models import Ticket, TicketEvent
from shopapp.inbox.queries import candidates
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.tickets import address, load
from shopapp.mail import marking
from shopapp.refusals import Invalid, Refused
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, moved, show

WRITERS = (Role.ADMIN, Role.AGENT)
MORE, MORE_PART = "inbox/more.html", "inbox/_more.html"
PAGE, PART = "inbox/merging.html", "inbox/_merging.html"
RELATED, RELATED_PART = "inbox/related.html", "inbox/_related.html"


@inbox.get("/tickets/<ticket_id>/more")
@allow(*WRITERS)
def ticket_more(ticket_id: str) -> Response:
    """What else can be done with a ticket: the items of the head's menu."""
    return show(MORE, MORE_PART, **_menu(load(ticket_id)))


@inbox.get("/tickets/<ticket_id>/merging")
@allow(*WRITERS)
def ticket_merging(ticket_id: str) -> Response:
    """Which ticket to merge this one into."""
    return show(PAGE, PART, **_choice(scope(), load(ticket_id)))


@inbox.post("/tickets/<ticket_id>/merging")
@allow(*WRITERS)
def ticket_merge(ticket_id: str) -> Response:
    """Merge the ticket into the chosen one."""
    here, row = scope(), load(ticket_id)
    into: Ticket = found(queries.ticket(here.session, request.form.get("into", "")))
    try:
        event = joining.merge(here.session, row, into=into, by=here.user)
    except Refused as refusal:
        answer = invalid if isinstance(refusal, Invalid) else conflict
        return answer(PAGE, PART, **_choice(here, row) | {"refusal": str(refusal)})
    said = f"#{row.number} is part of this ticket now"
    return moved(address(into), say=said, action=("Undo", _undo(event)))


@inbox.post("/tickets/<ticket_id>/events/<event_id>/undoing")
@allow(*WRITERS)
def event_undoing(ticket_id: str, event_id: str) -> Response:
    """Take a merge, a split or a move back."""
    here = scope()
    event: TicketEvent = found(queries.event(here.session, event_id))
    undo = {"merged": joining.unmerge, "split": parting.take_back, "moved": parting.take_back}
    act = found(undo.get(event.kind if event.ticket_id == ticket_id else ""))
    try:
        row = act(here.session, event, by=here.user)
    except Refused as refusal:
        here.session.rollback()
        context = _related(here, load(ticket_id)) | {"refusal": str(refusal)}
        return conflict(RELATED, RELATED_PART, **context)
    return moved(address(row), say="Taken back. Everything is as it was.")


@inbox.get("/tickets/<ticket_id>/related")
@allow(*EVERYONE)
def ticket_related(ticket_id: str) -> Response:
    """Linked tickets, tickets that may be the same, and what is known against the address."""
    return show(RELATED, RELATED_PART, **_related(scope(), load(ticket_id)))


@inbox.post("/tickets/<ticket_id>/distinct")
@allow(*WRITERS)
def ticket_distinct(ticket_id: str) -> Response:
    """The two are two matters: not suggested again."""
    here, row = scope(), load(ticket_id)
    other: Ticket = found(queries.ticket(here.session, request.form.get("other", "")))
    relating.tell_apart(here.session, row, other, by=here.user)
    here.session.flush()
    return changed(RELATED_PART, to=address(row), say="Noted", **_related(here, row))


@inbox.post("/tickets/<ticket_id>/participants")
@allow(*WRITERS)
def ticket_participants(ticket_id: str) -> Response:
    """Let somebody's mail join the ticket."""
    here, row = scope(), load(ticket_id)
    typed = request.form.get("address", "")[:300]
    try:
        key = relating.add_participant(here.session, row, typed, by=here.user)
    except Invalid as refusal:
        return invalid(MORE, MORE_PART, **_menu(row) | {"refusal": str(refusal), "typed": typed})
    said = f"Mail from {key} joins this ticket from now on"
    return changed(MORE_PART, to=address(row), say=said, **_menu(row))


@inbox.post("/tickets/<ticket_id>/address/clearing")
@allow(*WRITERS)
def ticket_address_clearing(ticket_id: str) -> Response:
    """The customer's address may be written to again."""
    here, row = scope(), load(ticket_id)
    for mark in marking.marked(here.session, [row.customer_email]):
        marking.clear(here.session, mark, by=here.user)
    here.session.flush()
    return changed(RELATED_PART, to=address(row), say="Mark removed", **_related(here, row))


def _menu(row: Ticket) -> dict[str, Any]:
    return {"ticket": row, "base": address(row), "refusal": "", "typed": ""}


def _choice(here: Scope, row: Ticket) -> dict[str, Any]:
    words = request.values.get("q", "")[:200]
    results = candidates.found(here.session, row, words)
    return {"ticket": row, "base": address(row), "query": words, "results": results, "refusal": ""}


def _related(here: Scope, row: Ticket) -> dict[str, Any]:
    linked = candidates.linked(here.session, row)
    known = {each.id for each in linked}
    likely = [each for each in candidates.likely(here.session, row) if each.id not in known]
    marks = marking.marked(here.session, [row.customer_email]) if row.customer_email else []
    base = address(row)
    return {
        "ticket": row,
        "base": base,
        "linked": linked,
        "likely": likely,
        "marks": marks,
        "refusal": "",
        "pulse_url": url_for("inbox.ticket_pulse", ticket_id=row.id, seen=_seen()),
    }


def _seen() -> str | None:
    """The change up to which the page that asks is drawn."""
    seen = request.args.get("seen", "")
    return seen if seen.isdecimal() and len(seen) < 20 else None


def _undo(event: TicketEvent) -> str:
    return url_for("inbox.event_undoing", ticket_id=event.ticket_id, event_id=event.id)
