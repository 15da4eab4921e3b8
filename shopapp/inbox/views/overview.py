"""Over the list: numbers of the day, saved views; whether anything is new; what was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.inbox.actions import viewing
from shopapp.inbox.models import SavedView
from shopapp.inbox.queries import listing as lists
from shopapp.inbox.queries import metrics as queries
from shopapp.inbox.queries import presence, saved
from shopapp.inbox.queries.conditions import midnight
from shopapp.inbox.queries.tabs import View
from shopapp.inbox.views import inbox
from shopapp.inbox.views.listing import asked, number, standpoint, wanted_now
from shopapp.refusals import Refused
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import found, moved, show


@inbox.get("/overview")
@allow(*EVERYONE)
def overview() -> Response:
    """The day's numbers and the saved views, fetched after the list is there."""
    here = scope()
    day = clock.today(here.store.timezone)
    numbers = queries.metrics(here.session, standpoint(here), midnight(day, here.store.timezone))
    context: dict[str, Any] = {"numbers": _worded(numbers, day.isoformat())}
    context |= {"saved": _saved(here), "here": request.args.get("here", "")}
    context["watchers"] = presence.watchers(here.session, here.user.id)
    return show("inbox/overview.html", "inbox/_overview.html", **context)


@inbox.get("/views")
@allow(*EVERYONE)
def views() -> Response:
    """The saved views and a form for another one: the list as it stands."""
    return show("inbox/views.html", **_views_page(scope()))


@inbox.post("/views")
@allow(Role.ADMIN, Role.AGENT)
def views_new() -> Response:
    """Save the list as it stands under a name."""
    here, form = scope(), request.form
    is_shared = bool(form.get("shared")) and here.can("admin")
    try:
        view = viewing.save_view(
            here.session,
            name=form.get("name", ""),
            query=form.get("query", ""),
            is_shared=is_shared,
            by=here.user,
        )
    except Refused as refusal:
        context = _views_page(here) | {"refusal": str(refusal), "typed": form.get("name", "")}
        return show("inbox/views.html", None, 422, **context)
    return moved(f"{url_for('inbox.tickets')}?{view.query}", say=f"Saved as {view.name}")


@inbox.post("/views/<view_id>")
@allow(Role.ADMIN, Role.AGENT)
def view_change(view_id: str) -> Response:
    """Rename, move or delete a saved view."""
    here = scope()
    view, do = found(saved.view(here.session, here.user.id, view_id)), request.form.get("do")
    who: dict[str, Any] = {"by": here.user, "is_admin": here.can("admin")}
    try:
        if do == "delete":
            viewing.delete_view(here.session, view, **who)
        elif do == "up":
            viewing.move_up(here.session, view, **who)
        else:
            viewing.rename_view(here.session, view, name=request.form.get("name", ""), **who)
    except Refused as refusal:
        here.session.rollback()
        context = _views_page(here) | {"refusal": str(refusal)}
        return show("inbox/views.html", None, 422, **context)
    said = {"delete": "View deleted", "up": "Moved"}.get(do or "", "View renamed")
    return moved(url_for("inbox.views"), say=said)


@inbox.get("/pulse")
@allow(*EVERYONE)
def pulse() -> Response:
    """304 while no ticket changed; else how many of this list are new since `since`."""
    here = scope()
    changed_at = queries.last_change(here.session)
    etag = sha256(f"{changed_at}".encode()).hexdigest()[:16]
    if etag in request.if_none_match:
        return make_response("", 304, {"ETag": f'"{etag}"'})
    many = queries.news(here.session, lists.matching(here.session, wanted_now(here)), _since())
    context: dict[str, Any] = {"many": many, "url": url_for("inbox.tickets", **asked())}
    answer = show("inbox/news.html", "inbox/_news.html", **context)
    answer.set_etag(etag)
    return answer


@inbox.post("/tickets/<ticket_id>/reading")
@allow(*EVERYONE)
def ticket_reading(ticket_id: str) -> Response:
    """This person has seen the ticket as it is now."""
    here = scope()
    (ticket,) = saved.tickets_of(here.session, [ticket_id]) or [found(None)]
    viewing.mark_read(here.session, ticket, by=here.user)
    return make_response("", 204)


def _since() -> datetime:
    try:
        since = datetime.fromisoformat(request.args.get("since", "").replace(" ", "+"))
    except ValueError:
        return clock.now()
    return since if since.tzinfo else clock.now()


def _saved(here: Scope) -> list[tuple[SavedView, str]]:
    base = url_for("inbox.tickets")
    rows = queries.saved_views(here.session, here.user.id)
    return [(view, f"{base}?{view.query}") for view in rows]


def _views_page(here: Scope) -> dict[str, Any]:
    query = request.values.get("query", "")
    context: dict[str, Any] = {"saved": _saved(here), "query": query, "refusal": ""}
    return context | {"typed": "", "base": url_for("inbox.tickets")}


def _worded(numbers: queries.Metrics, today: str) -> list[tuple[str, str, str]]:
    """Label, value and where it leads."""

    def to(view: View, **more: Any) -> str:
        return url_for("inbox.tickets", view=view.value, **more)

    return [
        ("Outstanding", number(numbers.outstanding), to(View.OPEN)),
        ("Overdue", number(numbers.overdue), to(View.OVERDUE)),
        ("Closed today", number(numbers.closed_today), to(View.CLOSED)),
        ("Drafts waiting", number(numbers.drafts), to(View.DRAFT_READY)),
        ("First reply today", _span(numbers.first_response), to(View.ALL, q=f"after:{today}")),
    ]


def _span(wait: timedelta | None) -> str:
    """'–', '12 min' or '3.4 h'."""
    if wait is None:
        return "–"
    minutes = wait / timedelta(minutes=1)
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
