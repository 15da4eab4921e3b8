"""A message that begins a conversation: to a customer who did not write first."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.ids import new_id
from shopapp.inbox.actions import attaching, disclosing, opening, posting
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.forms import LONGEST, MessageForm
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.views import attached, inbox, leaving
from shopapp.mail import queries as mails
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import invalid, moved, show

PAGE = "inbox/message_new.html"


@inbox.get("/messages/new")
@allow(Role.ADMIN, Role.AGENT)
def message_new() -> Response:
    """The empty form."""
    here, form = scope(), MessageForm()
    form.key.data = new_id()
    return show(PAGE, **_context(here, form), asks=())


@inbox.post("/messages/new")
@allow(Role.ADMIN, Role.AGENT)
def message_sending() -> Response:
    """Open a ticket with the message and send it; a second click finds the first one's."""
    here, form = scope(), MessageForm()
    first = _sent_before(here, form)
    if first is not None:
        return _shown(first)
    try:
        if not form.validate():
            raise Invalid(next(iter(form.errors.values()))[0])
        return _shown(_sent(here, form))
    except (Invalid, Stale) as refusal:
        here.session.rollback()
        asks = disclosing.asked(refusal)
        return invalid(PAGE, PAGE, **_context(here, form, str(refusal)), asks=asks)


def _sent(here: Scope, form: MessageForm) -> TicketMessage:
    kept = attached.kept(here, may_be_none=True)
    written = opening.open_conversation(
        here.session,
        mailbox=_mailbox(here, form),
        recipients=form.recipients() or Recipients(),
        subject=form.subject.data or "",
        body=form.text,
        by=here.user,
        reply_id=_key(form),
    )
    if kept:
        attaching.attach(here.session, written, kept)
    leaving.approve(here, written, form)
    return written


def _sent_before(here: Scope, form: MessageForm) -> TicketMessage | None:
    found = queries.reply(here.session, _key(form))
    return found if found is not None and found.author_id == here.user.id else None


def _key(form: MessageForm) -> str:
    key = form.key.data or ""
    return key if key.isalnum() and key.isascii() and len(key) == len(new_id()) else new_id()


def _mailbox(here: Scope, form: MessageForm) -> Mailbox:
    chosen = mails.mailbox(here.session, form.mailbox.data or "")
    mailbox = chosen or mails.default_mailbox(here.session)
    if mailbox is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    return mailbox


def _shown(written: TicketMessage) -> Response:
    return moved(url_for("inbox.ticket", ticket_id=written.ticket_id))


def _context(here: Scope, form: MessageForm, reason: str = "") -> dict[str, Any]:
    own = mails.mailboxes(here.session)
    chosen = next((each for each in own if each.id == form.mailbox.data), own[0] if own else None)
    typed = {"to": "", "cc": "", "bcc": ""} | form.people
    return {
        "reason": reason,
        "key": form.key.data or new_id(),
        "people": typed,
        "subject": form.subject.data or "",
        "text": form.text,
        "longest": LONGEST,
        "mailboxes": [(each.id, each.address) for each in own if not each.is_shadow],
        "chosen": chosen,
        "signature": posting.signature_of(chosen, here.settings, here.store, here.user),
    }
