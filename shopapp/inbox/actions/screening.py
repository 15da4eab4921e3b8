"""Spam: a ticket people never see among the others, and senders that are known for it."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import snoozing, waiting
from shopapp.inbox.actions.timeline import note_change
from shopapp.inbox.models import SenderVerdict, Ticket, TicketStatus


def mark_spam(
    session: Session, ticket: Ticket, *, by: User | None, block_sender: bool = False, why: str = ""
) -> Ticket:
    """Take the ticket out of sight: no draft, no service level, no reopening. Nothing is deleted.

    `block_sender` has the sender's next mail taken for spam too.
    """
    if block_sender:
        judge(session, ticket.customer_email, is_blocked=True)
    if ticket.status is TicketStatus.SPAM:
        return ticket
    before = ticket.status
    snoozing.forget(session, ticket)
    ticket.status, ticket.draft_ready = TicketStatus.SPAM, False
    waiting.stop(session, ticket)
    was, now = {"status": before.value}, {"status": "spam", "blocked": block_sender}
    note_change(session, ticket, "spam", by=by, why=why, before=was, after=now)
    return ticket


def not_spam(session: Session, ticket: Ticket, *, by: User, why: str = "") -> Ticket:
    """Back among the open tickets; its sender's mail is not taken for spam again."""
    if ticket.customer_email:
        judge(session, ticket.customer_email, is_blocked=False)
    if ticket.status is not TicketStatus.SPAM:
        return ticket
    ticket.status = TicketStatus.OPEN
    ticket.closed_at = None
    waiting.refresh(session, ticket)
    was, now = {"status": "spam"}, {"status": "open"}
    note_change(session, ticket, "not spam", by=by, why=why, before=was, after=now)
    return ticket


def judge(session: Session, address: str, *, is_blocked: bool) -> None:
    """Remember what people think of a sender."""
    email = address.strip().lower()
    if not email:
        return
    known = verdict_of(session, email)
    if known is None:
        session.add(SenderVerdict(address=email, is_blocked=is_blocked))
    else:
        known.is_blocked = is_blocked


def verdict_of(session: Session, address: str) -> SenderVerdict | None:
    """What people said of a sender."""
    return session.scalar(select(SenderVerdict).where(SenderVerdict.address == address.lower()))
