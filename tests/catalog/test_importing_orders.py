"""The order importer: what becomes of each row, and why a row is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from shopapp import clock
from shopapp.catalog.importing.orders import ORDERS
from shopapp.catalog.importing.products import PRODUCTS
from shopapp.catalog.models import Customer, Fulfillment, Order, OrderLine, Variant
from shopapp.db import Session
from tests import cast
from tests.catalog.exports import line, order, product, ran, sheet
from tests.conftest import OpenStore


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def found(session: Session, name: str = "#2001") -> Order:
    query = select(Order).where(Order.name == name).options(selectinload(Order.lines))
    return session.scalars(query).one()


def ann(session: Session) -> Customer:
    return session.scalars(select(Customer).where(Customer.email == "ann@mail.example")).one()


def test_an_order_with_lines_customer_and_parcel(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product()))
    first = order(Notes="ring\ntwice", Fulfilled_at="2026-03-30 10:00:00 +0200")
    report = ran(harbor, ORDERS, sheet(first, line(Lineitem_name="Gift", Lineitem_sku="'00123")))
    row = found(harbor)
    assert row.shopify_id == "9007199254740993"
    assert row.note == "ring\ntwice"
    assert row.placed_at == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    variant = harbor.scalars(select(Variant.id).where(Variant.sku == "TEA-S")).one()
    assert [(each.variant_id, each.sku) for each in row.lines] == [
        (variant, "TEA-S"),
        (None, "00123"),
    ]
    assert [each.shopify_id for each in row.lines] == [f"{row.shopify_id}/{n}" for n in (1, 2)]
    parcels = select(Fulfillment).where(Fulfillment.order_id == row.id)
    assert harbor.scalars(parcels).one().shipped_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    assert row.fulfillment_status == "fulfilled"
    assert report.counts["lines without a product"] == 1
    assert report.since is not None
    assert report.since.isoformat() == "2026-03-29"


def test_what_a_customer_bought_is_counted_from_the_orders(harbor: Session) -> None:
    second = order(Name="#2002", Id="2", Total="10", Refunded_Amount="4")
    third = order(Name="#2003", Id="3", Cancelled_at="2026-04-01 10:00:00 +0200")
    ran(harbor, ORDERS, sheet(order(), second, third))
    assert (ann(harbor).name, ann(harbor).order_count) == ("Ann Lee", 2)
    assert ann(harbor).lifetime_value == Decimal("31.00")


def test_a_known_customer_keeps_the_name(harbor: Session) -> None:
    ran(harbor, ORDERS, sheet(order(Email="nils@mail.example", Billing_Name="Someone Else")))
    nils = harbor.scalars(select(Customer).where(Customer.email == "nils@mail.example")).one()
    assert nils.first_name == "Nils"
    assert nils.order_count == 2


def test_a_newer_state_updates_the_order(harbor: Session) -> None:
    ran(harbor, ORDERS, sheet(order()))
    news = order(Financial_Status="refunded", Refunded_Amount="25.00", Lineitem_quantity="1")
    report = ran(harbor, ORDERS, sheet(news))
    assert report.counts["updated orders"] == 1
    row = found(harbor)
    assert (row.financial_status, row.refunded) == ("refunded", Decimal(25))
    assert [each.quantity for each in row.lines] == [1]
    assert ann(harbor).lifetime_value == 0


def test_lines_that_are_gone_go_and_come_back(harbor: Session) -> None:
    both = sheet(order(), line(Lineitem_name="Gift"))
    ran(harbor, ORDERS, both)
    ran(harbor, ORDERS, sheet(order()))
    assert [each.title for each in found(harbor).lines] == ["Tea - Small"]
    harbor.expire_all()
    ran(harbor, ORDERS, both)
    harbor.expire_all()
    assert [each.title for each in found(harbor).lines] == ["Tea - Small", "Gift"]


def test_lines_find_their_product_when_it_comes_later(harbor: Session) -> None:
    ran(harbor, ORDERS, sheet(order()))
    ran(harbor, PRODUCTS, sheet(product()))
    assert ran(harbor, ORDERS, sheet(order())).counts["updated orders"] == 1
    assert ran(harbor, ORDERS, sheet(order())).counts["unchanged orders"] == 1
    assert found(harbor).lines[0].variant_id is not None


def test_an_order_that_a_file_says_again_has_been_read_again(harbor: Session) -> None:
    ran(harbor, ORDERS, sheet(order()))
    found(harbor).synced_at = clock.now() - timedelta(days=9)
    harbor.flush()
    assert ran(harbor, ORDERS, sheet(order())).counts["unchanged orders"] == 1
    harbor.expire_all()
    assert clock.now() - found(harbor).synced_at < timedelta(hours=1)


def test_lines_without_a_sku_are_matched_by_name(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product(Title="Tea - the good one", Variant_SKU="")))
    ran(harbor, ORDERS, sheet(order(Lineitem_name="Tea - the good one - Small", Lineitem_sku="")))
    assert found(harbor).lines[0].variant_id is not None


def test_one_sku_on_two_variants_is_decided_by_name_or_not_at_all(harbor: Session) -> None:
    large = {"Handle": "tea", "Option1 Value": "Large", "Variant SKU": "TEA-S"}
    ran(harbor, PRODUCTS, sheet(product(), large))
    vague = order(Name="#2002", Id="2", Lineitem_name="Tea")
    report = ran(harbor, ORDERS, sheet(order(), vague))
    assert report.counts["lines without a product"] == 1
    assert found(harbor).lines[0].variant_id is not None


def test_an_order_without_an_id_is_known_by_name_and_moment(harbor: Session) -> None:
    ran(harbor, ORDERS, sheet(order()))
    assert ran(harbor, ORDERS, sheet(order(Id=""))).counts["unchanged orders"] == 1
    ran(harbor, ORDERS, sheet(order(Id="", Name="#7")))
    assert found(harbor, "#7").shopify_id == "csv/#7"
    ran(harbor, ORDERS, sheet(order(Id="77", Name="#7")))
    assert found(harbor, "#7").shopify_id == "77"


@pytest.mark.parametrize(
    ("changed", "total"),
    [
        ({"Subtotal": "25.00", "Shipping": "4.90"}, "29.90"),
        ({"Shipping": "5"}, "30.00"),
        ({"Taxes": "0", "Subtotal": "20"}, "20.00"),
    ],
)
def test_a_missing_total_is_worked_out(
    harbor: Session, changed: dict[str, str], total: str
) -> None:
    report = ran(harbor, ORDERS, sheet({**order(Total=""), **changed}))
    assert report.counts["totals worked out"] == 1
    assert found(harbor).total == Decimal(total)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Total", "", "with taxes the total cannot be worked out"),
        ("Total", "NaN", "is not an amount"),
        ("Created at", "", "needs the time"),
        ("Created at", "3/29/2026 1:59", "Excel may have rewritten it"),
        ("Created at", "2026-02-30 10:00:00 +0100", "is not a date that exists"),
        ("Id", "9.0072E+15", "Excel has shortened"),
        ("Lineitem quantity", "two", "is not a whole number"),
        ("Lineitem price", "", "every line has a name"),
        ("Currency", "Euro", "three letters"),
        ("Refunded Amount", "-5", "less than zero"),
        ("Name", "", "nobody knows"),
    ],
)
def test_a_bad_cell_is_named_and_its_order_left_out(
    harbor: Session, column: str, cell: str, words: str
) -> None:
    bad = {**order(Taxes="4", Currency="EUR"), column: cell}
    report = ran(harbor, ORDERS, sheet(order(Name="#1", Id="1"), bad))
    assert report.refused == 1
    assert report.counts["new orders"] == 1
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.message


def test_a_bad_line_takes_its_order_with_it(harbor: Session) -> None:
    report = ran(harbor, ORDERS, sheet(order(), line(Lineitem_price="x"), line()))
    assert report.refused == 3
    assert "new orders" not in report.counts
    messages = [problem.message for problem in report.problems]
    assert messages[0] == messages[2] == "Left out because of line 3, which belongs to it."


def test_two_orders_with_one_id_are_not_mixed(harbor: Session) -> None:
    report = ran(harbor, ORDERS, sheet(order(), order(Name="#2002")))
    assert report.refused == 1
    assert "Line 2 has an order with the same Id" in report.problems[0].message


def test_a_check_of_many_orders_counts_each_new_customer_once(harbor: Session) -> None:
    many = [order(Name=f"#{n}", Id=str(n), Email=f"c{n % 7}@m.example") for n in range(1000, 1899)]
    harbor.reading = True
    checked = ran(harbor, ORDERS, sheet(*many), write=False)
    assert (checked.counts["new orders"], checked.counts["new customers"]) == (899, 7)
    assert harbor.scalar(select(func.count(OrderLine.id))) == 2


def test_another_store_keeps_its_orders(store_session: OpenStore) -> None:
    for handle in ("harbor", "hill"):
        session = store_session(handle)
        assert ran(session, ORDERS, sheet(order())).counts["new orders"] == 1
        assert found(session).store_id == cast.shop(handle).id
        session.rollback()
