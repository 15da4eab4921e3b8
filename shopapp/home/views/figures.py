"""The key figures beside the list: from the cache, with their age and a way to refresh them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.home.actions import figuring
from shopapp.home.queries import figures as queries
from shopapp.home.queries.figures import Figure
from shopapp.home.views import home
from shopapp.home.views.rows import WORKERS, spent, whole
from shopapp.jobs import ledger
from shopapp.metrics import actions, kpis
from shopapp.metrics.kpis import Kpi, Unit
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, show

PART = "home/_figures.html"
USUAL = 30
_MISSING = "Not worked out yet."


@dataclass(frozen=True, slots=True)
class Card:
    """One figure in words; `value` is '' for a dash, and `reason` says why."""

    kpi: Kpi
    value: str
    reason: str
    delta: str
    direction: str
    tone: str
    series: Sequence[float | None]
    table: Sequence[tuple[str, str]]


@home.get("/figures")
@allow(*EVERYONE)
def key_figures() -> Response:
    """The figures alone, for a page that waits for fresh ones."""
    here = scope()
    found = queries.figures(here.session, clock.today(here.store.timezone))
    return show("home/figures.html", PART, **context(here, found))


@home.post("/figures")
@allow(*WORKERS)
def key_figures_refresh() -> Response:
    """Have them worked out now."""
    here = scope()
    actions.ask_for_figures(here.session)
    figuring.ask_for_figures(here.session)
    here.session.flush()
    found = queries.figures(here.session, clock.today(here.store.timezone))
    to = url_for("home.today", range=_asked())
    return changed(PART, to=to, say="The figures are being worked out", **context(here, found))


def context(here: Scope, found: Mapping[tuple[str, int], Figure]) -> dict[str, Any]:
    """What the figures' template needs."""
    days = wanted()
    shown = {kpi.key: found.get((kpi.key, days)) for kpi in queries.SHOWN}
    known = [each for each in shown.values() if each is not None]
    base = url_for("home.key_figures")
    return {
        "cards": [card(kpi, shown[kpi.key], here.store.currency) for kpi in queries.SHOWN],
        "days": days,
        "ranges": [
            (f"{each} d", url_for("home.today", range=each), each == days) for each in kpis.RANGES
        ],
        "until": max((each.last for each in known), default=None),
        "refreshed_at": min((each.refreshed_at for each in known), default=None),
        "is_stale": any(each.expires_at < clock.now() for each in known),
        "is_busy": _is_busy(here),
        "figures_url": f"{base}?range={days}",
        "may_refresh": here.role in WORKERS,
    }


def wanted() -> int:
    """The days asked for, 30 for anything else."""
    asked = request.values.get("range", "")
    return next((days for days in kpis.RANGES if asked == str(days)), USUAL)


def card(kpi: Kpi, figure: Figure | None, currency: str) -> Card:
    """A figure as the page shows it."""
    if figure is None or figure.value is None:
        reason = figure.reason if figure else _MISSING
        return Card(kpi, "", reason, "", "", "", (), ())
    delta, direction, tone = _change(kpi, figure)
    return Card(
        kpi,
        shown(kpi.unit, figure.value, currency),
        "",
        delta,
        direction,
        tone,
        figure.series,
        _table(kpi, figure, currency),
    )


def shown(unit: Unit, value: Decimal, currency: str) -> str:
    """A number as its unit is read: '£1,240', '3.2%', '25 min'."""
    if unit is Unit.MONEY:
        return whole(value, currency)
    if unit is Unit.PERCENT:
        return f"{value.quantize(Decimal('0.1')):f}%".replace(".0%", "%")
    if unit is Unit.MINUTES:
        return spent(round(value)) if value < 60 * 48 else f"{round(value / 1440)} days"
    return f"{round(value):,}"


def _change(kpi: Kpi, figure: Figure) -> tuple[str, str, str]:
    """The change in words, which way, and whether that is good; nothing when it is unknown."""
    days = (figure.last - figure.first).days + 1
    before = f"vs previous {days} days"
    if figure.value is None or figure.previous is None:
        return "No earlier days to compare with", "", ""
    step = figure.value - figure.previous
    if kpi.unit is Unit.PERCENT:
        size = f"{abs(step).quantize(Decimal('0.1'))} points"
    elif figure.previous:
        size = f"{abs(round(100 * step / figure.previous))}%"
    else:
        size = "From nothing"
    if not step:
        return f"No change {before}", "", ""
    is_good = (step > 0) is not kpi.is_cost
    direction = "up" if step > 0 else "down"
    return f"{size} {before}", direction, "success" if is_good else "critical"


def _table(kpi: Kpi, figure: Figure, currency: str) -> list[tuple[str, str]]:
    """The daily values, for those who read a table."""
    return [
        (
            _day(figure.first + timedelta(days=at)),
            "–" if each is None else shown(kpi.unit, Decimal(str(each)), currency),
        )
        for at, each in enumerate(figure.series)
    ]


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _asked() -> int | None:
    days = wanted()
    return None if days == USUAL else days


def _is_busy(here: Scope) -> bool:
    """Whether figures are being worked out, which the page then waits for."""
    return ledger.active(here.session, f"{actions.KPIS}:{here.store.id}") is not None
