"""How a reply leaves, as the form says: from which mailbox, at once or later."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shopapp import clock
from shopapp.inbox import timing
from shopapp.inbox.actions import checking, posting, sending
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.mail import queries as mails
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid
from shopapp.stores.registry import limit
from shopapp.web.access import Scope


def approve(here: Scope, written: TicketMessage, form: ReplyForm) -> None:
    """Approve the reply as it was saved, `despite` a changed order where the form says so.

    Raises as sending.approve does.
    """
    if form.despite.data:
        checking.keep(here.session, written, seen=form.despite.data, by=here.user)
    sending.approve(
        here.session,
        written,
        body=form.text,
        version=written.version,
        seen=form.seen.data or "",
        envelope=envelope(here, written.ticket, form),
        by=here.user,
        may_see=form.may_see.data or (),
    )


def envelope(here: Scope, ticket: Ticket, form: ReplyForm) -> posting.Envelope:
    """The mailbox the customer wrote to, or the store's; raises Invalid."""
    return posting.Envelope(
        mailbox=_mailbox(here, ticket),
        undo=timedelta(seconds=limit(here.settings, "undo_seconds")),
        key=here.keys.thread_key,
        send_at=_send_at(here, form),
        send_anyway=bool(form.anyway.data),
    )


def choose_mailbox(here: Scope, ticket: Ticket, mailbox_id: str | None) -> None:
    """Answer the ticket from another mailbox of the store from now on."""
    if mailbox_id and mailbox_id != ticket.mailbox_id and mails.mailbox(here.session, mailbox_id):
        ticket.mailbox_id = mailbox_id


def zone(here: Scope) -> ZoneInfo:
    """The store's time zone."""
    return ZoneInfo(here.store.timezone)


def _mailbox(here: Scope, ticket: Ticket) -> Mailbox:
    own = mails.mailbox(here.session, ticket.mailbox_id) if ticket.mailbox_id else None
    found = own or mails.default_mailbox(here.session)
    if found is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    return found


def _send_at(here: Scope, form: ReplyForm) -> datetime | None:
    if not form.later.data:
        return None
    try:
        return timing.moment(
            form.later.data, form.send_at.data or "", now=clock.now(), zone=zone(here)
        )
    except timing.BadTime as error:
        raise Invalid(str(error), "send_at") from None
