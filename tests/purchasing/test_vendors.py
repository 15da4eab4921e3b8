"""Vendors: added, changed, and what they ask for their articles."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.purchasing.models import Vendor, VendorItem
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.purchasing.goods import ROOM, form_of, goods, held, one, soup

VENDORS = f"{ROOM}/vendors"
FORM, TERMS = "#vendor-form", "#offers-form"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def mill(store_session: OpenStore) -> str:
    """The address of a vendor of two articles."""
    with store_session("harbor") as session:
        goods(session, "earl", "green")
        vendor = Vendor(name="Mill & Sons", currency="EUR")
        session.add(vendor)
        session.flush()
        address = f"{VENDORS}/{vendor.id}"
        session.commit()
    return address


def saved(store_session: OpenStore) -> Vendor:
    with store_session("harbor") as session:
        session.reading = True
        return session.scalars(select(Vendor)).one()


def items(store_session: OpenStore) -> list[VendorItem]:
    with store_session("harbor") as session:
        session.reading = True
        return list(session.scalars(select(VendorItem).order_by(VendorItem.variant_id)))


def test_a_first_look_offers_the_names_on_the_products(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        goods(session, "earl", "green")
        session.commit()
    assert one(soup(ben.get(VENDORS).text), ".empty h2").text == "Who you buy from"
    ben.post(f"{ROOM}/vendor-names")
    page = soup(ben.get(VENDORS).text)
    assert [row.text for row in page.select("[data-row]")] == ["Mill & Sons"]
    assert "14 days assumed" in one(page, "#vendors").text


def test_a_vendor_is_added(ben: FlaskClient, store_session: OpenStore) -> None:
    typed = {"name": " Smith  Ltd ", "lead_time_mean": "21,5", "order_minimum": "150"}
    answer = ben.post(VENDORS, data=form_of(ben, f"{ROOM}/new-vendor", FORM, **typed))
    vendor = saved(store_session)
    assert answer.location == f"{VENDORS}/{vendor.id}"
    assert (vendor.name, vendor.lead_time_mean, vendor.currency) == ("Smith Ltd", 21.5, "EUR")
    assert vendor.order_minimum == Decimal(150)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "The vendor needs a name."),
        ("name", "Mill & Sons", "There is a vendor called Mill & Sons already."),
        ("email", "nobody", "Enter an e-mail address"),
        ("currency", "XYZ", "Choose a currency."),
        ("lead_time_mean", "soon", "Enter a number of days"),
        ("order_minimum", "1,000", "Write 1000 or 1.000."),
    ],
)
def test_bad_input_is_refused_and_kept(
    ben: FlaskClient, mill: str, field: str, typed: str, said: str
) -> None:
    form = form_of(ben, f"{ROOM}/new-vendor", FORM, **{"name": "Smith", field: typed})
    answer = ben.post(VENDORS, data=form)
    assert answer.status_code == 422
    page = soup(answer.text)
    assert said in one(page, "[data-summary]").text
    if field != "currency":
        assert one(page, f"{FORM} [name={field}]")["value"] == typed


def test_two_people_lose_nothing(
    ben: FlaskClient, sign_in: SignIn, store_session: OpenStore, mill: str
) -> None:
    ada = sign_in(cast.ADA)
    mine = form_of(ben, mill, FORM, terms="30 days")
    assert ada.post(mill, data=form_of(ada, mill, FORM, terms="14 days")).status_code == 303
    answer = ben.post(mill, data=mine)
    assert answer.status_code == 409
    page = soup(answer.text)
    assert "They saved 14 days; you typed 30 days." in one(page, "#clash").text
    assert saved(store_session).terms == "14 days"
    assert ben.post(mill, data=held(one(page, FORM))).status_code == 303
    assert saved(store_session).terms == "30 days"


def test_terms_are_edited_where_they_stand(
    ben: FlaskClient, store_session: OpenStore, mill: str
) -> None:
    page = one(soup(ben.get(mill).text), TERMS)
    first = str(page.select("[name=variant]")[0]["value"])
    typed = {f"cost-{first}": "3,95", f"pack_size-{first}": "12", f"vendor_sku-{first}": "M-1"}
    assert ben.post(f"{mill}/terms", data=held(page, **typed)).status_code == 303
    (item,) = items(store_session)
    assert (item.cost, item.pack_size, item.vendor_sku) == (Decimal("3.95"), 12, "M-1")
    again = one(soup(ben.get(mill).text), TERMS)
    assert one(again, f"[name='cost-{first}']")["value"] == "3.95"
    assert ben.post(f"{mill}/terms", data=held(again)).status_code == 303
    assert items(store_session)[0].version == 1


def test_bad_terms_are_refused_and_kept(ben: FlaskClient, mill: str) -> None:
    page = one(soup(ben.get(mill).text), TERMS)
    first = str(page.select("[name=variant]")[0]["value"])
    answer = ben.post(f"{mill}/terms", data=held(page, **{f"pack_size-{first}": "a dozen"}))
    assert answer.status_code == 422
    field = one(soup(answer.text), f"[name='pack_size-{first}']")
    assert (field["value"], field["aria-invalid"]) == ("a dozen", "true")


def test_terms_somebody_else_saved_are_shown_beside_mine(
    ben: FlaskClient, sign_in: SignIn, store_session: OpenStore, mill: str
) -> None:
    page = one(soup(ben.get(mill).text), TERMS)
    first = str(page.select("[name=variant]")[0]["value"])
    mine = held(page, **{f"cost-{first}": "5"})
    theirs = held(page, **{f"cost-{first}": "4"})
    assert sign_in(cast.ADA).post(f"{mill}/terms", data=theirs).status_code == 303
    answer = ben.post(f"{mill}/terms", data=mine)
    assert answer.status_code == 409
    again = one(soup(answer.text), TERMS)
    assert "They saved 4.00" in again.text
    assert one(again, f"[name='cost-{first}']")["value"] == "5"
    assert ben.post(f"{mill}/terms", data=held(again)).status_code == 303
    assert items(store_session)[0].cost == 5


def test_terms_for_another_stores_article_are_ignored(
    ben: FlaskClient, store_session: OpenStore, mill: str
) -> None:
    with store_session("hill") as hill:
        (tent,) = goods(hill, "tent")
        hill.commit()
    ben.post(f"{mill}/terms", data={"variant": tent, f"cost-{tent}": "1"})
    assert items(store_session) == []


def test_an_order_is_started_for_a_vendor(ben: FlaskClient, mill: str) -> None:
    answer = ben.post(f"{mill}/orders")
    page = soup(ben.get(answer.location).text)
    assert one(page, "h1").text == "Draft for Mill & Sons"
    assert "No lines yet" in page.text


def test_staff_read_and_strangers_do_not(sign_in: SignIn, mill: str) -> None:
    cleo = sign_in(cast.CLEO)
    assert one(soup(cleo.get(mill).text), f"{FORM} fieldset").has_attr("disabled")
    assert cleo.post(mill, data={"name": "x"}).status_code == 403
    assert cleo.get(f"{ROOM}/new-vendor").status_code == 403
    theirs = mill.replace("/harbor/", "/hill/")
    assert sign_in(cast.DORA).get(theirs).status_code == 404
