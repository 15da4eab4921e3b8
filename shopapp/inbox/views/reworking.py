"""Reworking the reply in the composer: asked for, shown as it grows, taken or left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.db import Session
from shopapp.drafts.actions import reworking
from shopapp.drafts.forms import ReworkForm
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.drafts.proposals import Wish
from shopapp.drafts.queries.editing import rework_of
from shopapp.drafts.queries.making import making
from shopapp.drafts.views import beside
from shopapp.inbox.actions import reworking as actions
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.history import brought_back
from shopapp.inbox.views.replies import WRITERS, answer, conflicting, first_error, refuse, save
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, is_partial, show

PAGE, PART = "inbox/rework.html", "drafts/_rework.html"


@inbox.get("/tickets/<ticket_id>/reply/reworking")
@allow(*WRITERS)
def reply_rework(ticket_id: str) -> Response:
    """The rework beside the reply as it stands: polled while it is written."""
    here, row = scope(), load(ticket_id)
    return show(PAGE, PART, **_panel(here, row))


@inbox.post("/tickets/<ticket_id>/reply/reworking")
@allow(*WRITERS)
def reply_reworking(ticket_id: str) -> Response:
    """Save what was typed and have it reworked in the background; the composer stays as it is."""
    here, row, form, asked = scope(), load(ticket_id), ReplyForm(), ReworkForm()
    for each in (form, asked):
        if not each.validate():
            return refuse(here, row, form, first_error(each))
    return _asked(here, row, form, lambda: asked.wish)


@inbox.post("/tickets/<ticket_id>/reply/reworking/repeating")
@allow(*WRITERS)
def reply_rework_repeating(ticket_id: str) -> Response:
    """The same once more, after nobody could write it; what was typed is saved."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    return _asked(here, row, form, lambda: reworking.wish_of(_standing(here, row)))


def _asked(here: Scope, row: Ticket, form: ReplyForm, wish: Callable[[], Wish]) -> Response:
    """The panel of a rework of what was typed."""
    _stand(here, row, form)
    try:
        written = save(here, row, form, form.readable_recipients())
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    said = None
    try:
        actions.ask(here.session, written, wish())
    except Invalid as refusal:
        return refuse(here, row, form, str(refusal))
    except Stale as refusal:  # what was typed is saved all the same
        said = str(refusal)
    here.session.flush()
    context = _panel(here, row)
    context["version"] = composer.version_of(written)
    return changed(PART, to=context["url"], say=said, tone="caution", **context)


@inbox.post("/tickets/<ticket_id>/reply/reworking/<any(replacing, inserting):way>")
@allow(*WRITERS)
def reply_rework_taking(ticket_id: str, way: str) -> Response:
    """Take the reworked text: in the place of the reply's, or below it; what was typed is saved."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    _stand(here, row, form)
    try:
        written = save(here, row, form, form.readable_recipients())
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    take = actions.replace if way == "replacing" else actions.insert
    try:
        before, draft = written.body_text, _standing(here, row)
        take(here.session, written, draft, version=written.version, by=here.user)
    except Stale as refusal:  # what was typed is saved all the same
        return answer(here, row, str(refusal), tone="caution")
    said = "Replaced; your text is kept in the reply’s history" if way == "replacing" else "Added"
    return brought_back(here, row, written, before, said)


@inbox.post("/tickets/<ticket_id>/reply/reworking/keeping")
@allow(*WRITERS)
def reply_rework_keeping(ticket_id: str) -> Response:
    """Keep one's own text: the rework goes, also while it is being written."""
    here, row = scope(), load(ticket_id)
    draft = _rework(here.session, row)
    if draft is not None:
        reworking.set_aside(draft)
    return changed(PART, to=address(row), **_panel(here, row, None))


def _stand(here: Scope, row: Ticket, form: ReplyForm) -> None:
    """Asked for on a page without the composer: the reply as it was saved."""
    reply = queries.in_writing(here.session, row)
    if "body" in request.form or reply is None:
        return
    form.body.data, form.version.data = reply.body_text, composer.version_of(reply)


def _standing(here: Scope, row: Ticket) -> AiDraft:
    draft = _rework(here.session, row)
    if draft is None:
        raise Stale(reworking.GONE)
    return draft


def _rework(session: Session, row: Ticket) -> AiDraft | None:
    return rework_of(session, DraftSubject.TICKET, row.id)


_LOOK = object()


def _panel(here: Scope, row: Ticket, draft: Any = _LOOK) -> dict[str, Any]:
    """What the panel's templates need; without a rework it is empty."""
    shown = _rework(here.session, row) if draft is _LOOK else draft
    reply = queries.in_writing(here.session, row) if shown else None
    if shown and reply and (shown.wish or {}).get("reply_id") != reply.id:
        shown = None
    return {
        "ticket": row,
        "base": address(row),
        "url": url_for(".reply_rework", ticket_id=row.id),
        "form": f"draft-{row.id}" if is_partial() else "",
        "swaps": "#composer",
        "adds": True,
        "version": "",
        "rework": beside.panel(shown, reply.body_text, making(here.session, shown, actions.REWORK))
        if shown and reply
        else None,
    }
