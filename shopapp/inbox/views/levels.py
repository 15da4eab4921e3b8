"""Service levels: what is promised, when the desk works, and how well it kept its word."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.inbox import desk_forms, hours, promises
from shopapp.inbox.actions import arranging
from shopapp.inbox.hours import Calendar
from shopapp.inbox.queries import desk, due, work
from shopapp.inbox.views import desk as pages
from shopapp.inbox.views.wording import moment
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, invalid, show

PAGE, PART = "inbox/levels.html", "inbox/_levels.html"
DAYS = dict(
    zip(
        hours.DAYS,
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
        strict=True,
    )
)


@pages.get("/service-levels")
@allow(Role.ADMIN)
def levels() -> Response:
    """The form, an example, and the report."""
    here = scope()
    return show(PAGE, PART, **_context(here, _saved(here)))


@pages.post("/service-levels")
@allow(Role.ADMIN)
def levels_change() -> Response:
    """Save the levels, the hours and the holidays together."""
    here, typed = scope(), request.form
    kept, wrong = desk_forms.levels(typed)
    week, wrong_hours = desk_forms.week(typed)
    days, wrong_days = desk_forms.holidays(typed, countries())
    if errors := [*wrong, *wrong_hours, *wrong_days]:
        return invalid(PAGE, PART, **_context(here, _values(typed), errors))
    arranging.set_levels(here.session, levels=kept, holidays=days, hours=week, by=here.user)
    here.session.flush()
    context = _context(here, _saved(here))
    return changed(PART, to=url_for("desk.levels"), say="Service levels saved", **context)


@cache
def countries() -> dict[str, list[str]]:
    """Countries with a calendar of public holidays, each with its regions."""
    from holidays import list_supported_countries

    return {code: sorted(regions) for code, regions in list_supported_countries().items()}


def _saved(here: Scope) -> dict[str, str]:
    """What the form shows of what is kept."""
    row = desk.settings(here.session)
    kept = promises.levels_of(row.levels, Calendar(ZoneInfo("UTC")))
    shown = {
        f"{priority}-{target}": promises.spoken(kept.targets.get(priority, {}).get(target))
        for priority in promises.PRIORITIES
        for target in promises.TARGETS
    }
    week = here.settings.business_hours
    shown |= {f"hours-{day}": ", ".join(week.get(day, ())) for day in hours.DAYS}
    if kept.is_on:
        shown["is_on"] = "1"
    days = row.holidays
    return shown | {
        "clock": "business" if kept.in_business_hours else "calendar",
        "country": str(days.get("country") or ""),
        "region": str(days.get("region") or ""),
        "own": "\n".join(days.get("own", ())),
    }


def _values(typed: Any) -> dict[str, str]:
    return {name: typed.get(name, "") for name in typed}


def _context(
    here: Scope, typed: dict[str, str], errors: desk_forms.Errors | None = None
) -> dict[str, Any]:
    now = clock.now()
    spans = (("This week", timedelta(days=7)), ("Last 30 days", timedelta(days=30)))
    return {
        "typed": typed,
        "errors": errors or [],
        "wrong": dict(errors or []),
        "unsaved": bool(errors),
        "days": DAYS,
        "priorities": promises.PRIORITIES,
        "labels": promises.LABELS,
        "countries": [("", "None"), *((code, code) for code in countries())],
        "example": _example(here),
        "report": [(label, due.kept_since(here.session, now - span)) for label, span in spans],
        "ratings": work.ratings_since(here.session, now - timedelta(days=30)),
    }


def _example(here: Scope) -> str:
    """What the saved levels make of a mail that arrives on a Friday shortly before six."""
    now = clock.now().astimezone(ZoneInfo(here.store.timezone))
    friday = (now + timedelta(days=(4 - now.weekday()) % 7)).date()
    at = datetime(friday.year, friday.month, friday.day, 17, 50, tzinfo=now.tzinfo)
    try:
        due_at = desk.levels(here.session).due(at, "normal", "first")
    except ValueError:
        return ""
    if due_at is None:
        return "With these levels no first response falls due."
    when = moment(at.isoformat())
    return f"A mail that arrives {when} is to be answered by {moment(due_at.isoformat())}."
