"""Audit log: who did what, newest first; narrowed, opened line by line, taken along as a file."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.audit.models import AuditEvent
from shopapp.audit.queries import NOBODY, Filter, log
from shopapp.settings import lines as wording
from shopapp.settings.views import settings
from shopapp.settings.wording import what
from shopapp.web.access import Scope, allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import show
from shopapp.web.paging import keyset

KINDS = {
    "tickets": ("Tickets and mail", ("ticket", "reply", "mail", "macro", "article", "draft")),
    "purchasing": ("Purchasing", ("purchase_order", "vendor", "vendor_item", "receipt")),
    "flags": ("Order flags", ("flag",)),
    "seo": ("Search insights", ("insight",)),
    "people": ("People", ("member", "invitation", "user")),
    "settings": ("Settings", ("general", "thresholds", "automations", "connection", "store")),
    "work": ("Files and tasks", ("file", "job", "decision", "setup", "import", "export")),
}
SOURCES = (("web", "Pages"), ("cli", "Command line"), ("job", "Background work"))
_NAMES = ("actor", "action", "kind", "subject", "source", "since", "until", "q")
_SUBJECT = re.compile(r"([a-z_]{1,40}):([A-Za-z0-9_-]{1,64})")


@settings.get("/audit")
@allow(Role.ADMIN)
def audit() -> Response:
    """One page of the log, as far as it was narrowed."""
    here, asked = scope(), _asked()
    page = keyset(
        here.session,
        log(_filter(here, asked)),
        by=(AuditEvent.created_at, AuditEvent.id),
        key=lambda event: (event.created_at, event.id),
        cursor=request.args.get("at"),
    )
    members = people.members(here.session, here.store.id)
    return show(
        "settings/audit.html",
        "settings/_audit.html",
        lines=wording.lines(here.session, page.rows),
        asked=asked,
        is_narrowed=any(asked.values()),
        only=what(asked["action"]) if asked["action"] else "",
        people=[(each.user_id, each.user.name or each.user.email) for each in members],
        nobody=NOBODY,
        kinds=[(key, label) for key, (label, _) in KINDS.items()],
        sources=SOURCES,
        newer=_url(asked, page.newer),
        older=_url(asked, page.older),
        export_url=url_for("settings.audit_export", **_kept(asked)),
    )


@settings.get("/audit.csv")
@allow(Role.ADMIN)
def audit_export() -> Response:
    """The same lines as a file, all of them."""
    here = scope()
    wanted = _filter(here, _asked())
    name = f"audit-{here.store.handle}.csv"
    return streamed(name, wording.HEADER, lambda session: wording.rows(session, wanted))


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:100] for name in _NAMES}


def _filter(here: Scope, asked: dict[str, str]) -> Filter:
    subject = _SUBJECT.fullmatch(asked["subject"])
    return Filter(
        actor=asked["actor"],
        action=asked["action"],
        kinds=KINDS.get(asked["kind"], ("", ()))[1],
        subject=(subject[1], subject[2]) if subject else None,
        source=asked["source"],
        since=_midnight(here, asked["since"]),
        until=_midnight(here, asked["until"], days=1),
        words=asked["q"],
    )


def _midnight(here: Scope, text: str, *, days: int = 0) -> datetime | None:
    """The beginning of a day in the store's time zone, or of the day after; None for no date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), ZoneInfo(here.store.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _kept(asked: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value}


def _url(asked: dict[str, str], cursor: str | None) -> str | None:
    return url_for("settings.audit", **_kept(asked), at=cursor) if cursor else None
