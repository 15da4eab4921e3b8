"""Keywords and pages: every row of a range beside the range before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.seo import urls
from shopapp.seo.queries import metrics
from shopapp.seo.queries.metrics import SORTS, Asked, Range
from shopapp.seo.rules.shapes import Kind
from shopapp.seo.rules.wording import percent
from shopapp.seo.views import seo, wording
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import show

PAGE, PART = "seo/table.html", "seo/_table.html"
LONGEST = 200
_COLUMNS = (
    ("clicks", "Clicks"),
    ("clicks_before", "Change"),
    ("impressions", "Impressions"),
    ("ctr", "CTR"),
    ("position", "Position"),
    ("position_before", "Change"),
)
_RISING = ("name", "position", "position_before")  # what one looks at from the small end first


@seo.get("/keywords")
@allow(*EVERYONE)
def keywords() -> Response:
    """What people searched for."""
    return show(PAGE, PART, **_table(scope(), "query"))


@seo.get("/pages")
@allow(*EVERYONE)
def pages() -> Response:
    """Which pages they saw."""
    return show(PAGE, PART, **_table(scope(), "page"))


def chosen_range(found: Sequence[Range]) -> Range | None:
    """The range in the query string, else the newest."""
    asked = request.args.get("range", "")
    return next((each for each in found if each.key == asked), found[0] if found else None)


def _table(here: Scope, kind: Kind) -> dict[str, Any]:
    found = metrics.ranges(here.session, kind)
    days, asked = chosen_range(found), _asked()
    common = {
        "kind": kind,
        "base": url_for(f"seo.{_NAMES[kind]}"),
        "days": days,
        "words": asked.words,
        "rows": [],
        "choices": [(each.key, wording.days(each)) for each in found],
        "earlier": "",
        "previous_url": None,
        "next_url": None,
    }
    if days is None:
        return common
    earlier = metrics.before(found, days)
    page = metrics.page(here.session, kind, days, earlier, asked)
    return common | {
        "earlier": wording.days(earlier) if earlier else "",
        "columns": _columns(kind, asked, with_change=earlier is not None),
        "rows": [_row(kind, each) for each in page.rows],
        "total": metrics.total(here.session, days),
        "previous_url": _page(kind, page.previous),
        "next_url": _page(kind, page.next),
        "export_url": url_for(f"seo.{_NAMES[kind]}_export", range=days.key, q=asked.words or None),
        "sort": asked.sort,
        "descending": asked.descending,
    }


def _asked() -> Asked:
    """Words, order and place from the query string; what is unknown is the usual order."""
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else "clicks"
    order = request.args.get("order", "")
    descending = order == "down" if order in ("up", "down") else sort not in _RISING
    words = request.args.get("q", "")[:LONGEST]
    return Asked(words, sort, descending, request.args.get("after", ""))


def _columns(kind: Kind, asked: Asked, *, with_change: bool) -> list[tuple[str, str, str, str]]:
    """(label, class, sort address, sort state) for the table's head."""
    first = ("name", "Query" if kind == "query" else "Page")
    shown = [each for each in _COLUMNS if with_change or not each[0].endswith("_before")]
    return [
        (label, "" if name == "name" else "num", *_sorting(kind, name, asked))
        for name, label in (first, *shown)
    ]


def _sorting(kind: Kind, name: str, asked: Asked) -> tuple[str, str]:
    is_this = asked.sort == name
    down = not asked.descending if is_this else name not in _RISING
    url = _url(kind, sort=name, order="down" if down else "up")
    return url, ("descending" if asked.descending else "ascending") if is_this else ""


def _row(kind: Kind, row: Any) -> dict[str, Any]:
    return {
        "name": row.name if kind == "query" else urls.path_of(row.name),
        "url": "" if kind == "query" else row.name,
        "clicks": f"{row.clicks:,}",
        "clicks_change": wording.versus(row.clicks, row.clicks_before),
        "impressions": f"{row.impressions:,}",
        "ctr": percent(row.ctr),
        "position": f"{row.position:.1f}",
        "position_change": wording.versus(
            row.position, row.position_before, digits=1, low_is_good=True
        ),
        "is_new": row.clicks_before is None,
    }


def _page(kind: Kind, place: str | None) -> str | None:
    kept = {name: request.args.get(name) for name in ("sort", "order")}
    return _url(kind, **kept, after=place) if place else None


def _url(kind: Kind, **more: Any) -> str:
    asked: dict[str, Any] = {name: request.args.get(name) or None for name in ("range", "q")}
    return url_for(f"seo.{_NAMES[kind]}", **asked, **more)


_NAMES: dict[Kind, str] = {"query": "keywords", "page": "pages"}
