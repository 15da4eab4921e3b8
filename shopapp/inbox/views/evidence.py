"""The evidence panel: fetched when it is opened, after each save, and where facts are confirmed."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.inbox.actions import checking
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import composer, inbox, vouching
from shopapp.inbox.views.replies import WRITERS, conflicting, in_writing, save
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, invalid, is_partial, show

PAGE, PART = "inbox/evidence.html", "inbox/_facts.html"


@inbox.get("/tickets/<ticket_id>/reply/evidence")
@allow(*EVERYONE)
def reply_evidence(ticket_id: str) -> Response:
    """Each sentence of the reply with what it rests on."""
    here, row = scope(), load(ticket_id)
    return show(PAGE, PART, **_context(row, vouching.panel(here, row)))


@inbox.post("/tickets/<ticket_id>/reply/evidence")
@allow(*WRITERS)
def reply_confirming(ticket_id: str) -> Response:
    """Vouch for a fact, after saving what stands in the composer."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    key = request.form.get("fact", "")
    family, value = vouching.key_of(key)
    reason = request.form.get(f"reason:{key}", "")
    try:
        written = _saved(here, row, form)
        checking.confirm(
            here.session, written, family=family, value=value, reason=reason, by=here.user
        )
    except Invalid as refusal:
        return _refused(here, row, form, str(refusal))
    except Stale as refusal:
        return _stale(here, row, form, str(refusal))
    return _answer(here, row, "Confirmed")


@inbox.post("/tickets/<ticket_id>/reply/evidence/<any(refreshing, keeping):way>")
@allow(*WRITERS)
def reply_rechecking(ticket_id: str, way: str) -> Response:
    """The order changed: let the draft rest on it as it is now, or keep the reply as written."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    act = checking.refresh if way == "refreshing" else checking.keep
    try:
        act(here.session, _saved(here, row, form), by=here.user)
    except Stale as refusal:
        return _stale(here, row, form, str(refusal))
    said = "The draft rests on today's order" if way == "refreshing" else "Kept as written"
    return _answer(here, row, said)


def _saved(here: Scope, row: Ticket, form: ReplyForm) -> Any:
    """The reply with what stands in the composer; on its own page nothing is typed."""
    if not form.version.data:
        return in_writing(here, row)
    return save(here, row, form, form.readable_recipients())


def _answer(here: Scope, row: Ticket, said: str) -> Response:
    here.session.flush()
    context = _context(row, vouching.panel(here, row), queries.in_writing(here.session, row))
    to = url_for("inbox.reply_evidence", ticket_id=row.id)
    return changed(PART, to=to, say=None if is_partial() else said, **context)


def _refused(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    here.session.rollback()
    row = load(row.id)
    text = form.text if form.version.data else None
    return invalid(PAGE, PART, **_context(row, vouching.panel(here, row, text=text, error=reason)))


def _stale(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    """Another text stands there by now: both are shown; on its own page the panel says so."""
    if form.version.data and is_partial():
        return conflicting(here, row, form, reason)
    return _refused(here, row, form, reason)


def _context(row: Ticket, panel: vouching.Panel, saved: Any = None) -> dict[str, Any]:
    return {
        "ticket": row,
        "base": address(row),
        "panel": panel,
        "in_composer": is_partial(),
        "answers": is_partial(),
        "version": composer.version_of(saved),
    }
