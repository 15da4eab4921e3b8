"""The search: the same finds on both databases, by an index, and never in another store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, text, update

from shopapp import clock
from shopapp.catalog.models import Order
from shopapp.config import Config
from shopapp.db import Session
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    Tag,
    Ticket,
    TicketMessage,
    TicketStatus,
    TicketTag,
)
from shopapp.inbox.queries import listing, tabs, words
from shopapp.inbox.searching import read
from shopapp.ops.retention import running
from shopapp.stores.queries import settings
from tests import cast
from tests.conftest import OpenStore

BODY = "Où est ma théière? The lid has a hairline crack. Order #77120 from the harbour."


def letter(ticket: Ticket, body: str, **values: object) -> TicketMessage:
    """A customer's mail."""
    given = {
        "author_type": AuthorType.CUSTOMER,
        "author_name": "Zora Quill",
        "author_email": "zora@post.example",
        "recipients": ["help@harbor.example"],
        "direction": Direction.IN,
        "subject": ticket.subject,
        "delivery_state": DeliveryState.RECEIVED,
        "sent_at": clock.now(),
    }
    return TicketMessage(ticket_id=ticket.id, body_text=body, **given | values)


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    """A session on harbor, with a teapot and a kettle."""
    session = store_session("harbor")
    pot = Ticket(number=500, subject="Broken teapot", last_message_at=clock.now())
    kettle = Ticket(
        number=501,
        subject="Re: Kettle",
        last_message_at=cast.NOON,
        customer_email="yan@post.example",
    )
    session.add_all((pot, kettle))
    session.flush()
    session.add_all((letter(pot, BODY), letter(kettle, "A copper kettle, please. No crack.")))
    session.add(letter(kettle, "half written zygote", delivery_state=DeliveryState.DRAFT))
    session.commit()
    return session


def found(session: Session, typed: str) -> list[int]:
    """The numbers the search finds, newest first."""
    at = tabs.Standpoint(cast.BEN.id, clock.now(), clock.now())
    search = read(typed, today=cast.NOON.date())
    hits = session.scalar(select(words.hits(session, search.terms))) if search.terms else 0
    wanted = listing.Wanted(tabs.View.ALL, at, search, "Europe/London", found=hits or 0)
    return [line.ticket.number for line in listing.page(session, wanted).lines]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("theiere", [500]),
        ("THÉIÈRE", [500]),
        ("crack", [500, 501]),
        ("hairl", [500]),
        ('"hairline crack"', [500]),
        ('"crack hairline"', []),
        ('"hairl"', []),
        ("crack copper", [501]),
        ("crack -hairline", [501]),
        ("teapot", [500]),
        ("from:zora crack teapot", [500]),
        ("from:zora@post.example hairline", [500]),
        ("to:help copper", [501]),
        ("subject:kettle", [501]),
        ("subject:copper", []),
        ("zygote", []),
        ("order:77120", [500]),
        ("#501", [501]),
        ("501", [501]),
        ("%_", None),
        ("crack before:2000-01-01", []),
        ("crack status:closed", []),
        ("crack assignee:nobody", [500, 501]),
        ("crack assignee:me", []),
        ("crack has:attachment", []),
        ("crack is:unread", [500, 501]),
        ("a'b\"c:*&|!(", []),
    ],
)
def test_a_search_finds_what_it_says(
    harbor: Session, typed: str, numbers: list[int] | None
) -> None:
    assert numbers is None or found(harbor, typed) == numbers


@pytest.mark.parametrize("common", [1, words.COMMON])
def test_an_order_its_article_and_a_tag_find_their_tickets(
    harbor: Session, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(words, "COMMON", common)
    order = harbor.scalars(select(Order).where(Order.email.is_not(None))).first()
    assert order is not None
    kettle = harbor.scalars(select(Ticket).where(Ticket.number == 501)).one()
    kettle.customer_email = str(order.email)
    tag = Tag(name="fragile")
    harbor.add(tag)
    harbor.flush()
    harbor.add(TicketTag(ticket_id=kettle.id, tag_id=tag.id))
    harbor.flush()
    for typed in (
        order.name,
        f"order:{order.name}",
        order.name.lstrip("#"),
        "tag:fragile",
        "fragile",
    ):
        assert 501 in found(harbor, typed) or typed.startswith("#"), typed
    assert 501 not in found(harbor, "-tag:fragile crack")


def test_the_index_follows_every_change(harbor: Session) -> None:
    pot = harbor.scalars(select(Ticket).where(Ticket.number == 500)).one()
    harbor.execute(
        update(TicketMessage)
        .where(TicketMessage.ticket_id == pot.id)
        .values(body_text="nothing but a marmalade jar")
    )
    assert (found(harbor, "hairline"), found(harbor, "marmalade")) == ([], [500])
    harbor.execute(delete(TicketMessage).where(TicketMessage.ticket_id == pot.id))
    assert found(harbor, "marmalade") == []
    draft = update(TicketMessage).where(TicketMessage.delivery_state == DeliveryState.DRAFT)
    harbor.execute(draft.values(delivery_state=DeliveryState.SENT))
    assert found(harbor, "zygote") == [501]
    harbor.execute(delete(Ticket).where(Ticket.number == 501))
    assert found(harbor, "zygote") == found(harbor, "kettle") == []


def test_another_store_finds_nothing(harbor: Session, store_session: OpenStore) -> None:
    hill = store_session("hill")
    assert found(hill, "hairline") == found(hill, "-zygote hairline") == []


def test_a_very_long_message_is_taken(harbor: Session) -> None:
    pot = harbor.scalars(select(Ticket).where(Ticket.number == 500)).one()
    harbor.add(letter(pot, "mmmm " * 400_000))
    harbor.flush()
    assert found(harbor, "mmmm") == [500]


@pytest.mark.dialects("sqlite")
def test_nothing_of_a_ticket_past_its_time_stays_in_the_index(
    harbor: Session, engine: Engine, config: Config
) -> None:
    @contextmanager
    def transaction() -> Iterator[Session]:
        yield harbor
        harbor.commit()

    pot = harbor.scalars(select(Ticket).where(Ticket.number == 500)).one()
    pot.status = TicketStatus.CLOSED
    settings(harbor).retention_overrides = {"keep_tickets": 30}
    harbor.commit()
    assert _lies_in_the_index(engine, b"hairline")
    running.run(transaction, config, clock.now() + timedelta(days=31))
    assert not _lies_in_the_index(engine, b"hairline")


def _lies_in_the_index(engine: Engine, word: bytes) -> bool:
    with engine.connect() as connection:
        blocks = connection.scalars(text("SELECT block FROM search_words_data")).all()
    return any(word in block for block in blocks)
