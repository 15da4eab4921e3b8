"""Drafts from chosen articles: one a vendor, in the quantity and at the cost that are known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from shopapp.db import Session
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.models import PurchaseOrder, Vendor, VendorItem
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.purchasing.goods import ROOM, every_order, goods, measure, one, person, soup


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    return store_session("harbor")


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def lines(order: PurchaseOrder) -> list[tuple[str | None, int, Decimal]]:
    return [(line.sku, line.quantity, line.unit_cost) for line in order.lines]


def test_each_vendor_gets_a_draft_in_the_recommended_quantity(
    ben: FlaskClient, session: Session
) -> None:
    earl, green = goods(session, "earl", "green")
    (kettle,) = goods(session, "kettle", vendor="Smith", cost="30")
    measure(session, {earl: 24})
    session.commit()
    answer = ben.post(f"{ROOM}/orders", data={"variant": [earl, kettle, green]})
    assert (answer.status_code, answer.location) == (303, ROOM)
    assert "2 drafts made: Mill &amp; Sons, Smith." in ben.get(ROOM).text
    mill, smith = every_order(session)
    assert lines(mill) == [("EARL", 24, Decimal("4.1")), ("GREEN", 1, Decimal("4.1"))]
    assert lines(smith) == [("KETTLE", 1, Decimal(30))]
    assert mill.lines[0].reason
    assert mill.is_touched


def test_one_draft_is_shown_at_once(ben: FlaskClient, session: Session) -> None:
    variants = goods(session, "earl")
    session.commit()
    answer = ben.post(f"{ROOM}/orders", data={"variant": variants})
    (order,) = every_order(session)
    assert answer.location == f"{ROOM}/orders/{order.id}"


def test_goods_without_a_vendor_have_one_called_so(ben: FlaskClient, session: Session) -> None:
    variants = goods(session, "earl", vendor=" ")
    session.commit()
    ben.post(f"{ROOM}/orders", data={"variant": variants})
    assert every_order(session)[0].vendor.name == "No vendor"


def test_what_stands_on_a_draft_is_left_out_and_said(ben: FlaskClient, session: Session) -> None:
    earl, green = goods(session, "earl", "green")
    session.commit()
    ben.post(f"{ROOM}/orders", data={"variant": [earl]})
    answer = ben.post(f"{ROOM}/orders", data={"variant": [earl]})
    (order,) = every_order(session)
    assert answer.location == f"{ROOM}/orders/{order.id}"
    session.rollback()
    said = one(soup(ben.get(answer.location).text), "#toasts").text
    assert "1 article left out: already in the draft for Mill & Sons." in said
    ben.post(f"{ROOM}/orders", data={"variant": [earl, green]})
    session.expire_all()
    assert [len(each.lines) for each in every_order(session)] == [1, 1]


def test_articles_of_another_store_are_ignored(ben: FlaskClient, store_session: OpenStore) -> None:
    with store_session("hill") as hill:
        theirs = goods(hill, "tent")
        hill.commit()
    answer = ben.post(f"{ROOM}/orders", data={"variant": theirs})
    assert answer.status_code == 422
    assert "Choose at least one article first." in answer.text


def test_staff_make_no_drafts(sign_in: SignIn) -> None:
    assert sign_in(cast.CLEO).post(f"{ROOM}/orders", data={"variant": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("currency", "asked", "cost"),
    [("EUR", None, "4.1"), ("EUR", "3.95", "3.95"), ("USD", None, "0"), ("USD", "5.5", "5.5")],
)
def test_the_cost_is_the_vendors_else_the_articles_in_the_same_money(
    session: Session, currency: str, asked: str | None, cost: str
) -> None:
    (earl,) = goods(session, "earl")
    mill = Vendor(name="Mill & Sons", currency=currency)
    session.add(mill)
    session.flush()
    if asked:
        item = VendorItem(vendor_id=mill.id, variant_id=earl, vendor_sku="M-1")
        item.cost = Decimal(asked)
        session.add(item)
    made = drafting.create_for(session, variants=[earl], by=person(session))
    assert lines(made.drafts[0]) == [("EARL", 1, Decimal(cost))]
    assert made.drafts[0].currency == currency


def test_a_copy_has_the_lines_but_neither_number_nor_day(session: Session) -> None:
    (earl,) = goods(session, "earl")
    (order,) = drafting.create_for(session, variants=[earl], by=person(session)).drafts
    order.number, order.notes = "PO-2026-0009", "Ring twice"
    copy = drafting.duplicate(session, order, by=person(session))
    assert lines(copy) == lines(order)
    assert (copy.number, copy.origin_day, copy.notes) == (None, None, "Ring twice")
