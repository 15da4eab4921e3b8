"""The ticket list: tabs, search, filters, order, pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.inbox.queries import listing as lists
from shopapp.inbox.queries import saved, words
from shopapp.inbox.queries.listing import LABELS, Sort, Wanted
from shopapp.inbox.queries.tabs import MOST, Standpoint, View, counts
from shopapp.inbox.searching import LONGEST, PRIORITIES, STATUSES, Search, read
from shopapp.inbox.views import inbox
from shopapp.stores.registry import limit
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import show

PAGE, PART = "inbox/tickets.html", "inbox/_ticket_rows.html"
FILTERS = ("status", "assignee", "tag", "mailbox", "priority")
_SETTLED = (View.CLOSED, View.SPAM, View.ALL)


@inbox.get("")
@allow(*EVERYONE)
def tickets() -> Response:
    """One view of the inbox."""
    return show(PAGE, PART, **listing(scope()))


@inbox.get("/filters")
@allow(*EVERYONE)
def filters() -> Response:
    """The form that narrows the list, and the words the search understands."""
    here = scope()
    boxes = [(box.id, box.address) for box in saved.mailboxes(here.session)]
    context: dict[str, Any] = {
        "base": url_for("inbox.tickets"),
        "asked": asked(),
        "filters": filters_asked(),
        "sorts": [(each.value, words_of) for each, words_of in LABELS.items()],
        "statuses": _choices(STATUSES),
        "priorities": _choices(PRIORITIES),
        "tags": [("", "Any"), *((tag, tag) for tag in saved.tags(here.session))],
        "mailboxes": [("", "Any"), *boxes],
    }
    return show("inbox/filters.html", "inbox/_filters.html", **context)


def listing(here: Scope) -> dict[str, Any]:
    """What the list's templates need."""
    wanted, numbers = _wanted(here)
    page = lists.page(here.session, wanted)
    narrowed = bool(request.values.get("q", "").strip() or filters_asked())
    at = wanted.at
    return {
        "base": url_for("inbox.tickets"),
        "view": wanted.view.value,
        "query": request.values.get("q", "")[:LONGEST],
        "asked": {**asked(), "after": wanted.cursor},
        "filtered": narrowed,
        "hints": _hints(here, wanted),
        "views": _tabs(wanted.view, numbers),
        "total": number(numbers[wanted.view]),
        "lines": page.lines,
        "overdue": {line.ticket.id for line in page.lines if is_overdue(line.ticket, at)},
        "refusal": "",
        "next_url": _page(page.next),
        "previous_url": _page(page.previous),
        "stamp": at.now.isoformat(),
    }


def wanted_now(here: Scope) -> Wanted:
    """What the query string asks for, its hits counted."""
    return _wanted(here)[0]


def current_view() -> View:
    """The view in the query string; anything unknown is the open tickets."""
    try:
        return View(request.values.get("view", ""))
    except ValueError:
        return View.OPEN


def standpoint(here: Scope) -> Standpoint:
    """Who looks, when, and since when a ticket must have waited to be overdue."""
    now = clock.now()
    return Standpoint(
        here.user.id, now, now - timedelta(hours=limit(here.settings, "overdue_hours"))
    )


def is_overdue(ticket: Ticket, at: Standpoint) -> bool:
    """Whether the ticket is open and waits too long, or past what was promised."""
    due = (ticket.first_response_due_at, ticket.next_response_due_at)
    waits_since = ticket.waiting_since or ticket.last_message_at
    return ticket.status is TicketStatus.OPEN and (
        waits_since < at.overdue_since or any(moment and moment < at.now for moment in due)
    )


def filters_asked() -> dict[str, str]:
    """The filters of the form that are set."""
    given = {name: request.values.get(name, "").strip()[:80] for name in FILTERS}
    return {name: value for name, value in given.items() if value}


def asked() -> dict[str, Any]:
    """The list's query string without its page: what goes without saying is left out."""
    view, sort = current_view(), _sort()
    kept = {
        "view": "" if view is View.OPEN else view.value,
        "q": request.values.get("q", "").strip()[:LONGEST],
        "sort": "" if sort is Sort.NEWEST else sort.value,
        **filters_asked(),
    }
    return {name: value for name, value in kept.items() if value}


def number(many: int) -> str:
    """A count as it is shown: 999+ where counting stopped."""
    return f"{MOST - 1}+" if many >= MOST else str(many)


def _wanted(here: Scope) -> tuple[Wanted, dict[View, int]]:
    at, search = standpoint(here), _search(here)
    hits = [words.hits(here.session, search.terms)] if search.terms else []
    numbers, more = counts(here.session, at, *hits)
    wanted = Wanted(
        current_view(),
        at,
        search,
        here.store.timezone,
        _sort(),
        request.values.get("after", ""),
        more[0] if more else 0,
    )
    return wanted, numbers


def _search(here: Scope) -> Search:
    typed = request.values.get("q", "")[:LONGEST]
    narrowed = (f'{name}:"{value}"' for name, value in filters_asked().items())
    today = clock.today(here.store.timezone)
    return read(" ".join((*narrowed, typed)), today=today)


def _sort() -> Sort:
    try:
        asked_for = Sort(request.values.get("sort", ""))
    except ValueError:
        return Sort.NEWEST
    return Sort.NEWEST if current_view() in _SETTLED else asked_for


def _hints(here: Scope, wanted: Wanted) -> tuple[str, ...]:
    if not words.is_cut(here.session, wanted.found):
        return wanted.search.hints
    common = f"Very common: looked for in the newest {words.NEWEST:,} texts. Add another word."
    return (*wanted.search.hints, common)


def _tabs(current: View, numbers: dict[View, int]) -> list[tuple[Any, ...]]:
    """The fixed tabs; a search is taken along."""
    kept = {name: value for name, value in asked().items() if name not in ("view", "sort")}
    return [
        (
            each.label,
            url_for("inbox.tickets", view=None if each is View.OPEN else each.value, **kept),
            each is current,
            number(numbers[each]),
        )
        for each in View
    ]


def _choices(values: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "Any"), *((value, value.capitalize()) for value in values)]


def _page(cursor: str | None) -> str | None:
    return url_for("inbox.tickets", **asked(), after=cursor) if cursor else None
