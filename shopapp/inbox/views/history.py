"""The history of the reply in the composer: every version, compared, and one brought back."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.drafts.learning import edits
from shopapp.drafts.learning.history import Save, Version, versions
from shopapp.drafts.models import AiDraft
from shopapp.drafts.queries import revisions
from shopapp.inbox.actions import revising
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.replies import (
    WRITERS,
    conflicting,
    first_error,
    in_writing,
    refuse,
    save,
)
from shopapp.inbox.views.tickets import BOTH, address, load, page
from shopapp.refusals import Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, found, is_partial, show

AGAINST = {"before": "The version before", "draft": "The draft", "now": "The text now"}
SHOWN = 100
"""So many versions are listed, newest first; the rest is kept all the same."""


@inbox.get("/tickets/<ticket_id>/reply/history")
@allow(*EVERYONE)
def reply_history(ticket_id: str) -> Response:
    """Every version of the reply; the one asked for is compared with another one."""
    here, row = scope(), load(ticket_id)
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    listed = versions(_saves(here, written, draft))
    chosen = next((each for each in listed if each.last.id == request.args.get("version")), None)
    return show(
        "inbox/history.html",
        "inbox/_history.html",
        ticket=row,
        base=address(row),
        versions=listed[:SHOWN],
        chosen=chosen,
        token=composer.version_of(written),
        now=written.body_text if written else "",
        in_composer=is_partial(),
        **_compared(chosen, written, draft),
    )


@inbox.post("/tickets/<ticket_id>/reply/history")
@allow(*WRITERS)
def reply_going_back(ticket_id: str) -> Response:
    """Make an earlier version the text again; what stood there is a version of its own."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    chosen = found(_chosen(here, row))
    try:
        written = standing(here, row, form, instead=chosen.body)
        before = written.body_text
        body, version = chosen.body, written.version
        revising.go_back(here.session, written, body=body, version=version, by=here.user)
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    return brought_back(here, row, written, before, "Earlier version restored")


def standing(here: Scope, row: Ticket, form: ReplyForm, *, instead: str = "") -> TicketMessage:
    """The reply as it stands, what was typed saved first; raises Stale when it moved on.

    A form without a text (a page without the composer) names the version it showed; of a conflict
    `instead` is then the text of the person.
    """
    if "body" in request.form:
        return save(here, row, form, form.readable_recipients())
    form.body.data = instead
    written = in_writing(here, row)
    if composer.version_of(written) != (form.version.data or request.args.get("version")):
        who = "You" if written.author_id == here.user.id else written.author_name
        message = f"{who} changed this reply after this page was opened."
        raise Stale(message)
    return written


def brought_back(
    here: Scope, row: Ticket, written: TicketMessage, before: str, said: str
) -> Response:
    """The composer with the text, and a way back to the one `before`."""
    here.session.flush()
    saves = revisions.saves(here.session, reply_id=written.id)
    last = next((each for each in reversed(saves[:-1]) if each.body == before), None)
    token = composer.version_of(written)
    undo = (
        url_for(".reply_going_back", ticket_id=row.id, restore=last.id, version=token)
        if last
        else ""
    )
    action = ("Undo", undo) if undo else None
    return changed(BOTH, to=address(row), say=said, action=action, **page(here, row))


def _chosen(here: Scope, row: Ticket) -> Save | None:
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    wanted = request.values.get("restore", "")
    return next((each for each in _saves(here, written, draft) if each.id == wanted), None)


def _saves(here: Scope, written: TicketMessage | None, draft: AiDraft | None) -> list[Save]:
    return revisions.saves(
        here.session,
        reply_id=written.id if written else None,
        draft_id=draft.id if draft else None,
    )


def _compared(
    chosen: Version | None, written: TicketMessage | None, draft: AiDraft | None
) -> dict[str, Any]:
    """The chosen version beside the one that `against` asks for."""
    text = chosen.last.body if chosen else ""
    others = {
        "before": chosen.before if chosen and chosen.number > 1 else text,
        "draft": draft.content if draft else text,
        "now": written.body_text if written else text,
    }
    differing = [key for key in AGAINST if others[key] != text]
    asked = request.args.get("against", "")
    against = asked if asked in differing else next(iter(differing), "")
    other = others.get(against, text)
    pair = (text, other) if against == "now" else (other, text)
    return {
        "against": against,
        "choices": [(key, AGAINST[key]) for key in differing],
        "runs": edits.runs(edits.passages(*pair)),
    }
