"""The palette: pages, tickets, orders, articles, insights and purchase orders by a few letters."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from shopapp.home.queries import palette as queries
from shopapp.home.queries.palette import Hit, Search
from shopapp.home.views import home
from shopapp.web.access import EVERYONE, Scope, allow, mark_of, scope
from shopapp.web.htmx import show

LEAST, LONGEST = 2, 100
# What is searched: the page that shows a hit, and its icon.
KINDS: tuple[tuple[Search, str, str], ...] = (
    (queries.tickets, "inbox.ticket", "inbox"),
    (queries.orders, "orders.order", "receipt"),
    (queries.variants, "purchasing.velocity", "package"),
    (queries.insights, "seo.insight", "trending-up"),
    (queries.purchase_orders, "purchasing.order", "truck"),
)
Found = tuple[Hit, str, str]  # with its address and icon


@home.get("/palette")
@allow(*EVERYONE)
def palette() -> Response:
    """What fits the letters; a page of its own without JavaScript."""
    words = request.args.get("q", "").strip()[:LONGEST]
    found = list(_found(scope(), words)) if len(words) >= LEAST else []
    found.sort(key=lambda each: not each[0].is_exact)
    return show("home/palette.html", "home/_palette.html", query=words, found=found, least=LEAST)


def _found(here: Scope, words: str) -> Iterator[Found]:
    for search, endpoint, icon in KINDS:
        mark = mark_of(current_app, endpoint)
        if mark is None or here.role not in mark.roles:
            continue
        for hit in search(here.session, words):
            yield hit, url_for(endpoint, **hit.at), icon
