"""Why a draft holds no order's facts: one reason in words, and what a person can do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.catalog.models import Customer, Order
from shopapp.drafts.grounding import BrandVoice, Packet
from shopapp.inbox.actions import linking, replying
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import Macro
from shopapp.inbox.queries import replies
from shopapp.inbox.queries.withheld import withheld
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import NILS, QUESTION, Desk, ben, letter, newest_ticket
from tests.inbox.reading import PARTIAL, ask, one, soup, url

BO, MONA = "bo@mail.example", "mona@mail.example"
FAILED = "mx.harbor.example; dmarc=fail (p=REJECT) header.from=mail.example"
EMPTY = Packet(BrandVoice("Harbor"))


def told(desk: Desk) -> str:
    """What is said of a draft without an order, as the newest ticket stands."""
    with desk.session() as session:
        found = withheld(session, newest_ticket(session), EMPTY)
        assert found is not None
        return str(found)


def test_a_reader_who_is_not_the_customer(desk: Desk) -> None:
    desk.take_in(letter(QUESTION, Cc=BO))
    said = told(desk)
    assert said.startswith(f"{BO} is not the customer of order #1001. Take the address out")


def test_a_sender_who_is_not_proven(desk: Desk) -> None:
    desk.take_in(letter(QUESTION, Authentication_Results=FAILED))
    assert "check of this mail failed (DMARC). Look the order up yourself" in told(desk)


def test_a_form_without_an_address(desk: Desk) -> None:
    desk.take_in(letter(QUESTION, sender="Contact form <mailer@shopify.com>"))
    assert "without Reply-To. Add the customer’s address under To" in told(desk)


@pytest.mark.parametrize(
    ("mail", "sender", "said"),
    [
        ("Where is my parcel?", "Zoe <zoe@mail.example>", "No order was placed with zoe@mail."),
        (
            "Where is #7777?",
            "Zoe <zoe@mail.example>",
            "No order is called #7777. Ask for the number",
        ),
        ("Where is #1001?", "Zoe <zoe@mail.example>", "#1001 was ordered with another address"),
    ],
)
def test_no_order_that_is_certain(desk: Desk, mail: str, sender: str, said: str) -> None:
    desk.take_in(letter(mail, sender=sender))
    assert said in told(desk)


def test_an_order_of_another_customer(desk: Desk) -> None:
    desk.take_in(letter("Where is my parcel?"))
    with desk.session() as session:
        linking.link_order(session, newest_ticket(session), name="#1002", by=ben(session))
    assert told(desk).startswith(f"Order #1002 is another customer’s ({MONA}), not {NILS}’s.")


def test_an_order_that_names_nobody(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        session.scalars(select(Order).where(Order.name == "#1001")).one().email = None
    assert "Order #1001 names no customer" in told(desk)


def test_several_orders_and_none_named(desk: Desk) -> None:
    with desk.session() as session:
        order = session.scalars(select(Order).where(Order.name == "#1001")).one()
        twin = Order(shopify_id="499", name="#1099", email=NILS, placed_at=order.placed_at)
        twin.customer_id = session.scalars(select(Customer.id).where(Customer.email == NILS)).one()
        twin.currency, twin.total, twin.synced_at = "EUR", order.total, order.synced_at
        session.add(twin)
    desk.take_in(letter("Where is my parcel?"))
    with desk.session() as session:
        linking.unlink_order(session, newest_ticket(session), by=ben(session))
    assert f"{NILS} has 2 orders or more, and the mail names none." in told(desk)


def test_another_order_than_the_tickets(desk: Desk) -> None:
    desk.take_in(letter("Where is #7777?"))
    with desk.session() as session:
        linking.link_order(session, newest_ticket(session), name="#1001", by=ben(session))
    assert "The mail names #7777, the ticket is linked to order #1001." in told(desk)


def test_an_order_that_is_gone(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        newest_ticket(session).shopify_order_id = "404404"
    assert "no longer among the shop’s orders" in told(desk)


def test_nothing_stands_in_the_way_any_more(desk: Desk) -> None:
    desk.take_in(letter(QUESTION, Cc=BO))
    with desk.session() as session:
        ticket = newest_ticket(session)
        replying.begin(session, ticket, body="Hello", by=ben(session)).cc = []
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        reply.recipients, reply.cc = list(Recipients((NILS,)).everybody()), []
    assert "was written before order #1001 was free" in told(desk)


def test_the_evidence_says_it_and_a_draft_with_its_order_says_nothing(
    desk: Desk, sign_in: SignIn
) -> None:
    client: FlaskClient = sign_in(cast.BEN)
    with desk.session() as session:
        macro = Macro(title="Parcels", body="We look for your parcel. Please wait.")
        macro.intents = ["where-is-my-order"]
        session.add(macro)
    ticket = ask(desk, Cc=BO)
    panel = soup(client.get(url(ticket, "reply", "evidence"), headers=PARTIAL).text)
    left_out = one(panel, "#left-out").text
    assert "No order facts in this draft." in left_out
    assert f"{BO} is not the customer of order #1001." in left_out


def test_a_draft_with_its_order_says_nothing(desk: Desk, sign_in: SignIn) -> None:
    ticket = ask(desk)
    answer = sign_in(cast.BEN).get(url(ticket, "reply", "evidence"), headers=PARTIAL)
    assert not soup(answer.text).select("#left-out")


def test_where_no_draft_came_about_the_composer_says_it(desk: Desk, sign_in: SignIn) -> None:
    ticket = ask(desk, Cc=BO)
    page = soup(sign_in(cast.BEN).get(url(ticket)).text)
    assert f"No order facts: {BO} is not the customer" in one(page, "#composer-note").text
