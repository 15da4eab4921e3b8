"""The ticket list: tabs, filter, pages, and work on several tickets at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.inbox.actions import working
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.tickets import View
from shopapp.inbox.views import inbox
from shopapp.stores.registry import limit
from shopapp.web import paging
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, invalid, show

PAGE, PART = "inbox/tickets.html", "inbox/_ticket_rows.html"
MOST_CHOSEN = 100
LONGEST = 200


@inbox.get("")
@allow(*EVERYONE)
def tickets() -> Response:
    """One view of the inbox, newest first."""
    return show(PAGE, PART, **listing(scope()))


@inbox.post("/bulk")
@allow(Role.ADMIN, Role.AGENT)
def bulk() -> Response:
    """Close or assign the chosen tickets."""
    here, act = scope(), _DO.get(request.form.get("do", ""))
    chosen = queries.chosen(here.session, request.form.getlist("ids")[:MOST_CHOSEN])
    if act is None or not chosen:
        refusal = "Choose at least one ticket first."
        return invalid(PAGE, PART, **listing(here) | {"refusal": refusal})
    for ticket in chosen:
        act[1](here, ticket)
    said = f"{len(chosen)} ticket{'s' * (len(chosen) != 1)} {act[0]}"
    here.session.flush()
    return changed(PART, to=url_for("inbox.tickets", **_asked()), say=said, **listing(here))


def listing(here: Scope) -> dict[str, Any]:
    """What the list's templates need."""
    view, words, cursor = current_view(), _words(), request.values.get("after", "")
    page = paging.keyset(
        here.session,
        queries.listed(here.session, view, here.user.id, words),
        (Ticket.last_message_at, Ticket.id),
        lambda ticket: (ticket.last_message_at, ticket.id),
        cursor,
    )
    since = overdue_since(here)
    counts = queries.counts(here.session, here.user.id)
    return {
        "base": url_for("inbox.tickets"),
        "view": view.value,
        "query": words,
        "filtered": bool(words.strip()),
        "cursor": cursor,
        "views": [(each.label, _tab(each), each is view, counts[each]) for each in View],
        "total": counts[view],
        "tickets": page.rows,
        "overdue": {ticket.id for ticket in page.rows if is_overdue(ticket, since)},
        "refusal": "",
        "next_url": _page(page.older),
        "previous_url": _page(page.newer),
    }


def current_view() -> View:
    """The view in the query string; anything unknown is the open tickets."""
    try:
        return View(request.values.get("view", ""))
    except ValueError:
        return View.OPEN


def overdue_since(here: Scope) -> datetime:
    """A ticket that has waited since before this moment is overdue."""
    return clock.now() - timedelta(hours=limit(here.settings, "overdue_hours"))


def is_overdue(ticket: Ticket, since: datetime) -> bool:
    """Whether the ticket is open, so that it waits for us, and has waited too long."""
    return ticket.status is TicketStatus.OPEN and ticket.last_message_at < since


def _words() -> str:
    return request.values.get("q", "")[:LONGEST]


def _asked(**more: str) -> dict[str, Any]:
    """The list's query string: view and filter as asked, without what goes without saying."""
    view = "" if current_view() is View.OPEN else current_view().value
    kept = {"view": view, "q": _words(), "after": request.values.get("after", ""), **more}
    return {name: value for name, value in kept.items() if value}


def _tab(view: View) -> str:
    return url_for("inbox.tickets", view=None if view is View.OPEN else view.value)


def _page(cursor: str | None) -> str | None:
    return url_for("inbox.tickets", **_asked(after=cursor)) if cursor else None


def _close(here: Scope, ticket: Ticket) -> None:
    working.close(here.session, ticket, by=here.user)


def _take(here: Scope, ticket: Ticket) -> None:
    working.assign(here.session, ticket, to=here.user, by=here.user)


def _let_go(here: Scope, ticket: Ticket) -> None:
    working.assign(here.session, ticket, to=None, by=here.user)


_DO = {
    "close": ("closed", _close),
    "assign-me": ("assigned to you", _take),
    "unassign": ("assigned to nobody", _let_go),
}
