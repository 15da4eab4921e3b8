"""Writing and sending the reply: autosave, changes, approval, undo, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import drafting, replying, sending, settling
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.tickets import address, load, page
from shopapp.mail.outbox import Resolution
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Invalid, Stale
from shopapp.stores.registry import limit
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

PAGE, PART = "inbox/ticket.html", "inbox/_composer.html"
BOTH = "inbox/composer_and_thread.html"
WRITERS = (Role.ADMIN, Role.AGENT)


@inbox.get("/tickets/<ticket_id>/composer")
@allow(*EVERYONE)
def reply_composer(ticket_id: str) -> Response:
    """The composer as it stands now: polled while a draft is written or a reply leaves."""
    return show(PAGE, PART, **page(scope(), load(ticket_id)))


@inbox.post("/tickets/<ticket_id>/reply")
@allow(*WRITERS)
def reply(ticket_id: str) -> Response:
    """Save what was typed; the first save begins the reply."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return _refuse(here, row, form, _first_error(form))
    try:
        written = _save(here, row, form)
    except Stale as refusal:
        return _conflict(here, row, form, str(refusal))
    if form.take.data:
        here.session.flush()
        return changed(PART, to=address(row), **page(here, row))
    return changed("inbox/_saved.html", to=address(row), say=None, version=composer.version_of(written))


@inbox.get("/tickets/<ticket_id>/reply/changes")
@allow(*EVERYONE)
def reply_changes(ticket_id: str) -> Response:
    """What a person changed in the draft, word by word."""
    here, row = scope(), load(ticket_id)
    written = queries.in_writing(here.session, row)
    draft = queries.draft_behind(here.session, written) if written else None
    spans = composer.changes_of(draft, written.body_text) if written else []
    return show("inbox/changes.html", "inbox/_changes.html", changes=spans, ticket=row)


@inbox.post("/tickets/<ticket_id>/reply/sending")
@allow(*WRITERS)
def reply_sending(ticket_id: str) -> Response:
    """Approve the reply; it leaves when the undo window has passed."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return _refuse(here, row, form, _first_error(form))
    if _is_leaving(here, row, form):
        return changed(PART, to=address(row), **page(here, row))
    try:
        written = _save(here, row, form)
        _approve(here, written, form)
    except (sending.Unseen, Invalid) as refusal:
        return _refuse(here, row, form, str(refusal))
    except Stale as refusal:
        return _conflict(here, row, form, str(refusal))
    here.session.flush()
    return changed(PART, to=address(row), **page(here, row))


@inbox.post("/tickets/<ticket_id>/sending/cancelling")
@allow(*WRITERS)
def reply_undo(ticket_id: str) -> Response:
    """Take the approved reply back."""
    here, row = scope(), load(ticket_id)
    sending.undo(here.session, found(queries.in_writing(here.session, row)), by=here.user)
    here.session.flush()
    return changed(PART, to=address(row), say="Not sent. Your text is back.", **page(here, row))


@inbox.post("/tickets/<ticket_id>/reply/discarding")
@allow(*WRITERS)
def reply_discarding(ticket_id: str) -> Response:
    """Throw the reply away, with a reason the drafter learns from."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    written: TicketMessage = found(queries.in_writing(here.session, row))
    replying.discard(here.session, written, reason=form.reason.data or "", by=here.user)
    here.session.flush()
    return changed(PART, to=address(row), say="Draft discarded", tone="info", **page(here, row))


@inbox.post("/tickets/<ticket_id>/reply/restoring")
@allow(*WRITERS)
def reply_restoring(ticket_id: str) -> Response:
    """Bring the discarded draft back."""
    here, row = scope(), load(ticket_id)
    replying.restore(here.session, row, by=here.user)
    here.session.flush()
    return changed(PART, to=address(row), **page(here, row))


@inbox.post("/tickets/<ticket_id>/drafts")
@allow(*WRITERS)
def reply_drafts(ticket_id: str) -> Response:
    """Ask for a new AI draft."""
    here, row = scope(), load(ticket_id)
    drafting.ask_again(here.session, row)
    here.session.flush()
    return changed(PART, to=address(row), **page(here, row))


@inbox.post("/messages/<message_id>/<any(confirming, repeating):way>")
@allow(*WRITERS)
def reply_settling(message_id: str, way: str) -> Response:
    """Say what became of a reply whose delivery is unknown: it arrived, or send it again."""
    here = scope()
    message: TicketMessage = found(queries.reply(here.session, message_id))
    outcome = Resolution.DELIVERED if way == "confirming" else Resolution.SEND_AGAIN
    settling.settle(here.session, message, outcome, by=here.user)
    here.session.flush()
    return changed(PART, to=address(message.ticket), **page(here, load(message.ticket_id)))


def _save(here: Scope, row: Ticket, form: ReplyForm) -> TicketMessage:
    """Begin or revise the reply; of a conflict the person chose a side."""
    written = queries.in_writing(here.session, row)
    based_on = form.seen_version.data if form.take.data else form.version.data
    if written is None:
        if based_on:
            message = "This reply was sent or discarded meanwhile."
            raise Stale(message)
        return replying.begin(here.session, row, body=form.text, by=here.user)
    reply_id, _, version = (based_on or "").partition(":")
    if reply_id != written.id or not version.isdigit():
        message = f"{written.author_name} has begun a reply meanwhile."
        raise Stale(message)
    if form.take.data == "theirs":
        return written
    return replying.revise(
        here.session, written, body=form.text, version=int(version), by=here.user
    )


def _approve(here: Scope, written: TicketMessage, form: ReplyForm) -> None:
    mailbox = default_mailbox(here.session)
    if mailbox is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    undo = timedelta(seconds=limit(here.settings, "undo_seconds"))
    sending.approve(
        here.session,
        written,
        body=form.text,
        version=written.version,
        seen=form.seen.data or "",
        envelope=sending.Envelope(mailbox, undo, here.keys.thread_key),
        by=here.user,
    )


def _is_leaving(here: Scope, row: Ticket, form: ReplyForm) -> bool:
    """A second click on Send: the same reply is on its way already."""
    written = queries.in_writing(here.session, row)
    return (
        written is not None
        and written.delivery_state is not DeliveryState.DRAFT
        and (form.version.data or "").startswith(written.id)
    )


def _refuse(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    here.session.rollback()
    context = page(here, load(row.id))
    context["composer"] = composer.refused(context["composer"], form.text, reason)
    return invalid(PAGE, BOTH, **context)


def _conflict(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    """Both texts, so that nothing is lost; without htmx the whole page with both on it."""
    here.session.rollback()
    row = load(row.id)
    written = queries.in_writing(here.session, row)
    theirs = written.body_text if written else ""
    both: dict[str, Any] = {
        "mine": form.text,
        "theirs": theirs,
        "difference": composer.difference(form.text, theirs),
        "their_author": written.author_name if written else "",
        "their_version": composer.version_of(written),
        "can_choose": written is not None and written.delivery_state is DeliveryState.DRAFT,
        "reason": reason,
        "save_url": request.path.removesuffix("/sending"),
    }
    return conflict("inbox/conflict.html", "inbox/_conflict.html", ticket=row, **both)


def _first_error(form: ReplyForm) -> str:
    errors = [message for messages in form.errors.values() for message in messages]
    return str(errors[0]) if errors else "Reload the page and try again."


