"""What every template may use: globals, filters and the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from babel.dates import format_datetime, format_timedelta, get_timezone
from flask import Flask, current_app, g, get_flashed_messages, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined

from shopapp import clock, money
from shopapp.jobs import quiet
from shopapp.web import assets, htmx, waiting
from shopapp.web.access import EVERYONE, current_scope
from shopapp.web.waiting import Waiting

THEMES = ("light", "dark")
GLOBALS = frozenset(
    "asset csrf_token scope nav settings_nav places waiting theme shortcuts_on messages "
    "request_id is_partial url_for request config range dict lipsum cycler joiner namespace now "
    "development".split()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place the navigation leads to; `key` is the letter after g.

    `count` gives the rows that wait there. A place that is not `in_rail` is not shown there: its
    key and the palette lead to it. A page of the settings stands under the heading `group`.
    `covers` are further areas whose pages are reached through it.
    """

    label: str
    icon: str
    endpoint: str
    key: str
    roles: tuple[Any, ...] = EVERYONE
    count: Waiting | None = None
    in_rail: bool = True
    group: str = ""
    covers: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The entry's address in the store of this request."""
        return url_for(self.endpoint)

    @property
    def name(self) -> str:
        """The label as a CSS class and as the counts' key."""
        return self.label.lower().replace(" ", "-")

    @property
    def is_at_hand(self) -> bool:
        """Whether every page leads there: in the rail, or unseen for its key."""
        return self.in_rail or bool(self.key)

    @property
    def current(self) -> bool:
        """Whether this request is for the entry's own area (or page, among settings)."""
        here, (area, _, _) = request.endpoint or "", self.endpoint.partition(".")
        is_page = area in ("system", "desk") or (area == "inbox" and bool(self.group))
        if is_page or not self.in_rail or (area == "settings" and not self.key):
            own = (self.endpoint, *self.covers)
            return any(here == each or here.startswith(f"{each}_") for each in own)
        return here.partition(".")[0] in (area, *self.covers)


def install(app: Flask, nav: tuple[Entry, ...], settings_nav: tuple[Entry, ...]) -> None:
    """Give every template the documented globals; an undefined name is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        ago=ago, stamp=stamp, isoformat=machine_readable, money=formatted_money
    )
    app.jinja_env.globals.update(asset=assets.asset, csrf_token=generate_csrf, now=clock.now)
    app.context_processor(lambda: _context(nav, settings_nav))
    counted = {entry.name: entry.count for entry in nav if entry.count}
    waiting.install(app, {**counted, "quiet": quiet.is_quiesced})


def _context(nav: tuple[Entry, ...], settings_nav: tuple[Entry, ...]) -> dict[str, Any]:
    here = current_scope()
    theme = request.cookies.get("theme", "")
    return {
        "scope": here,
        "nav": _rail(nav, settings_nav),
        "settings_nav": _grouped(_allowed(settings_nav)),
        "places": _allowed((*nav, *settings_nav)),
        "waiting": _waiting,
        "theme": theme if theme in THEMES else "",
        "shortcuts_on": request.cookies.get("shortcuts") != "off",
        "messages": [] if htmx.is_htmx() else _messages(),
        "request_id": g.get("request_id", ""),
        "is_partial": htmx.is_partial(),
        "development": current_app.config["SHOPAPP"].development,
    }


def ago(moment: datetime) -> str:
    """'4 minutes ago', 'in 2 hours'."""
    gap = moment - clock.now()
    if abs(gap.total_seconds()) < 45:
        return "just now"
    return str(format_timedelta(gap, add_direction=True, locale="en", threshold=1.2))


def machine_readable(moment: datetime) -> str:
    """The moment in UTC to the second, as <time> wants it: '2026-11-22T18:04:00Z'."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def stamp(moment: datetime) -> str:
    """The moment in the store's time zone: '22 Nov 2026, 18:04'."""
    here = current_scope()
    zone = get_timezone(here.store.timezone if here else "UTC")
    return str(format_datetime(moment, "d MMM y, HH:mm", tzinfo=zone, locale="en"))


def formatted_money(amount: Decimal, currency: str) -> str:
    """An amount with its currency sign."""
    return money.formatted(amount, currency)


def _messages() -> list[tuple[str, str, tuple[str, str] | None]]:
    """The flashes as (tone, text, action)."""
    said: Any = get_flashed_messages(with_categories=True)
    return [_message(tone, text) for tone, text in said]


def _message(tone: str, said: Any) -> tuple[str, str, tuple[str, str] | None]:
    if isinstance(said, dict):
        return tone, said["text"], tuple(said["action"]) if said["action"] else None
    return {"error": "critical", "message": "info"}.get(tone, tone), str(said), None


def _waiting(*, afresh: bool = False) -> dict[str, str]:
    """What waits at each place, by its name."""
    here = current_scope()
    if here is None:
        return {}
    return waiting.fresh(here.session) if afresh else waiting.counts(here.session)


def _rail(nav: tuple[Entry, ...], settings_nav: tuple[Entry, ...]) -> list[Entry]:
    """Who has no settings of the store still has some of their pages: they stand for themselves."""
    entries = _allowed(nav)
    has_settings = any(entry.endpoint.startswith("settings.") for entry in entries)
    return entries if has_settings else [*entries, *_allowed(settings_nav)]


def _grouped(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """The groups in their order, each with its entries, which stand side by side."""
    return [(label, [*each]) for label, each in groupby(entries, attrgetter("group"))]


def _allowed(entries: tuple[Entry, ...]) -> list[Entry]:
    here = current_scope()
    return [entry for entry in entries if here and here.role in entry.roles]
