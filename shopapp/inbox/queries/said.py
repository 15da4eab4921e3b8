"""What was said in a conversation, as a drafter may read it: nothing hidden, nothing quoted."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import undefer

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.drafters.masking import Known
from shopapp.drafts.grounding import Turn
from shopapp.drafts.retrieving import intents
from shopapp.inbox.models import AuthorType, DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries.families import family
from shopapp.inbox.quoting import split_reply
from shopapp.inbox.sanitising import visible_plain, visible_text

READ = 20_000
"""Characters of a mail that are read for a draft; what is asked stands at its beginning."""
TURNS, LONGEST_TURN = 8, 2_000
"""How many earlier messages go along, and the most characters of each."""
OTHER = "other"
"""The intent of a mail in which nothing is recognised."""
_SAID = (DeliveryState.RECEIVED, DeliveryState.SENT)
_PEOPLE = (AuthorType.CUSTOMER, AuthorType.STAFF)


def words(message: TicketMessage) -> str:
    """What people see of a mail: no quoted text, nothing that it hides."""
    if message.body_html:
        return split_reply(visible_text(message.body_html)).visible
    return message.visible_text or visible_plain(message.body_text)


def subject(question: TicketMessage) -> str:
    """The subject, unless it is the old one of a conversation that has moved on."""
    return "" if question.in_reply_to else question.subject


def intent(question: TicketMessage | None) -> str:
    """The first of what a mail asks for, by name."""
    if question is None:
        return OTHER
    asked = intents.intents(f"{subject(question)}\n{words(question)}"[:READ])
    return min((one.value for one in asked), default=OTHER)


def history(session: Session, ticket: Ticket, question: TicketMessage | None) -> tuple[Turn, ...]:
    """What customer and team wrote before `question`, the newest TURNS, oldest first; no notes."""
    earlier = (
        select(TicketMessage)
        .options(undefer(TicketMessage.body_html))
        .where(
            TicketMessage.ticket_id.in_(family(ticket.id)),
            TicketMessage.delivery_state.in_(_SAID),
            TicketMessage.author_type.in_(_PEOPLE),
            TicketMessage.kind != "forward",
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(TURNS)
    )
    if question is not None:
        earlier = earlier.where(
            TicketMessage.id != question.id, TicketMessage.sent_at <= question.sent_at
        )
    rows = reversed(session.scalars(earlier).all())
    return tuple(
        Turn(row.author_type is AuthorType.STAFF, words(row)[:LONGEST_TURN], row.sent_at)
        for row in rows
    )


def tickets_before(session: Session, ticket: Ticket) -> int:
    """How many other conversations the customer's address had with the store."""
    if not ticket.customer_email:
        return 0
    others = select(func.count()).where(
        Ticket.customer_email == ticket.customer_email,
        Ticket.id != ticket.id,
        Ticket.merged_into_id.is_(None),
    )
    return session.scalar(others) or 0


def known(session: Session, ticket: Ticket) -> Known:
    """Everybody's name in the conversation, and where their orders went: what masking must hide."""
    names = session.scalars(
        select(TicketMessage.author_name)
        .where(
            TicketMessage.ticket_id.in_(family(ticket.id)),
            TicketMessage.author_type == AuthorType.CUSTOMER,
        )
        .distinct()
        .order_by(TicketMessage.author_name)
        .limit(20)
    ).all()
    theirs = or_(
        Order.shopify_id == (ticket.shopify_order_id or ""),
        Order.email == (ticket.customer_email or None),
    )
    orders = session.execute(
        select(Order.shipping_name, Order.shipping_city)
        .where(theirs)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(10)
    ).all()
    called = [ticket.customer_name, *names, *(name for name, _ in orders)]
    return Known(
        tuple(dict.fromkeys(name for name in called if name and "@" not in name)),
        tuple(dict.fromkeys(city for _, city in orders if city)),
    )
