"""The list of insights: tabs by lane and state, filters, pages."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.jobs.queries import latest_job
from shopapp.seo import rules
from shopapp.seo.actions.checking import CHECK
from shopapp.seo.forms import REASONS, SPANS
from shopapp.seo.models import InsightSeverity
from shopapp.seo.queries import insights as queries
from shopapp.seo.queries import metrics
from shopapp.seo.queries.insights import MINE, NOBODY, Filter, View
from shopapp.seo.rules.thresholds import ENOUGH_IMPRESSIONS
from shopapp.seo.views import seo
from shopapp.seo.views.wording import line
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import show

PAGE, PART = "seo/insights.html", "seo/_insights.html"
LONGEST = 200


@seo.get("")
@allow(*EVERYONE)
def insights() -> Response:
    """One view of the insights, most at stake first."""
    return show(PAGE, PART, **listing(scope()))


def listing(here: Scope, refusal: str = "") -> dict[str, Any]:
    """What the list's templates need."""
    view, asked = current_view(), current_filter(here)
    page = queries.page(here.session, view, asked, cursor())
    counts = queries.counts(here.session)
    ranges = metrics.ranges(here.session, "query"), metrics.ranges(here.session, "page")
    newest = [found[0] for found in ranges if found]
    return {
        "base": url_for("seo.insights"),
        "view": view.value,
        "tabs": [(each.label, _tab(each), each is view, counts[each]) for each in View],
        "total": counts[view],
        "rows": [line(row[0], _query()) for row in page.rows],
        "asked": asked,
        "cursor": cursor(),
        "refusal": refusal,
        "next_url": _page(page.next),
        "previous_url": _page(page.previous),
        "export_url": url_for("seo.insights_export", **_query()),
        "newest": max(newest, key=lambda each: each.last, default=None),
        "seen": max((each.impressions for each in newest), default=0),
        "enough": ENOUGH_IMPRESSIONS,
        "checked": latest_job(here.session, f"{CHECK}:{here.store.id}"),
        "spans": SPANS,
        "reasons": REASONS,
        **_choices(here),
    }


def current_view() -> View:
    """The view asked for; anything unknown is what to do now."""
    try:
        return View(request.values.get("view", ""))
    except ValueError:
        return View.NOW


def current_filter(here: Scope) -> Filter:
    """The filter asked for."""
    return Filter(**_filtered(), me=here.user.id)


def cursor() -> str:
    """The place in the list."""
    return request.values.get("after", "")


def query(**more: str) -> dict[str, Any]:
    """The list's query string: view, filter and place, without what goes without saying."""
    return _query(after=cursor(), **more)


def _query(**more: str | None) -> dict[str, Any]:
    view = "" if current_view() is View.NOW else current_view().value
    kept = {"view": view, "q": _filtered()["words"], **_filtered(), **more}
    return {name: value for name, value in kept.items() if value and name != "words"}


def _filtered() -> dict[str, str]:
    asked = {name: request.values.get(name, "")[:LONGEST] for name in _NAMES}
    return {"words": request.values.get("q", "")[:LONGEST], **asked}


def _choices(here: Scope) -> dict[str, Any]:
    """The filter's menus."""
    members = [each.user for each in people.members(here.session, here.store.id)]
    return {
        "rules": [("", "Every rule"), *((each.key, each.label) for each in rules.ALL)],
        "severities": [
            ("", "Any severity"),
            *((s.value, s.value.title()) for s in InsightSeverity),
        ],
        "assignees": [
            ("", "Anybody"),
            (MINE, "Mine"),
            (NOBODY, "Nobody’s"),
            *((user.id, user.name or user.email) for user in members if user.id != here.user.id),
        ],
    }


def _tab(view: View) -> str:
    kept = _query() | {"view": None if view is View.NOW else view.value}
    return url_for("seo.insights", **kept)


def _page(place: str | None) -> str | None:
    return url_for("seo.insights", **_query(after=place)) if place else None


_NAMES = ("rule", "severity", "assignee")
