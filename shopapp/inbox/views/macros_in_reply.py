"""Putting a macro into the reply being written: which fit, and the one that was chosen, filled."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from shopapp.inbox.actions import macros as actions
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Macro, Ticket
from shopapp.inbox.queries import macros as queries
from shopapp.inbox.queries import packets, rules
from shopapp.inbox.queries import replies as written
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS, answer, conflicting, first_error, refuse, save
from shopapp.inbox.views.tickets import address, load
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import found, is_partial, show

LONGEST = 200


@inbox.get("/tickets/<ticket_id>/macros")
@allow(*WRITERS)
def reply_offers(ticket_id: str) -> Response:
    """The macros that fit the words typed: the items of the composer's menu."""
    here, row, words = scope(), load(ticket_id), request.args.get("q", "")[:LONGEST]
    return show(
        "inbox/reply_macros.html",
        "inbox/_reply_macros.html",
        ticket=row,
        base=address(row),
        words=words,
        in_menu=is_partial(),
        proposed=None if words else rules.proposed_macro(here.session, row),
        macros=queries.offered(here.session, words),
    )


@inbox.post("/tickets/<ticket_id>/reply/macros")
@allow(*WRITERS)
def reply_macros(ticket_id: str) -> Response:
    """Put a macro where the cursor was, or at the end, and save the reply."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    macro: Macro = found(queries.macro(here.session, request.form.get("macro", "")))
    begin_where_it_stands(here, row, form)
    filled = _filled(here, row, macro)
    form.body.data = _joined(form.text, filled, request.form.get("at", ""))
    try:
        save(here, row, form, form.readable_recipients())
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    return answer(here, row, f"“{macro.title}” inserted")


def begin_where_it_stands(here: Scope, row: Ticket, form: ReplyForm) -> None:
    """Chosen on a page without the composer: the macro goes below what is written."""
    reply = written.in_writing(here.session, row)
    if "body" in request.form or reply is None:
        return
    form.body.data = reply.body_text
    form.version.data = f"{reply.id}:{reply.version}"


def _filled(here: Scope, row: Ticket, macro: Macro) -> str:
    voice = packets.Voice(here.store, here.settings, default_mailbox(here.session))
    return actions.filled(here.session, macro, row, voice, by=here.user).text


def _joined(text: str, filled: str, at: str) -> str:
    """`filled` in `text` at a place, with an empty line to what stands beside it."""
    place = int(at) if at.isdecimal() and len(at) < 7 else len(text)
    before, after = text[:place].rstrip(), text[place:].lstrip()
    return "\n\n".join(filter(None, (before, filled, after)))
