"""A person settles what only a person can know: what became of an unknown delivery."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import TicketMessage
from shopapp.mail import outbox
from shopapp.mail import queries as mails
from shopapp.refusals import Stale


def settle(
    session: Session, reply: TicketMessage, outcome: outbox.Resolution, *, by: User
) -> TicketMessage:
    """The reply arrived, or is to be sent again; raises Stale when nothing is open about it."""
    mail = mails.outbound_of(session, reply.id)
    if mail is None:
        message = "Nothing is open about this reply any more."
        raise Stale(message)
    outbox.resolve_unknown(session, mail, outcome, by)
    note_event(session, reply.ticket, outcome.value.replace("_", " "), by=by)
    return reply
