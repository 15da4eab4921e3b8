"""The cast of the tests: Harbor sells tea, Hill sells tents, Eve belongs to neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Engine

from shopapp import clock
from shopapp.accounts import tokens
from shopapp.accounts.models import Membership, Role, User, UserSession
from shopapp.catalog.models import Customer, Fulfillment, Order, OrderLine, Product, Variant
from shopapp.db import Session, db
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.stores.models import Store, StoreSettings
from shopapp.tenancy import bind

PASSWORD = "a kettle, a tent and a rope"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Person(NamedTuple):
    """Somebody who signs in; `id` is also what the session cookie names."""

    id: str
    name: str
    email: str
    role: Role | None
    store: str | None


class Shop(NamedTuple):
    """A store; `id` is fixed so that tests can name it."""

    id: str
    handle: str
    name: str


HARBOR = Shop("charbor000000000000000000", "harbor", "Harbor Tea")
HILL = Shop("chill00000000000000000000", "hill", "Hill Tents")
SHOPS = (HARBOR, HILL)

ADA = Person("cada000000000000000000000", "Ada", "ada@harbor.example", Role.ADMIN, "harbor")
BEN = Person("cben000000000000000000000", "Ben", "ben@harbor.example", Role.AGENT, "harbor")
CLEO = Person("ccleo00000000000000000000", "Cleo", "cleo@harbor.example", Role.STAFF, "harbor")
DORA = Person("cdora00000000000000000000", "Dora", "dora@hill.example", Role.ADMIN, "hill")
EVE = Person("ceve000000000000000000000", "Eve", "eve@nowhere.example", None, None)
PEOPLE = (ADA, BEN, CLEO, DORA, EVE)

LETTERS = {
    "harbor": (
        ("Nils", "Where is my tea?", "My Earl Grey left you a week ago. Is it swimming here?"),
        ("Mona", "A leaf in the parcel", "There was a leaf in my parcel. Of your tea. All of it."),
    ),
    "hill": (
        ("Otto", "The tent has three corners", "I counted twice. Tents have four, no?"),
        ("Mona", "Too quiet", "I bought the two-person tent. Nobody else came with it."),
    ),
}


def assemble(engine: Engine) -> None:
    """Put the cast on the stage: a migrated, empty database gets its stores and people."""
    with Session(db, bind=engine) as session:
        session.add_all(
            User(id=p.id, name=p.name, email=p.email, fs_uniquifier=p.id) for p in PEOPLE
        )
        session.add_all(
            Store(id=s.id, handle=s.handle, name=s.name, currency="EUR", timezone="Europe/Berlin")
            for s in SHOPS
        )
        session.flush()
        session.add_all(browser(p) for p in PEOPLE)
        session.add_all(
            Membership(user_id=p.id, role=p.role, store_id=shop(p.store).id)
            for p in PEOPLE
            if p.store
        )
        session.commit()
    for each in SHOPS:
        with Session(db, bind=engine) as session:
            bind(session, each.id)
            _furnish(session, each)
            session.commit()


def browser(person: Person) -> UserSession:
    """The browser in which `person` is signed in; the token in its cookie is the person's id."""
    seen = clock.now()
    return UserSession(user_id=person.id, token_hash=tokens.hashed(person.id), last_seen_at=seen)


def shop(handle: str) -> Shop:
    """The store called `handle`."""
    return {each.handle: each for each in SHOPS}[handle]


def _furnish(session: Session, store: Shop) -> None:
    """Both stores count their Shopify ids from the same numbers, as Shopify's stores may."""
    product = Product(shopify_id="100", handle="the-thing", title=f"The {store.name} thing")
    variant = Variant(product=product, shopify_id="200", title="One size", sku="THING-1")
    variant.price = Decimal("12.00")
    session.add_all([StoreSettings(), variant])
    session.flush()
    for number, (name, subject, words) in enumerate(LETTERS[store.handle], start=1):
        email = f"{name.lower()}@mail.example"
        customer = Customer(shopify_id=str(300 + number), email=email, first_name=name)
        session.add(_parcel(number, _order(number, customer, variant)))
        session.add(_letter(_ticket(number, customer, subject), words))


def _order(number: int, customer: Customer, variant: Variant) -> Order:
    line = OrderLine(variant_id=variant.id, shopify_id=str(500 + number), position=1)
    line.title, line.sku, line.quantity, line.price = "The thing", "THING-1", 2, Decimal("12.00")
    return Order(
        shopify_id=str(400 + number),
        name=f"#{1000 + number}",
        customer=customer,
        email=customer.email,
        placed_at=NOON - timedelta(days=8),
        currency="EUR",
        total=Decimal("24.00"),
        financial_status="paid",
        fulfillment_status="fulfilled",
        synced_at=clock.now(),
        lines=[line],
    )


def _parcel(number: int, order: Order) -> Fulfillment:
    parcel = Fulfillment(order=order, shopify_id=str(600 + number), carrier="Snail & Sons")
    parcel.tracking_number, parcel.shipped_at = f"SNAIL{number}", NOON - timedelta(days=7)
    return parcel


def _ticket(number: int, customer: Customer, subject: str) -> Ticket:
    return Ticket(
        number=number,
        subject=subject,
        customer=customer,
        customer_email=customer.email,
        customer_name=customer.name,
        shopify_order_id=str(400 + number),
        last_message_at=NOON + timedelta(minutes=number),
    )


def _letter(ticket: Ticket, words: str) -> TicketMessage:
    ticket.preview = words
    return TicketMessage(
        ticket=ticket,
        author_type=AuthorType.CUSTOMER,
        author_name=ticket.customer_name,
        author_email=ticket.customer_email,
        direction=Direction.IN,
        subject=ticket.subject,
        body_text=words,
        visible_text=words,
        delivery_state=DeliveryState.RECEIVED,
        sent_at=ticket.last_message_at,
    )
