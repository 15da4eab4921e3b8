"""The list of orders: tabs, search, pages, exact sums, and a constant number of statements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shopapp.db import Session
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus, Vendor
from shopapp.purchasing.queries import orders
from shopapp.purchasing.totals import totals
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.test_queries_per_page import statements
from tests.purchasing.goods import ROOM, goods, one, person, soup


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def plant(session: Session, count: int, lines: int = 2, currency: str = "EUR") -> list[str]:
    """Drafts for one vendor, with costs of four places; their ids."""
    variants = goods(session, *(f"tea{number}" for number in range(lines)), cost="1.2345")
    vendor = Vendor(name=f"Mill {currency}", currency=currency)
    session.add(vendor)
    session.flush()
    found = drafting.articles.articles(session, variants)
    made = []
    for number in range(count):
        order = drafting.new_order(session, vendor, by=person(session))
        order.lines = drafting.lines_of(session, vendor, found.values())
        for line in order.lines:
            line.quantity, line.unit_cost = number + 3, Decimal("1.2345")
        made.append(order)
    session.flush()
    session.commit()
    return [order.id for order in made]


def shown(text: str) -> list[str]:
    return [str(link["href"]).rpartition("/")[2] for link in soup(text).select("[data-row]")]


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_sums_in_the_list_are_those_of_the_paper(store_session: OpenStore, currency: str) -> None:
    session = store_session("harbor")
    ids = plant(session, 5, 3, currency)
    sizes = orders.sizes(session, ids)
    for order_id in ids:
        order = orders.order(session, order_id)
        assert order
        pairs = [(line.quantity, line.unit_cost) for line in order.lines]
        assert sizes[order_id].subtotal == totals(pairs, Decimal(0), currency).subtotal
        assert sizes[order_id].units == sum(line.quantity for line in order.lines)


def test_tabs_part_the_orders_by_their_state(ben: FlaskClient, store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        first, second, third = plant(session, 3)
        session.get_one(PurchaseOrder, first).status = PurchaseOrderStatus.SENT
        session.get_one(PurchaseOrder, second).status = PurchaseOrderStatus.CANCELLED
        session.commit()
    assert shown(ben.get(ROOM).text) == [third]
    assert shown(ben.get(f"{ROOM}?view=sent").text) == [first]
    assert len(shown(ben.get(f"{ROOM}?view=all").text)) == 3
    tabs = one(soup(ben.get(ROOM).text), "#orders .tabs").text
    assert tabs.split() == "Drafts1 Approved0 Sent1 Received0 Cancelled1 All3".split()


@pytest.mark.parametrize("words", ["mill", "TEA1", "po-77", "Tea tea0"])
def test_orders_are_found_by_number_vendor_and_article(
    ben: FlaskClient, store_session: OpenStore, words: str
) -> None:
    with store_session("harbor") as session:
        (order_id,) = plant(session, 1)
        session.get_one(PurchaseOrder, order_id).number = "PO-77"
        session.commit()
    assert shown(ben.get(ROOM, query_string={"q": words}).text) == [order_id]
    missed = soup(ben.get(f"{ROOM}?q=zebra").text)
    assert one(missed, ".empty h2").text == "No orders match"


def test_pages_follow_each_other(ben: FlaskClient, store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        ids = plant(session, 60, 1)
    page = soup(ben.get(ROOM).text)
    seen = shown(str(page))
    following = str(one(page, "#page-next")["href"])
    seen += shown(ben.get(following).text)
    assert sorted(seen) == sorted(ids)


def test_a_first_look_says_what_this_is_for(ben: FlaskClient) -> None:
    page = soup(ben.get(ROOM).text)
    assert one(page, ".empty h2").text == "Buy before you run out"
    assert one(page, ".empty a")["href"] == f"{ROOM}/velocity"


@pytest.mark.parametrize("lines", [2, 60])
def test_pages_cost_the_same_whatever_they_show(
    app: Flask, ben: FlaskClient, store_session: OpenStore, lines: int
) -> None:
    with store_session("harbor") as session:
        first, *_ = plant(session, lines, lines)
        vendor = session.get_one(PurchaseOrder, first).vendor_id
    ben.get(ROOM)
    most = {ROOM: 12, f"{ROOM}/orders/{first}": 18, f"{ROOM}/vendors/{vendor}": 12}
    seen = {}
    for url in most:
        with statements(app) as asked:
            assert ben.get(url).status_code == 200
        seen[url] = len(asked)
    assert {url: seen[url] for url in most if seen[url] > most[url]} == {}
