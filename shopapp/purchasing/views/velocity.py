"""The velocity table: what sells how fast, what runs out, and measuring it again."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.db import Session
from shopapp.inventory.wording import number
from shopapp.jobs import queries as jobs
from shopapp.purchasing.actions import measuring
from shopapp.purchasing.queries import velocity as queries
from shopapp.purchasing.queries.measured import Line, Sort, View
from shopapp.purchasing.queries.velocity import Place
from shopapp.purchasing.views import purchasing
from shopapp.stores.registry import limit
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import changed, found, show

PAGE, PART, STATE = (
    f"purchasing/{name}.html" for name in ("velocity", "_velocity_rows", "_velocity_state")
)
BASIS_PAGE, BASIS = "purchasing/velocity_basis.html", "purchasing/_velocity_basis.html"
LONGEST = 200
_COLUMNS = (
    ("Product", "first", Sort.NAME),
    ("On hand", "num", Sort.STOCK),
    ("Incoming", "num", Sort.INCOMING),
    ("7 d", "num", Sort.RATE_7),
    ("30 d", "num", Sort.RATE_30),
    ("90 d", "num", Sort.RATE_90),
    ("12 weeks", "", None),
    ("Cover", "", Sort.COVER),
    ("Reorder", "num", Sort.POINT),
    ("Suggested", "num", Sort.SUGGESTED),
    ("Vendor", "", None),
)
_RISING = (Sort.NAME, Sort.COVER, Sort.STOCK)  # what is sorted upwards at the first click
_HEADER = (
    "sku,product,option,vendor,on hand,incoming,per day 7,per day 30,per day 90,per day used,"
    "days of cover,stock-out earliest,stock-out,stock-out latest,safety stock,reorder point,"
    "suggested,reasons"
).split(",")


@purchasing.get("/velocity")
@allow(*EVERYONE)
def velocity() -> Response:
    """One view of the table."""
    return show(PAGE, PART, **listing(scope()))


@purchasing.get("/velocity.csv")
@allow(*EVERYONE)
def velocity_export() -> Response:
    """The view as a file."""
    view, words, most = _view(), _words(), limit(scope().settings, "overstock_days")

    def rows(session: Session) -> Iterator[Sequence[object]]:
        return (_exported(line) for line in queries.every_line(session, view, words, most))

    return streamed(f"velocity-{view.value}.csv", _HEADER, rows)


@purchasing.get("/velocity/measuring")
@allow(*EVERYONE)
def velocity_state() -> Response:
    """How far measuring is."""
    return show(PAGE, STATE, **(listing(scope()) | {"asked_again": True}))


@purchasing.post("/velocity/measuring")
@allow(Role.ADMIN, Role.AGENT)
def velocity_measuring() -> Response:
    """Measure again."""
    here = scope()
    measuring.request(here.session)
    here.session.flush()
    return changed(STATE, to=url_for("purchasing.velocity"), **listing(here))


@purchasing.get("/velocity/<variant_id>")
@allow(*EVERYONE)
def velocity_basis(variant_id: str) -> Response:
    """What one variant's figures rest on."""
    here = scope()
    variant = found(queries.variant(here.session, variant_id))
    line = queries.line(here.session, variant_id)
    return show(BASIS_PAGE, BASIS, variant=variant, line=line, number=number)


def listing(here: Scope) -> dict[str, Any]:
    """What the table's templates need."""
    view, words, place = _view(), _words(), _place()
    most = limit(here.settings, "overstock_days")
    over = queries.overview(here.session, most)
    page = queries.page(here.session, view, words, most, place)
    shown = [line.variant_id for line in page.rows]
    return {
        "base": url_for("purchasing.velocity"),
        "over": over,
        "view": view.value,
        "query": words,
        "filtered": bool(words.strip()),
        "views": [(each.label, _tab(each), each is view, over.counts[each]) for each in View],
        "columns": [_column(each, place) for each in _COLUMNS],
        "lines": page.rows,
        "weeks": queries.weekly(here.session, shown, over.day) if over.day and shown else {},
        "number": number,
        "overstock_days": most,
        "sales_end": _sales_end(here, over),
        "job": jobs.latest_job(here.session, measuring.key(here.store.id)),
        "asked_again": False,
        "export_url": url_for("purchasing.velocity_export", **_asked()),
        "previous_url": _page(page.before, back=True),
        "next_url": _page(page.after, back=False),
    }


def _sales_end(here: Scope, over: queries.Overview) -> Any:
    """The last day of sales, when figures are of that day because nothing later is known."""
    today = clock.today(here.store.timezone)
    is_old = over.day is not None and over.day < today - timedelta(days=1)
    return over.day - timedelta(days=1) if over.day and is_old else None


def _view() -> View:
    try:
        return View(request.args.get("view", ""))
    except ValueError:
        return View.RISK


def _words() -> str:
    return request.args.get("q", "")[:LONGEST]


def _place() -> Place:
    sort, descending = _order()
    edge, back = _decoded(request.args.get("after", ""), sort)
    return Place(sort, descending, edge, back)


def _order() -> tuple[Sort, bool]:
    """The sorting in the query string ('-rate30' is downwards); the shortest cover goes first."""
    asked = request.args.get("sort", "")
    try:
        return Sort(asked.removeprefix("-")), asked.startswith("-")
    except ValueError:
        return Sort.COVER, _view() is View.OVERSTOCK


def _asked(**more: str | None) -> dict[str, Any]:
    """The table's query string: what was asked for, without what goes without saying."""
    view = "" if _view() is View.RISK else _view().value
    kept = {"view": view, "q": _words(), "sort": request.args.get("sort", ""), **more}
    return {name: value for name, value in kept.items() if value}


def _tab(view: View) -> str:
    return url_for("purchasing.velocity", view=None if view is View.RISK else view.value)


def _column(column: tuple[str, str, Sort | None], place: Place) -> tuple[str, str, str | None, str]:
    """A column's head: label, class, the address that sorts by it, how it is sorted now."""
    label, look, key = column
    if key is None:
        return label, look, None, ""
    here = key is place.sort
    down = not place.descending if here else key not in _RISING
    url = url_for("purchasing.velocity", **_asked(sort="-" * down + key.value))
    return label, look, url, ("descending" if place.descending else "ascending") if here else ""


def _page(edge: Line | None, *, back: bool) -> str | None:
    if edge is None:
        return None
    told = json.dumps(["b" if back else "f", edge.key, edge.variant_id]).encode()
    cursor = base64.urlsafe_b64encode(told).decode().rstrip("=")
    return url_for("purchasing.velocity", **_asked(after=cursor))


def _decoded(cursor: str, sort: Sort) -> tuple[tuple[Any, str] | None, bool]:
    """The edge a cursor names and whether the page ends before it; none when unreadable."""
    try:
        way, key, variant_id = json.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
    except (ValueError, TypeError, binascii.Error):
        return None, False
    expected: Any = str if sort is Sort.NAME else (int, float)
    if not (isinstance(key, expected) and isinstance(variant_id, str)) or isinstance(key, bool):
        return None, False
    return (key, variant_id), way == "b"


def _exported(line: Line) -> Sequence[object]:
    return (
        line.sku,
        line.product,
        "" if line.option == "Default Title" else line.option,
        line.vendor,
        line.available,
        line.incoming,
        *(round(rate, 4) for rate in line.rates.values()),
        round(line.rate, 4),
        None if line.cover is None else round(line.cover, 1),
        line.out_low,
        line.out_on,
        line.out_high,
        line.safety,
        line.point,
        line.suggested,
        " ".join(line.reasons),
    )
