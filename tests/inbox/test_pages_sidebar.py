"""The customer beside a ticket: orders, refunds, facts to insert, several customers, links."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.catalog.models import Customer, Fulfillment, Order
from shopapp.inbox.models import Ticket, TicketEvent
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL, one, plant, soup, url
from tests.inbox.test_queries_per_page import PANEL_STATEMENTS, statements

NILS, MONA = "nils@mail.example", "mona@mail.example"


@pytest.fixture
def ticket(store_session: OpenStore) -> str:
    """A ticket of Nils, whose order #1001 was refunded in part and is under way."""
    with store_session("harbor") as session:
        row = plant(session, 1, customer_email=NILS)
        order = session.scalars(select(Order).where(Order.name == "#1001")).one()
        order.refunded = Decimal("5.00")
        parcel = session.scalars(select(Fulfillment).where(Fulfillment.order_id == order.id)).one()
        parcel.tracking_url = "https://snail.example/SNAIL1"
        parcel.estimated_delivery = cast.NOON + timedelta(days=3)
        nils = session.scalars(select(Customer).where(Customer.email == NILS)).one()
        nils.tags, nils.note = ["vip"], "Likes it strong"
        session.flush()
        ticket_id = row.id
        session.commit()
    return ticket_id


def panel(client: FlaskClient, ticket: str) -> str:
    return client.get(url(ticket, "customer"), headers=PARTIAL).text


def test_facts_stand_ready_to_be_inserted(ben: FlaskClient, ticket: str) -> None:
    tree = soup(panel(ben, ticket))
    facts = [item.text.removesuffix(" Insert") for item in tree.select(".inserts li")]
    assert facts == [
        "Order: #1001",
        "Total: €24.00",
        "Refund: €5.00",
        "Tracking: SNAIL1",
        "Tracking link: https://snail.example/SNAIL1",
        "ETA: 23 November 2026",
    ]
    labels = [button["aria-label"] for button in tree.select("[data-insert]")]
    assert labels[0] == "Insert order of #1001"
    assert len(set(labels)) == len(labels)


def test_the_customer_comes_with_tags_note_and_refund(ben: FlaskClient, ticket: str) -> None:
    text = panel(ben, ticket)
    assert all(word in text for word in ("vip", "Likes it strong", "Refunded", "SNAIL1"))


def test_an_order_is_linked_by_its_name_and_unlinked(
    ben: FlaskClient, ticket: str, store_session: OpenStore
) -> None:
    answer = ben.post(url(ticket, "order"), data={"name": " 1002"}, headers=PARTIAL)
    first = one(soup(answer.text), "section[aria-label='Order #1002']")
    assert "Linked" in first.text
    assert "Another customer’s" in first.text
    with store_session("harbor") as session:
        assert session.get_one(Ticket, ticket).shopify_order_id == "402"
        kinds = session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket))
        assert "order linked" in set(kinds)
    answer = ben.post(url(ticket, "order", "removal"), headers=PARTIAL)
    assert "#1002" not in answer.text
    assert ben.post(url(ticket, "order"), data={"name": "#1001"}).status_code == 303


@pytest.mark.parametrize("name", ["#9999", "", "'; --"])
def test_an_order_nobody_has_is_refused_with_what_was_typed(
    ben: FlaskClient, ticket: str, name: str
) -> None:
    answer = ben.post(url(ticket, "order"), data={"name": name}, headers=PARTIAL)
    assert answer.status_code == 422
    tree = soup(answer.text)
    assert "There is no order" in one(tree, "[role=alert]").text
    assert one(tree, "#order-name")["value"] == name


def test_of_several_customers_with_one_address_a_person_chooses(
    ben: FlaskClient, ticket: str, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        twin = Customer(id="twin", shopify_id="999", email=NILS, first_name="Nele")
        stranger = session.scalars(select(Customer.id).where(Customer.email == MONA)).one()
        session.add(twin)
        session.commit()
    assert "2 customers have this address" in panel(ben, ticket)
    answer = ben.post(url(ticket, "customer"), data={"customer": "twin"}, headers=PARTIAL)
    assert "Nele" in one(soup(answer.text), ".badge.accent").text
    refused = ben.post(url(ticket, "customer"), data={"customer": stranger}, headers=PARTIAL)
    assert refused.status_code == 422
    assert ben.post(url(ticket, "customer"), data={"customer": "nobody"}).status_code == 404


def test_nobody_known_is_said_and_an_order_can_still_be_linked(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        row = plant(session, 1, customer_email="stranger@mail.example")
        session.flush()
        ticket = row.id
        session.commit()
    text = panel(ben, ticket)
    assert "No customer with this address" in text
    assert "Find an order" in text


def test_who_may_only_read_links_nothing(sign_in: SignIn, ticket: str) -> None:
    cleo = sign_in(cast.CLEO)
    assert "Find an order" not in panel(cleo, ticket)
    assert cleo.post(url(ticket, "order"), data={"name": "#1001"}).status_code == 403


def test_the_panel_costs_the_same_with_many_orders_parcels_and_customers(
    app: Flask, ben: FlaskClient, ticket: str, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        template = session.scalars(select(Order).where(Order.name == "#1001")).one()
        for number in range(20):
            order = Order(shopify_id=f"7{number}", name=f"#7{number}", email=NILS)
            order.placed_at, order.synced_at = template.placed_at, template.synced_at
            order.currency, order.total = "EUR", Decimal("1.00")
            session.add(order)
            session.add(Customer(shopify_id=f"8{number}", email=NILS))
        session.commit()
    with statements(app) as seen:
        assert panel(ben, ticket)
    assert len(seen) == PANEL_STATEMENTS, seen
