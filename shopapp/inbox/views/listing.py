"""The ticket list: tabs, filter, pages, and work on several tickets at once."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import working
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.tickets import View
from shopapp.inbox.views import inbox
from shopapp.web import paging
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, show

MOST_CHOSEN = 100


@inbox.get("")
@allow(*EVERYONE)
def tickets() -> Response:
    """One view of the inbox, newest first."""
    return show("inbox/tickets.html", "inbox/_ticket_rows.html", **listing(scope()))


@inbox.post("/bulk")
@allow(Role.ADMIN, Role.AGENT)
def bulk() -> Response:
    """Close or assign the chosen tickets."""
    here = scope()
    chosen = queries.chosen(here.session, request.form.getlist("ids")[:MOST_CHOSEN])
    done = _DO.get(request.form.get("do", ""), _nothing)
    for ticket in chosen:
        done(here, ticket)
    said = f"{len(chosen)} ticket{'s' * (len(chosen) != 1)} changed"
    here.session.flush()
    to = url_for("inbox.tickets", **_asked())
    return changed("inbox/_ticket_rows.html", to=to, say=said, **listing(here))


def listing(here: Scope) -> dict[str, Any]:
    """What the list's templates need."""
    view, words = current_view(), request.values.get("q", "")[:200]
    page = paging.keyset(
        here.session,
        queries.listed(view, here.user.id, words),
        (Ticket.last_message_at, Ticket.id),
        lambda ticket: (ticket.last_message_at, ticket.id),
        request.args.get("after"),
    )
    counts = queries.counts(here.session, here.user.id)
    return {
        "base": url_for("inbox.tickets"),
        "view": view.value,
        "query": words,
        "filtered": bool(words.strip()),
        "views": [(v.label, url_for("inbox.tickets", view=v.value), v is view, counts[v]) for v in View],
        "total": counts[view],
        "tickets": page.rows,
        "next_url": _page(page.older),
        "previous_url": _page(page.newer),
    }


def current_view() -> View:
    """The view in the query string; anything unknown is the open tickets."""
    try:
        return View(request.values.get("view", ""))
    except ValueError:
        return View.OPEN


def _asked() -> dict[str, str]:
    kept = {"view": current_view().value, "q": request.values.get("q", "")[:200]}
    return {name: value for name, value in kept.items() if value}


def _page(cursor: str | None) -> str | None:
    return url_for("inbox.tickets", **_asked(), after=cursor) if cursor else None


def _close(here: Scope, ticket: Ticket) -> None:
    working.close(here.session, ticket, by=here.user)


def _take(here: Scope, ticket: Ticket) -> None:
    working.assign(here.session, ticket, to=here.user, by=here.user)


def _let_go(here: Scope, ticket: Ticket) -> None:
    working.assign(here.session, ticket, to=None, by=here.user)


def _nothing(_here: Scope, _ticket: Ticket) -> None:
    return


_DO = {"close": _close, "assign-me": _take, "unassign": _let_go}
