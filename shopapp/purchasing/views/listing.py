"""The list of purchase orders, and new drafts from chosen variants."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.actions.drafting import Made
from shopapp.purchasing.models import PurchaseOrder
from shopapp.purchasing.queries import orders as queries
from shopapp.purchasing.queries.orders import NOTHING, View
from shopapp.purchasing.views import purchasing
from shopapp.refusals import Invalid
from shopapp.web import paging
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import moved, show

PAGE, PART = "purchasing/orders.html", "purchasing/_order_rows.html"
LONGEST, MOST_CHOSEN = 200, 500


@purchasing.get("")
@allow(*EVERYONE)
def orders() -> Response:
    """One view of the orders, newest first."""
    return show(PAGE, PART, **listing(scope()))


@purchasing.post("/orders")
@allow(Role.ADMIN, Role.AGENT)
def order_creation() -> Response:
    """New drafts for the chosen variants, one for each vendor."""
    here = scope()
    chosen = request.form.getlist("variant")[:MOST_CHOSEN]
    made = drafting.create_for(here.session, variants=chosen, by=here.user)
    if not made.drafts and not made.skipped:
        message = "Choose at least one article first."
        raise Invalid(message, "variant")
    here.session.flush()
    return moved(_after(made), say=_said(made), tone="success" if made.drafts else "info")


def listing(here: Scope) -> dict[str, Any]:
    """What the list's templates need."""
    view, words = current_view(), request.args.get("q", "")[:LONGEST]
    page = paging.keyset(
        here.session,
        queries.listed(view, words),
        (PurchaseOrder.created_at, PurchaseOrder.id),
        lambda order: (order.created_at, order.id),
        request.args.get("after", ""),
    )
    counts = queries.counts(here.session)
    sizes = queries.sizes(here.session, [order.id for order in page.rows])
    return {
        "view": view.value,
        "words": words,
        "views": [(each.label, _address(each), each is view, counts[each]) for each in View],
        "total": counts[view],
        "is_new": not counts[View.ALL],
        "rows": [(order, sizes.get(order.id, NOTHING)) for order in page.rows],
        "previous_url": _address(view, words, page.newer) if page.newer else None,
        "next_url": _address(view, words, page.older) if page.older else None,
    }


def current_view() -> View:
    """The view in the query string; anything unknown is the drafts."""
    try:
        return View(request.args.get("view", ""))
    except ValueError:
        return View.DRAFTS


def _address(view: View, words: str = "", cursor: str | None = None) -> str:
    named = None if view is View.DRAFTS else view.value
    return url_for("purchasing.orders", view=named, q=words or None, after=cursor)


def _after(made: Made) -> str:
    """The one order that holds it all, or the list."""
    held = {order.id for order in (*made.drafts, *made.skipped.values())}
    if len(made.drafts) == 1 or len(held) == 1:
        order_id = made.drafts[0].id if made.drafts else held.pop()
        return url_for("purchasing.order", order_id=order_id)
    return url_for("purchasing.orders")


def _said(made: Made) -> str:
    parts = []
    if made.drafts:
        count, names = len(made.drafts), ", ".join(each.vendor.name for each in made.drafts[:3])
        more = f" and {count - 3} more" if count > 3 else ""
        parts.append(f"{count} draft{'s' * (count != 1)} made: {names}{more}.")
    if made.skipped:
        held = {order.id: order for order in made.skipped.values()}.values()
        names = ", ".join(order.number or f"the draft for {order.vendor.name}" for order in held)
        count = len(made.skipped)
        parts.append(f"{count} article{'s' * (count != 1)} left out: already in {names[:160]}.")
    return " ".join(parts)
