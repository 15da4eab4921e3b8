"""The order list and the order page, and flagging an order by hand."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from shopapp import clock
from shopapp.catalog.models import Customer, Order
from shopapp.flags import actions
from shopapp.flags.models import FlagStatus
from tests import cast
from tests.flags.waiting import Harbor, waiting
from tests.inbox.reading import PARTIAL, count, one, soup

URL = "/harbor/orders"


def names(text: str) -> list[str]:
    return [link.text for link in soup(text).select("[data-row]")]


@pytest.fixture
def mixed(harbor: Harbor) -> Harbor:
    """Beside the cast's two shipped orders: one waits, one is cancelled, one is flagged."""
    customer = Customer(shopify_id="399", email="zoe@mail.example", first_name="Zoe")
    customer.last_name = "Abel"
    harbor.order(2001, customer=customer)
    harbor.order(2002, cancelled_at=clock.now())
    flagged = harbor.order(2003, fulfillment_status="fulfilled")
    actions.raise_by_hand(harbor.session, flagged, kind="other", note="", by=harbor.ben)
    harbor.session.commit()
    return harbor


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["#2001"]),
        ("tab=flagged", ["#2003"]),
        ("tab=cancelled", ["#2002"]),
        ("tab=all", ["#1001", "#1002", "#2001", "#2002", "#2003"]),
        ("tab=rubbish", ["#2001"]),
        ("tab=all&q=2003", ["#2003"]),
        ("tab=all&q=zoe+abel", ["#2001"]),
        ("tab=all&q=nils2002@", ["#2002"]),
        ("tab=all&q=zebra", []),
    ],
)
def test_a_tab_and_a_word_choose_the_orders(
    ben: FlaskClient, mixed: Harbor, asked: str, expected: list[str]
) -> None:
    assert sorted(names(ben.get(f"{URL}?{asked}").text)) == expected


def test_every_tab_has_its_count(ben: FlaskClient, mixed: Harbor) -> None:
    text = ben.get(URL, headers=PARTIAL).text
    tabs = ("Unshipped", "Flagged", "All", "Cancelled")
    assert [count(text, tab) for tab in tabs] == [1, 1, 5, 1]


def test_pages_follow_each_other(ben: FlaskClient, harbor: Harbor) -> None:
    for number in range(2001, 2061):
        waiting(harbor.session, number, hours=number - 2000)
    harbor.session.commit()
    first = soup(ben.get(URL).text)
    second = soup(ben.get(str(one(first, "#page-next")["href"])).text)
    shown = [link.text for page in (first, second) for link in page.select("[data-row]")]
    assert shown == [f"#{number}" for number in range(2001, 2061)]


def test_empty_tabs_say_why(ben: FlaskClient, harbor: Harbor) -> None:
    assert "Every order has left" in ben.get(URL).text
    assert "Nothing here" in ben.get(f"{URL}?tab=cancelled").text
    assert "No orders match" in ben.get(f"{URL}?q=zebra").text
    harbor.session.execute(delete(Order))
    harbor.session.commit()
    assert "Your shop’s orders appear here" in ben.get(URL).text


def test_the_export_holds_what_the_list_shows(ben: FlaskClient, mixed: Harbor) -> None:
    answer = ben.get(f"{URL}/export?tab=cancelled")
    header, row = csv.reader(answer.text.lstrip("\ufeff").splitlines())
    line = dict(zip(header, row, strict=True))
    assert (line["Order"], line["Shipment"], line["Currency"]) == ("#2002", "cancelled", "EUR")
    assert Decimal(line["Total"]) == 20


def test_the_page_shows_goods_parcels_customer_and_story(ben: FlaskClient, harbor: Harbor) -> None:
    order = harbor.one(select(Order).where(Order.name == "#1001"))
    order.shipping, order.discount = Decimal("3.50"), Decimal(2)
    harbor.session.commit()
    page = soup(ben.get(f"{URL}/{order.id}").text)
    text = page.text
    for words in ("The thing", "THING-1", "€24.00", "€3.50", "-€2.00", "Snail & Sons", "SNAIL1"):
        assert words in text
    assert "nils@mail.example" in one(page, "#order-side").text
    assert [line.text.split("\n")[0] for line in page.select(".timeline li")]
    assert "Order placed" in one(page, ".timeline").text


def test_an_order_is_flagged_by_hand(ben: FlaskClient, mixed: Harbor) -> None:
    order = mixed.one(select(Order).where(Order.name == "#2001"))
    data = {"kind": "address_problem", "note": "The street has no number."}
    answer = ben.post(f"{URL}/{order.id}/flags", data=data, headers=PARTIAL)
    assert answer.status_code == 200
    assert "#2001 flagged" in answer.text
    assert "The street has no number." in answer.text
    flag = mixed.flags()[-1]
    assert (flag.flag_type, flag.status) == ("address_problem", FlagStatus.OPEN)
    assert flag.raised_by_id == cast.BEN.id
    assert flag.notes == "The street has no number."
    again = ben.post(f"{URL}/{order.id}/flags", data=data, headers=PARTIAL)
    assert again.status_code == 422
    assert "already" in one(soup(again.text), "#flag-this [role=alert]").text
    assert one(soup(again.text), "#flag-this textarea").text.strip() == data["note"]


@pytest.mark.parametrize("kind", ["", "rubbish", "unfulfilled", "high_value", "x" * 50])
def test_a_kind_that_is_not_for_people_is_refused(
    ben: FlaskClient, mixed: Harbor, kind: str
) -> None:
    order = mixed.one(select(Order).where(Order.name == "#2001"))
    answer = ben.post(f"{URL}/{order.id}/flags", data={"kind": kind, "note": "Hm."})
    assert answer.status_code == 422
    assert "Choose what is the matter" in answer.text
    assert len(mixed.flags()) == 1


def test_staff_reads_an_order_but_does_not_flag_it(cleo: FlaskClient, mixed: Harbor) -> None:
    order = mixed.one(select(Order).where(Order.name == "#2001"))
    assert not soup(cleo.get(f"{URL}/{order.id}").text).select("#flag-this")
    data = {"kind": "other", "note": ""}
    assert cleo.post(f"{URL}/{order.id}/flags", data=data).status_code == 403
