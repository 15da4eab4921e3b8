"""Where ticket drafts come from, as exports ask: the question, the customer, everybody named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.exporting.redacting import Known, Person
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.inbox.models import Ticket, TicketMessage

_PERSON = (TicketMessage.author_name, TicketMessage.author_email, TicketMessage.recipients)
_NOBODY = frozenset(("AI draft", "Unknown sender", "Unknown customer"))


class Tickets:
    """Tickets as the source of drafts; drafts whose ticket is gone have no origin."""

    def origins(self, session: Session, drafts: Sequence[AiDraft]) -> Mapping[str, subjects.Origin]:
        """A handful of statements, however many drafts."""
        query = select(Ticket).where(Ticket.id.in_({each.subject_id for each in drafts}))
        tickets = {ticket.id: ticket for ticket in session.scalars(query)}
        asked = _questions(session, drafts)
        known = _known(session, list(tickets.values()))
        return {
            draft.id: subjects.Origin(
                asked.get(draft.ticket_message_id or "", ""),
                ticket.subject,
                ticket.customer_id or ticket.customer_email.lower() or ticket.id,
                known[ticket.id],
            )
            for draft in drafts
            if (ticket := tickets.get(draft.subject_id)) is not None
        }


def _questions(session: Session, drafts: Sequence[AiDraft]) -> dict[str, str]:
    ids = {draft.ticket_message_id for draft in drafts if draft.ticket_message_id}
    query = select(TicketMessage.id, TicketMessage.visible_text)
    return {row[0]: row[1] for row in session.execute(query.where(TicketMessage.id.in_(ids)))}


def _known(session: Session, tickets: Sequence[Ticket]) -> dict[str, Known]:
    """Of each ticket: the customer, whom their orders went to, who wrote and who was written to."""
    customers = _customers(session, tickets)
    orders = _orders(session, tickets)
    written = _correspondents(session, tickets)
    found = {}
    for ticket in tickets:
        theirs = [each for each in orders if _is_theirs(each, ticket)]
        people = (
            *(customers[key] for key in (ticket.customer_id,) if key in customers),
            _person(ticket.customer_name, ticket.customer_email),
            *(_shipped_to(order) for order in theirs),
            *written[ticket.id],
        )
        linked = [each for each in theirs if each.shopify_id == ticket.shopify_order_id]
        parcels = (parcel for order in linked for parcel in order.fulfillments)
        found[ticket.id] = Known(
            tuple(each for each in people if each.key),
            tuple(order.name for order in linked),
            tuple(parcel.tracking_number for parcel in parcels if parcel.tracking_number),
        )
    return found


def _customers(session: Session, tickets: Sequence[Ticket]) -> dict[str | None, Person]:
    ids = {ticket.customer_id for ticket in tickets if ticket.customer_id}
    rows = session.scalars(select(Customer).where(Customer.id.in_(ids)))
    return {
        each.id: Person(
            _given(f"{each.first_name} {each.last_name}"), _given(each.email), _given(each.phone)
        )
        for each in rows
    }


def _orders(session: Session, tickets: Sequence[Ticket]) -> Sequence[Order]:
    customers = {ticket.customer_id for ticket in tickets if ticket.customer_id}
    linked = {ticket.shopify_order_id for ticket in tickets if ticket.shopify_order_id}
    either = or_(Order.customer_id.in_(customers), Order.shopify_id.in_(linked))
    query = select(Order).where(either).options(selectinload(Order.fulfillments))
    return session.scalars(query.order_by(Order.placed_at.desc(), Order.id)).all()


def _is_theirs(order: Order, ticket: Ticket) -> bool:
    is_linked = order.shopify_id == ticket.shopify_order_id
    return is_linked or bool(ticket.customer_id and order.customer_id == ticket.customer_id)


def _shipped_to(order: Order) -> Person:
    return Person(
        _given(order.shipping_name), _given(order.email), places=_given(order.shipping_city)
    )


def _correspondents(session: Session, tickets: Sequence[Ticket]) -> dict[str, list[Person]]:
    query = select(TicketMessage.ticket_id, *_PERSON)
    rows = session.execute(query.where(TicketMessage.ticket_id.in_([t.id for t in tickets])))
    found: dict[str, dict[Person, None]] = defaultdict(dict)
    for ticket_id, name, email, recipients in rows:
        found[ticket_id][_person(name, email)] = None
        found[ticket_id].update((_person("", each), None) for each in recipients)
    return defaultdict(list, {key: list(people) for key, people in found.items()})


def _person(name: str, email: str) -> Person:
    """Somebody a mail names; what we call an unnamed one or a machine is no name."""
    return Person(_given("" if name in _NOBODY else name), _given(email.lower()))


def _given(value: str | None) -> tuple[str, ...]:
    return (value.strip(),) if value and value.strip() else ()


subjects.register(DraftSubject.TICKET, Tickets())
