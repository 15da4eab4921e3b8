"""Today: everything that waits for a decision, best first, and the key figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.connections.queries import smtp_facts
from shopapp.home import checks, later
from shopapp.home.actions import setting_up
from shopapp.home.queries import figures, handled, setup, waiting
from shopapp.home.queries.figures import Figure
from shopapp.home.ranking import Decision
from shopapp.home.views import figures as cards
from shopapp.home.views import home, rows
from shopapp.home.views.drafts import Draft, draft_of
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import moved, show

PAGE, PART = "home/today.html", "home/_decisions.html"
STEP, MOST = 50, 1_000


@dataclass(frozen=True)
class Board:
    """What waits in the store of this request, read once."""

    here: Scope

    @cached_property
    def figures(self) -> dict[tuple[str, int], Figure]:
        """The cached key figures; the ranking takes the average order and the team's pace of it."""
        return figures.figures(self.here.session, clock.today(self.here.store.timezone))

    @cached_property
    def decisions(self) -> list[Decision]:
        """Best first."""
        standing = waiting.standing_of(self.here.store, self.here.settings, self.figures)
        return waiting.decisions(self.here.session, standing)

    def find(self, key: str) -> Decision | None:
        """The decision, if it still waits."""
        return next((each for each in self.decisions if each.key == key), None)

    @cached_property
    def handled(self) -> int:
        """What people finished since midnight in the store."""
        zone = ZoneInfo(self.here.store.timezone)
        midnight = datetime.combine(clock.today(self.here.store.timezone), time(), zone)
        return handled.handled_since(self.here.session, midnight)


@home.get("/")
@allow(*EVERYONE)
def today() -> Response:
    """The page, or its list alone."""
    return show(PAGE, PART, **page(Board(scope())))


@home.post("/setup/dismissal")
@allow(Role.ADMIN)
def setup_dismissal() -> Response:
    """Put the checklist away."""
    here = scope()
    setting_up.dismiss(here.session, here.store, by=here.user)
    return moved(url_for("home.today"), say="The checklist is put away", tone="info")


@home.post("/setup/steps")
@allow(Role.ADMIN)
def setup_step() -> Response:
    """Go where a step is done that only wants to be looked at."""
    if not setting_up.note_seen(scope().store, request.form.get("step", "")):
        abort(404)
    return moved(url_for("settings.thresholds"))


def page(board: Board, **more: Any) -> dict[str, Any]:
    """What the page's templates need."""
    here, opened = board.here, request.values.get("open", "")
    return {
        **listing(board),
        **cards.context(here, board.figures),
        "steps": _steps(here),
        "notice": "",
        "opened": opened,
        "draft": _opened(board, opened),
        **more,
    }


def listing(board: Board) -> dict[str, Any]:
    """What the list's templates need."""
    group, top, zone = _group(), _top(), ZoneInfo(board.here.store.timezone)
    inside = [each for each in board.decisions if rows.in_group(each, group)]
    return {
        **headed(board),
        "rows": [rows.row(board.here, each) for each in inside[:top]],
        "total": len(inside),
        "more_url": url_for("home.today", kind=group or None, top=top + STEP)
        if len(inside) > top
        else "",
        "next_check": f"{checks.next_check(clock.now()).astimezone(zone):%H:%M}",
        "choices": later.CHOICES,
        "opened": "",
        "draft": None,
        "notice": "",
    }


def headed(board: Board) -> dict[str, Any]:
    """What the page's head needs."""
    return {
        "head": rows.head(board.here, board.decisions, board.handled),
        "tabs_shown": _tabs(board.decisions),
        "group": _group(),
    }


def _tabs(decisions: Sequence[Decision]) -> list[tuple[str, str, bool, int]]:
    """All, and each group that has something in it or is being looked at."""
    current = _group()
    counts = {name: sum(rows.in_group(each, name) for each in decisions) for name in rows.GROUPS}
    return [
        ("All", url_for("home.today"), not current, len(decisions)),
        *(
            (label, url_for("home.today", kind=name), name == current, counts[name])
            for name, (label, _) in rows.GROUPS.items()
            if counts[name] or name == current
        ),
    ]


def _group() -> str:
    asked = request.values.get("kind", "")
    return asked if asked in rows.GROUPS else ""


def _top() -> int:
    """How many rows are shown: 50, and 50 more with each "show more"."""
    asked = request.args.get("top", "")
    steps = int(asked) // STEP if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(MOST, max(1, steps) * STEP)


def _opened(board: Board, key: str) -> Draft | None:
    found = board.find(key) if key else None
    return draft_of(board.here, found) if found else None


def _steps(here: Scope) -> Sequence[setup.Step]:
    """The checklist, for who can do something about it, until it is done or put away."""
    if here.role is not Role.ADMIN or setup.is_dismissed(here.store):
        return ()
    has_mail = bool(here.config.smtp_url or smtp_facts(here.settings))
    found = setup.steps(here.session, here.store, here.settings, has_mail=has_mail)
    return () if all(each.is_done for each in found) else found
