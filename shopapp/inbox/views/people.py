"""Whom a reply goes to, in words."""

from __future__ import annotations

from shopapp.inbox.addressing import Recipients, reply_all
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries.tickets import Conversation


def recipients_line(reply: TicketMessage) -> str:
    """'nils@mail.example, cc mona@mail.example'."""
    return _line(Recipients(tuple(reply.recipients), tuple(reply.cc), tuple(reply.bcc)))


def asked_line(talk: Conversation) -> str:
    """Whom a reply not begun yet would go to, in the same words."""
    return _line(_asked(talk))


def _asked(talk: Conversation) -> Recipients:
    asked, mailbox = talk.last_question, talk.ticket.mailbox
    if asked is None:
        return Recipients((talk.ticket.customer_email,) if talk.ticket.customer_email else ())
    return reply_all(
        author=asked.author_email,
        reply_to=asked.reply_to,
        recipients=asked.recipients,
        own=[mailbox.address] if mailbox else [],
        customer=talk.ticket.customer_email,
    )


def _line(people: Recipients) -> str:
    copies = [f"cc {each}" for each in people.cc] + [f"bcc {each}" for each in people.bcc]
    return ", ".join((*people.to, *copies))
