"""A history of decided drafts: who wrote, what was drafted, and what people made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shopapp.accounts.models import User
from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.drafts.actions import concluding
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from tests import cast


@dataclass(frozen=True, slots=True)
class Writer:
    """A customer of the history."""

    first: str
    last: str
    phone: str
    city: str

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@mail.example".lower()

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Story:
    """One question: who asks as which customer, the how many-th it is, and when."""

    writer: Writer
    customer: Customer
    number: int
    at: datetime


WRITERS = tuple(
    Writer(*line.split())
    for line in (
        "Amelia Hartley +447700900112 Bristol",
        "Kofi Mensahl 07700900145 Leeds",
        "Hanna Vogt +493023125041 Hamburg",
        "Milo Sandys 07700900203 York",
        "Priya Sethuram +447700900264 Leicester",
        "Wren Hollis 07700900178 Sheffield",
        "Uma Kelleher +353209120000 Cork",
        "Sven Aldering 07700900301 Aberdeen",
        "Tamsin Wroe 07700900302 Plymouth",
        "Victor Pembry 07700900303 Bath",
    )
)
ENDINGS = ("as it was", "signature", "light", "rewrite", "discarded", "unneeded", "stale")
_LONG = (
    "Your parcel {order} was handed over on Monday and is on its way to {city}. The carrier says "
    "that it arrives within three days. You can follow it at https://track.example/{order} at any "
    "time, and we are glad to help should it not arrive."
)


def plant(session: Session, *, writers: Sequence[Writer] = WRITERS, rounds: int = 2) -> None:
    """Every writer asks once a round; each question ends in the next of ENDINGS."""
    by, at = session.get_one(User, cast.BEN.id), cast.NOON - timedelta(days=90)
    people = {each: _customer(session, each) for each in writers}
    for number in range(rounds * len(writers)):
        writer = writers[number % len(writers)]
        story = Story(writer, people[writer], number, at + timedelta(hours=number))
        draft = _drafted(session, story)
        _end(session, draft, ENDINGS[number % len(ENDINGS)], writer, by)
        session.flush()


def _customer(session: Session, writer: Writer) -> Customer:
    row = Customer(
        shopify_id=f"gid://shopify/Customer/{writer.first}",
        email=writer.email,
        first_name=writer.first,
        last_name=writer.last,
        phone=writer.phone,
    )
    session.add(row)
    session.flush()
    return row


def _drafted(session: Session, story: Story) -> AiDraft:
    writer, order = story.writer, _order(story)
    ticket = _ticket(story, order)
    question = _message(ticket, _asked(writer, order), writer, story.at)
    session.add_all([order, ticket, question])
    session.flush()
    letter = f"Hi {writer.first},\n\n{_LONG.format(order=order.name, city=writer.city)}"
    draft = AiDraft(
        subject_type=DraftSubject.TICKET,
        subject_id=ticket.id,
        ticket_message_id=question.id,
        model="embedded",
        version="1",
        content=f"{letter}\n\nKind regards,\nHarbor Tea",
        intent="where-is-my-order",
        state=DraftState.PROPOSED,
        created_at=story.at,
        context_packet=_packet(writer, order),
    )
    session.add(draft)
    session.flush()
    return draft


def _ticket(story: Story, order: Order) -> Ticket:
    return Ticket(
        number=5000 + story.number,
        subject=f"Order {order.name}",
        customer_email=story.writer.email,
        customer_name=story.writer.name,
        customer_id=story.customer.id,
        shopify_order_id=order.shopify_id,
        last_message_at=story.at,
    )


def _end(session: Session, draft: AiDraft, ending: str, writer: Writer, by: User) -> None:
    finals = {
        "as it was": draft.content,
        "signature": draft.content.replace("Harbor Tea", "Ben"),
        "light": draft.content.replace("three days", "four days"),
        "rewrite": f"Dear {writer.first},\n\nit is lost: call {writer.phone}.\n\nBest,\nBen",
    }
    if ending == "stale":
        draft.state = DraftState.STALE
    elif ending in finals:
        concluding.approve(session, draft, final=finals[ending], by=by)
        concluding.conclude(session, draft)
    else:
        reason = "unneeded" if ending == "unneeded" else "facts"
        concluding.discard(session, draft, reason=reason, final=draft.content)


def _asked(writer: Writer, order: Order) -> str:
    return (
        f"Where is {order.name}? Write to {writer.email} or call {writer.phone}.\n"
        f"I live at 12 Orchard Street, {writer.city}.\n\nThanks,\n{writer.name}"
    )


def _order(story: Story) -> Order:
    return Order(
        shopify_id=f"gid://shopify/Order/{900 + story.number}",
        name=f"#{4000 + story.number}",
        customer_id=story.customer.id,
        email=story.writer.email,
        placed_at=story.at,
        currency="EUR",
        total=Decimal("34.50"),
        shipping_name=story.writer.name,
        shipping_city=story.writer.city,
        synced_at=story.at,
    )


def _message(ticket: Ticket, text: str, writer: Writer, at: datetime) -> TicketMessage:
    return TicketMessage(
        ticket=ticket,
        author_type=AuthorType.CUSTOMER,
        author_name=writer.name,
        author_email=writer.email,
        recipients=["help@harbor.example"],
        direction=Direction.IN,
        subject=ticket.subject,
        body_text=text,
        visible_text=text,
        delivery_state=DeliveryState.RECEIVED,
        sent_at=at,
    )


def _packet(writer: Writer, order: Order) -> dict[str, Any]:
    return {
        "brand": {
            "store_name": "Harbor Tea",
            "voice": "Warm and short.",
            "signature": "Harbor Tea",
        },
        "customer": {"first_name": writer.first, "name": writer.name, "email": writer.email},
        "order": {
            "name": order.name,
            "total": "34.5",
            "currency": "EUR",
            "placed_at": "2026-08-01",
        },
        "passages": [{"kind": "macro", "title": "Where is it", "body": "It is on its way."}],
    }
