"""The order list: tabs, search, pages, and its export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import queries as flags
from shopapp.orders import queries
from shopapp.orders.queries import Tab
from shopapp.orders.views import orders as pages
from shopapp.orders.views.flagged import name_of
from shopapp.web import paging
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import show

PAGE, PART = "orders/orders.html", "orders/_order_rows.html"
LONGEST = 200
HEADER = ("Order", "Placed", "Customer", "E-mail", "Payment", "Shipment", "Total", "Currency")


@pages.get("")
@allow(*EVERYONE)
def orders() -> Response:
    """One tab of the orders, newest first."""
    return show(PAGE, PART, **_listing(scope()))


@pages.get("/export")
@allow(*EVERYONE)
def orders_export() -> Response:
    """The tab as it is filtered, as a file."""
    tab, words = current_tab(), _words()
    return streamed(f"orders-{tab.value}.csv", HEADER, lambda session: _lines(session, tab, words))


def current_tab() -> Tab:
    """The tab in the query string; anything unknown is what is to be shipped."""
    try:
        return Tab(request.args.get("tab", ""))
    except ValueError:
        return Tab.UNSHIPPED


def _listing(here: Scope) -> dict[str, Any]:
    tab, words, cursor = current_tab(), _words(), request.args.get("after", "")
    page = paging.keyset(
        here.session,
        queries.listed(tab, words),
        (Order.placed_at, Order.id),
        lambda order: (order.placed_at, order.id),
        cursor,
    )
    counts, marks = queries.counts(here.session), flags.marks(here.session, page.rows)
    return {
        "base": url_for("orders.orders"),
        "tab": tab.value,
        "query": words,
        "tabs_shown": [(each.label, _tab(each), each is tab, counts[each]) for each in Tab],
        "total": counts[tab],
        "orders": [(order, name_of(order), marks[order.id]) for order in page.rows],
        "next_url": _page(page.older),
        "previous_url": _page(page.newer),
        "export_url": url_for("orders.orders_export", **_asked()),
    }


def _words() -> str:
    return request.args.get("q", "")[:LONGEST]


def _asked(**more: str) -> dict[str, Any]:
    """The list's query string, without what goes without saying."""
    tab = "" if current_tab() is Tab.UNSHIPPED else current_tab().value
    kept = {"tab": tab, "q": _words(), **more}
    return {name: value for name, value in kept.items() if value}


def _tab(tab: Tab) -> str:
    return url_for("orders.orders", tab=None if tab is Tab.UNSHIPPED else tab.value)


def _page(cursor: str | None) -> str | None:
    return url_for("orders.orders", **_asked(after=cursor)) if cursor else None


def _lines(session: Session, tab: Tab, words: str) -> Iterator[Sequence[object]]:
    newest = queries.listed(tab, words).order_by(Order.placed_at.desc(), Order.id.desc())
    for order in session.scalars(newest):
        yield (
            order.name,
            order.placed_at.isoformat(timespec="seconds"),
            name_of(order),
            order.email or "",
            order.financial_status,
            "cancelled" if order.cancelled_at else order.fulfillment_status,
            order.total,
            order.currency,
        )
