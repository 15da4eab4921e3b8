"""Asking how we did: a survey some hours after a ticket is closed, and what the customer says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.config import Config
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.ids import new_id
from shopapp.inbox import surveys
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import AuthorType, CsatRating, Score, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import desk
from shopapp.mail import composing, ladder, outbox
from shopapp.mail.models import Mailbox, OutboundKind
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Invalid
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

DEFAULTS = {"is_on": False, "delay_hours": 24, "every_days": 30}
LIFETIME = timedelta(days=30)
LATEST = timedelta(days=7)
"""A ticket closed longer ago than its delay and this is not asked about any more."""
LONGEST = 2_000
BATCH = 50


def ask_due(config: Config) -> Callable[[Session], None]:
    """What queues the surveys that are due."""

    def ask(session: Session) -> None:
        kept = {**DEFAULTS, **desk.settings(session).survey}
        if not kept["is_on"]:
            return
        now = clock.now()
        before = now - timedelta(hours=int(kept["delay_hours"]))
        again = now - timedelta(days=int(kept["every_days"]))
        for ticket in _closed(session, before, again):
            _ask(session, ticket, config, again)

    return ask


def rate(session: Session, rating: CsatRating, *, score: Score, comment: str) -> None:
    """Keep what the customer said; saying it again changes it. Raises Invalid when it is over."""
    if clock.now() >= rating.expires_at:
        message = "This survey is over. Thank you all the same."
        raise Invalid(message)
    is_new = rating.score is not score
    rating.score, rating.comment, rating.rated_at = score, comment.strip()[:LONGEST], clock.now()
    ticket = session.get(Ticket, rating.ticket_id)
    if ticket is not None and is_new:
        note_event(session, ticket, "rated", by=None, to=score.value)


def _closed(session: Session, before: datetime, again: datetime) -> list[Ticket]:
    """Tickets to ask about: closed, answered by us, asked of a person, not asked lately."""
    asked = select(CsatRating.id).where(
        CsatRating.ticket_id == Ticket.id, CsatRating.asked_at > again
    )
    wrote = select(TicketMessage.id).where(
        TicketMessage.ticket_id == Ticket.id, TicketMessage.author_type == AuthorType.CUSTOMER
    )
    rows = session.scalars(
        select(Ticket)
        .where(
            Ticket.status.in_((TicketStatus.CLOSED, TicketStatus.RESOLVED)),
            Ticket.closed_at <= before,
            Ticket.closed_at > before - LATEST,
            Ticket.last_replied_at.is_not(None),
            Ticket.customer_email != "",
            Ticket.merged_into_id.is_(None),
            ~asked.exists(),
            wrote.exists(),
        )
        .order_by(Ticket.closed_at, Ticket.id)
        .limit(BATCH)
    )
    return list(rows)


def _ask(session: Session, ticket: Ticket, config: Config, again: datetime) -> None:
    """One survey for one address within the span, whatever the number of its tickets."""
    lately = select(CsatRating.id).where(
        CsatRating.asked_email == ticket.customer_email, CsatRating.asked_at > again
    )
    mailbox = _mailbox(session, ticket)
    if mailbox is None or mailbox.is_shadow or session.scalar(lately.limit(1)) is not None:
        return
    if not ladder.claim(session, ticket.customer_email):
        return
    now = clock.now()
    rating = CsatRating(ticket_id=ticket.id, asked_email=ticket.customer_email, asked_at=now)
    rating.expires_at = now + LIFETIME
    session.add(rating)
    session.flush()
    _queue(session, ticket, mailbox, rating, _text(session, ticket, rating, config))
    note_event(session, ticket, "survey", by=None, to=ticket.customer_email)


def _mailbox(session: Session, ticket: Ticket) -> Mailbox | None:
    own = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    return own or default_mailbox(session)


def _text(session: Session, ticket: Ticket, rating: CsatRating, config: Config) -> str:
    key = instance.load(config).thread_key
    link = f"{config.base_url}/survey/{surveys.token(key, store_of(session), rating.id)}"
    store = session.get_one(Store, store_of(session))
    return (
        f"Hello {ticket.customer_name},\n\n"
        f"we closed your request “{ticket.subject}”. How did we do?\n\n"
        f"Good: {link}?score=good\n\nOK: {link}?score=ok\n\nNot good: {link}?score=bad\n\n"
        "You can add a word to it on that page, and change your mind for 30 days.\n\n"
        f"{store.name}\n"
    )


def _queue(
    session: Session, ticket: Ticket, mailbox: Mailbox, rating: CsatRating, text: str
) -> None:
    message_id = f"{new_id()}@{mailbox.address.rpartition('@')[2]}"
    subject = f"How did we do? (#{ticket.number})"
    outbox.queue(
        session,
        kind=OutboundKind.SURVEY,
        mailbox=mailbox,
        message_id=message_id,
        content=composing.compose(
            message_id=message_id,
            sender=composing.Address(mailbox.address, mailbox.display_name),
            to=[composing.Address(ticket.customer_email)],
            subject=subject,
            text=text,
            date=clock.now(),
            auto_submitted="auto-generated",
        ),
        envelope_from=mailbox.address,
        recipients=[ticket.customer_email],
        subject=subject,
        approved_by=None,
        idempotency_key=f"survey:{rating.id}",
        not_before=clock.now(),
    )
