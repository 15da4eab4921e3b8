"""Reworking the reply in the composer: asked for, shown as it grows, taken or left."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.actions import reworking as actions
from shopapp.inbox.forms import REWORKS, ReplyForm, ReworkForm
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.replies import WRITERS, answer, conflicting, first_error, refuse, save
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, is_partial, show

PAGE, PART = "inbox/rework.html", "inbox/_rework.html"


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
    _stand(here, row, form)
    try:
        written = save(here, row, form, form.readable_recipients())
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    said = None
    try:
        actions.ask(here.session, written, asked.wish)
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
        draft = _offered(here, row)
        take(here.session, written, draft, version=written.version, by=here.user)
    except Stale as refusal:  # what was typed is saved all the same
        return answer(here, row, str(refusal), tone="caution")
    said = "Replaced; your text is kept in the reply’s history" if way == "replacing" else "Added"
    return answer(here, row, said)


@inbox.post("/tickets/<ticket_id>/reply/reworking/keeping")
@allow(*WRITERS)
def reply_rework_keeping(ticket_id: str) -> Response:
    """Keep one's own text: the rework goes, also while it is being written."""
    here, row = scope(), load(ticket_id)
    draft = queries.rework_of(here.session, row.id)
    if draft is not None:
        actions.set_aside(draft)
    return changed(PART, to=address(row), **_panel(here, row, None))


def _stand(here: Scope, row: Ticket, form: ReplyForm) -> None:
    """Asked for on a page without the composer: the reply as it was saved."""
    reply = queries.in_writing(here.session, row)
    if "body" in request.form or reply is None:
        return
    form.body.data, form.version.data = reply.body_text, composer.version_of(reply)


def _offered(here: Scope, row: Ticket) -> AiDraft:
    draft = queries.rework_of(here.session, row.id)
    if draft is None:
        message = actions.GONE
        raise Stale(message)
    return draft


_LOOK = object()


def _panel(here: Scope, row: Ticket, draft: Any = _LOOK) -> dict[str, Any]:
    """What the panel's templates need; without a rework it is empty."""
    shown = queries.rework_of(here.session, row.id) if draft is _LOOK else draft
    reply = queries.in_writing(here.session, row) if shown else None
    if shown and reply and (shown.wish or {}).get("reply_id") != reply.id:
        shown = None
    return {
        "ticket": row,
        "base": address(row),
        "url": url_for(".reply_rework", ticket_id=row.id),
        "in_form": is_partial(),
        "version": "",
        "rework": _shown(shown, reply) if shown and reply else None,
    }


def _shown(draft: AiDraft, reply: TicketMessage) -> dict[str, Any]:
    wish = draft.wish or {}
    return {
        "name": _named(wish),
        "is_written": draft.state is not DraftState.REWORKING,
        "text": draft.content,
        "changes": composer.difference(reply.body_text, draft.content) if draft.content else [],
        "why": draft.reason,
        "error": draft.error or "",
        "has_moved": actions.has_moved(draft, reply),
    }


def _named(wish: dict[str, Any]) -> str:
    """What was asked for: in the person's own words, if there are any."""
    said = str(wish.get("instruction") or "")
    return f"“{said}”" if said else REWORKS.get(str(wish.get("rework")), "")
