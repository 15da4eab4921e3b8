"""Deciding in place: do what is proposed, assign, put off, take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.home import later
from shopapp.home.ranking import Decision
from shopapp.home.views import doing, home, rows
from shopapp.home.views.doing import Done
from shopapp.home.views.drafts import draft_of
from shopapp.home.views.rows import WORKERS
from shopapp.home.views.today import PAGE, Board, headed, page
from shopapp.refusals import Invalid, NotAllowed, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, is_partial, moved, show

ROW, GONE, SETTLED = "home/_decision.html", "home/gone.html", "home/_settled.html"
HANDLE, ASSIGN = "handle", "assign"
_LATE = "Somebody has dealt with this already."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form names: the decision, and what was folded into its row."""

    key: str
    also: tuple[str, ...]


@home.get("/decisions/draft")
@allow(*EVERYONE)
def decision_draft() -> Response:
    """A row with its draft unfolded, or folded again; without htmx the page with it unfolded."""
    board, key = Board(scope()), request.args.get("decision", "")
    found = board.find(key)
    if not is_partial():
        return moved(url_for("home.today", open=key[:80]))
    if found is None:
        return conflict(PAGE, SETTLED, **_settled(key, _LATE))
    is_open = request.args.get("fold") != "yes"
    return show(PAGE, ROW, **_row(board.here, found, is_open=is_open))


@home.post("/decisions")
@allow(*WORKERS)
def decision_change() -> Response:
    """Do what the pressed button says: what the row proposes, take it, or put it off."""
    here, asked, do = scope(), _asked(), request.form.get("do", HANDLE)
    try:
        if do == ASSIGN:
            return _assigned(here, asked)
        done = _later(here, asked, do) if do != HANDLE else _handled(here, asked)
    except NotAllowed:
        abort(403)
    except Invalid as refusal:
        return _refused(here, asked, str(refusal))
    except Stale as refusal:
        return _too_late(here, asked, str(refusal))
    undo = ("Undo", done.undo_url) if done.undo_url else None
    context = {**headed(Board(here)), **_named(asked.key)} if is_partial() else {}
    return changed(GONE, to=_back(), say=done.said, action=undo, **context)


@home.post("/decisions/recall")
@allow(*WORKERS)
def decision_recall() -> Response:
    """Undo: bring back what was put off or done."""
    here, asked = scope(), _asked()
    try:
        for key in (asked.key, *asked.also):
            doing.take_back(here, key, was_done=request.values.get("done") == "yes")
        here.session.flush()
    except NotAllowed:
        abort(403)
    except (Stale, Invalid) as refusal:
        here.session.rollback()
        return moved(url_for("home.today"), say=str(refusal), tone="caution")
    return moved(url_for("home.today"), say="It is back", tone="info")


def _handled(here: Scope, asked: Asked) -> Done:
    done = doing.handle(here, asked.key, request.form)
    here.session.flush()
    return done


def _assigned(here: Scope, asked: Asked) -> Response:
    """The row stays, with the person's face."""
    doing.take(here, asked.key)
    here.session.flush()
    found = Board(here).find(asked.key) if is_partial() else None
    if found is None:
        return changed(
            SETTLED, to=_back(), say="Assigned to you", **_settled(asked.key, "Assigned to you")
        )
    return changed(ROW, to=_back(), say="Assigned to you", **_row(here, found))


def _later(here: Scope, asked: Asked, choice: str) -> Done:
    """Everything in the row stays away until then."""
    until = later.until(choice, clock.now(), here.store.timezone)
    if until is None:
        message = "Choose what is to be done."
        raise Invalid(message)
    for key in (asked.key, *asked.also):
        doing.put_off(here, key, until)
    here.session.flush()
    label = later.CHOICES[choice]
    undo = url_for("home.decision_recall", decision=asked.key, also=asked.also)
    return Done(f"Back {label[0].lower()}{label[1:]}", undo)


def _too_late(here: Scope, asked: Asked, reason: str) -> Response:
    """Somebody was faster: a row that still waits shows how it stands now, another one leaves."""
    here.session.rollback()
    board = Board(here)
    found = board.find(asked.key)
    if not is_partial():
        return conflict(PAGE, PAGE, **page(board, notice=reason))
    if found is None:
        return conflict(PAGE, SETTLED, **_settled(asked.key, reason))
    return conflict(PAGE, ROW, **_row(here, found, is_open=True, notice=reason))


def _refused(here: Scope, asked: Asked, reason: str) -> Response:
    """Not done, and the row says why."""
    here.session.rollback()
    board = Board(here)
    found = board.find(asked.key)
    if found is None or not is_partial():
        return invalid(PAGE, SETTLED, **page(board, notice=reason), **_named(asked.key))
    return invalid(PAGE, ROW, **_row(here, found, is_open=True, notice=reason))


def _row(
    here: Scope, decision: Decision, *, is_open: bool = False, notice: str = ""
) -> dict[str, Any]:
    draft = draft_of(here, decision) if is_open else None
    return {
        "row": rows.row(here, decision),
        "draft": draft,
        "notice": notice,
        "choices": later.CHOICES,
        "group": _kind(),
    }


def _settled(key: str, reason: str) -> dict[str, Any]:
    return {**_named(key), "notice": reason}


def _named(key: str) -> dict[str, str]:
    return {"row_id": rows.element_id(key)}


def _asked() -> Asked:
    """The decision the form names; 404 for what is none."""
    key, also = request.values.get("decision", ""), request.values.getlist("also")
    if not all(doing.is_key(each) for each in (key, *also)):
        abort(404)
    return Asked(key, tuple(also[:20]))


def _kind() -> str:
    asked = request.values.get("kind", "")
    return asked if asked in rows.GROUPS else ""


def _back() -> str:
    return url_for("home.today", kind=_kind() or None)
