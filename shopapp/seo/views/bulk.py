"""Work on several insights at once, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.refusals import Refused, Stale
from shopapp.seo import actions
from shopapp.seo.forms import REASONS, SPANS, morning
from shopapp.seo.models import SeoInsight
from shopapp.seo.queries import insights as queries
from shopapp.seo.views import seo
from shopapp.seo.views.listing import PAGE, PART, listing, query
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, invalid, moved, page_shown

MOST_CHOSEN = 100
Act = Callable[[SeoInsight], Any]


@seo.post("/bulk")
@allow(Role.ADMIN, Role.AGENT)
def bulk() -> Response:
    """Assign, start, snooze, resolve or ignore the chosen insights."""
    here = scope()
    said, act = _asked(here)
    seen = dict(each.partition(".")[::2] for each in request.form.getlist("ids")[:MOST_CHOSEN])
    rows = queries.chosen(here.session, list(seen))
    if act is None or not rows:
        return invalid(PAGE, PART, **listing(here, "Choose at least one insight first."))
    done = [row for row in rows if _acted(act, row, seen[row.id])]
    here.session.flush()
    return changed(
        PART,
        to=url_for("seo.insights", **query()),
        say=_summary(said, len(done), len(rows) - len(done)),
        tone="success" if done else "caution",
        action=undoing(done),
        **listing(here),
    )


@seo.post("/undoing")
@allow(Role.ADMIN, Role.AGENT)
def undoing_of() -> Response:
    """Take back the last thing this person did to the insights in the address."""
    here, undone = scope(), 0
    rows = queries.chosen(here.session, request.args.getlist("ids")[:MOST_CHOSEN])
    for row in rows:
        try:
            actions.undo(here.session, row, by=here.user)
            undone += 1
        except Stale:
            continue
    back = page_shown() or url_for("seo.insights")
    if not undone:
        return moved(back, say="It was changed since: nothing was undone.", tone="caution")
    return moved(back, say="Undone" if undone == len(rows) else f"{undone} of {len(rows)} undone")


def undoing(rows: Sequence[SeoInsight]) -> tuple[str, str] | None:
    """The toast's Undo for what was just done to `rows`."""
    if not rows:
        return None
    return "Undo", url_for("seo.undoing_of", ids=[row.id for row in rows])


def _acted(act: Act, row: SeoInsight, version: str) -> bool:
    """False for a row that somebody changed since the list was shown."""
    if version and version != str(row.version):
        return False
    try:
        act(row)
    except Refused:
        return False
    return True


def _summary(said: str, done: int, left: int) -> str:
    words = f"{done} insight{'s' * (done != 1)} {said}"
    return words + (f", {left} left alone: changed since, or already done" if left else "")


def _asked(here: Scope) -> tuple[str, Act | None]:
    """What the pressed button means: words for the toast, and the act."""
    do, _, what = request.form.get("do", "").partition(":")
    session, by = here.session, here.user
    if do == "snooze" and what in SPANS:
        until = morning(what, here.store.timezone)
        return "snoozed", lambda row: actions.snooze(session, row, until=until, by=by)
    if do == "ignore" and what.isdigit() and int(what) < len(REASONS):
        why = REASONS[int(what)]
        return "ignored", lambda row: actions.ignore(session, row, reason=why, by=by)
    plain: dict[str, tuple[str, Act]] = {
        "take": ("assigned to you", lambda row: actions.assign(session, row, to=by, by=by)),
        "let-go": ("assigned to nobody", lambda row: actions.assign(session, row, to=None, by=by)),
        "start": ("started", lambda row: actions.start(session, row, by=by)),
        "resolve": ("resolved", lambda row: actions.resolve(session, row, note="", by=by)),
        "reopen": ("reopened", lambda row: actions.reopen(session, row, by=by)),
    }
    return plain.get(do, ("", None))
