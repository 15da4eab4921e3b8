"""What the composer folds away: recipients, mailbox, files, another time, passing a message on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.inbox import timing
from shopapp.inbox.actions import attaching, opening, posting, replying, sending
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.queries import tickets
from shopapp.inbox.views import attached, chips, composer, inbox, leaving
from shopapp.inbox.views.replies import (
    WRITERS,
    answer,
    conflicting,
    first_error,
    in_writing,
    save,
    too_late,
)
from shopapp.inbox.views.tickets import address, load
from shopapp.mail import queries as mails
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, is_partial, show

OPTIONS = "inbox/reply_options.html"
FIELDS = "inbox/_reply_options.html"
FILES = "inbox/_file_chips.html"
_PASSED_ON = (DeliveryState.RECEIVED, DeliveryState.SENT)


@dataclass(frozen=True, slots=True)
class Forwardable:
    """A message that can be passed on, and where to post that."""

    id: str
    words: str
    url: str


@inbox.get("/tickets/<ticket_id>/reply/options")
@allow(*WRITERS)
def reply_options(ticket_id: str) -> Response:
    """Whom the reply goes to, from where, with which files, and when."""
    here, row = scope(), load(ticket_id)
    return show(OPTIONS, FIELDS, **_options(here, row))


@inbox.post("/tickets/<ticket_id>/reply/files")
@allow(*WRITERS)
def reply_files(ticket_id: str) -> Response:
    """Attach files; what was typed is saved with them."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    try:
        if not form.validate():
            raise Invalid(first_error(form))
        kept = attached.kept(here)
        row = load(ticket_id)
        written = save(here, row, form, form.readable_recipients())
        attaching.attach(here.session, written, kept)
    except Invalid as refusal:
        return _not_attached(here, row, form, str(refusal))
    except Stale as refusal:
        return conflicting(here, load(ticket_id), form, str(refusal))
    return _files(here, row, written)


@inbox.post("/tickets/<ticket_id>/reply/files/<attachment_id>/removal")
@allow(*WRITERS)
def reply_file_removal(ticket_id: str, attachment_id: str) -> Response:
    """Take a file off the reply."""
    here, row = scope(), load(ticket_id)
    found(tickets.attachment(here.session, attachment_id))
    try:
        written = in_writing(here, row)
        attaching.remove(here.session, written, attachment_id)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return _files(here, row, written)


@inbox.post("/tickets/<ticket_id>/sending/hastening")
@allow(*WRITERS)
def reply_hastening(ticket_id: str) -> Response:
    """Send now what was to leave later."""
    here, row = scope(), load(ticket_id)
    try:
        sending.send_now(here.session, in_writing(here, row), by=here.user)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return answer(here, row)


@inbox.post("/messages/<message_id>/forwarding")
@allow(*WRITERS)
def message_forwarding(message_id: str) -> Response:
    """Pass a message on: it stands in the composer, with its files and no recipient yet."""
    here = scope()
    message: TicketMessage = found(tickets.message(here.session, message_id))
    if message.is_internal_note or message.delivery_state not in _PASSED_ON:
        abort(404)
    row = load(message.ticket_id)
    at = message.sent_at.astimezone(leaving.zone(here))
    try:
        if queries.in_writing(here.session, row) is not None:
            raise Stale("A reply stands in the composer. Send or discard it first, then forward.")
        opening.forward(here.session, message, row, by=here.user, at=at)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return answer(here, row, "Name whom it goes to, under To, files, later")


def _options(here: Scope, row: Ticket) -> dict[str, Any]:
    written = queries.in_writing(here.session, row)
    talk = tickets.conversation(here.session, row)
    own = mails.mailboxes(here.session)
    mailbox = next((each for each in own if each.id == row.mailbox_id), own[0] if own else None)
    people = (
        replying.recipients_of(written)
        if written
        else replying.default_recipients(here.session, row)
    )
    now = clock.now().astimezone(leaving.zone(here))
    return {
        "ticket": row,
        "url": f"{address(row)}/reply",
        "version": composer.version_of(written),
        "text": written.body_text if written else "",
        "seen": talk.last_seen,
        "forwardable": () if written else _forwardable(here, talk),
        "files": chips.files_of(queries.files(here.session, written) if written else ()),
        "people": _typed(people),
        "mailboxes": [(each.id, each.address) for each in own if not each.is_shadow],
        "chosen": mailbox,
        "signature": posting.signature_of(mailbox, here.settings, here.store, here.user),
        "presets": timing.PRESETS,
        "earliest": f"{now:%Y-%m-%dT%H:%M}",
        "zone": here.store.timezone,
        "reason": "",
        "fresh": "",
    }


def _typed(people: Recipients) -> dict[str, str]:
    return {
        "to": ", ".join(people.to),
        "cc": ", ".join(people.cc),
        "bcc": ", ".join(people.bcc),
    }


def _forwardable(here: Scope, talk: tickets.Conversation) -> list[Forwardable]:
    zone = leaving.zone(here)
    return [
        Forwardable(
            each.id,
            f"{each.author_name}, {each.sent_at.astimezone(zone):%d %b %H:%M}",
            url_for(".message_forwarding", message_id=each.id),
        )
        for each in reversed(talk.messages)
        if not each.is_internal_note and each.delivery_state in _PASSED_ON
    ]


def _files(here: Scope, row: Ticket, written: TicketMessage) -> Response:
    here.session.flush()
    return changed(
        FILES,
        to=url_for(".reply_options", ticket_id=row.id),
        url=f"{address(row)}/reply",
        fresh=composer.version_of(written),
        files=chips.files_of(queries.files(here.session, written)),
        reason="",
    )


def _not_attached(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    """Nothing was attached, and the place of the files says why; without htmx the whole page."""
    here.session.rollback()
    row = load(row.id)
    context = _options(here, row) | {"reason": reason}
    if is_partial():
        return invalid(OPTIONS, FILES, **context)
    return invalid(OPTIONS, FIELDS, **(context | {"text": form.text}))
