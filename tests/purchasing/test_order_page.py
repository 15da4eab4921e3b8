"""The editor: what is typed is saved or kept, two people lose nothing, totals come from here."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.actions.vendors import known_for
from shopapp.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    Vendor,
    VendorItem,
)
from shopapp.purchasing.queries import orders
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.purchasing.goods import ROOM, form_of, goods, held, measure, one, person, soup

FORM = "#order-form"
Again = Callable[[], PurchaseOrder]


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def order(store_session: OpenStore) -> PurchaseOrder:
    """A draft of 24 Earl Grey and one green tea at €4.10."""
    with store_session("harbor") as session:
        session.expire_on_commit = False
        earl, green = goods(session, "earl", "green")
        goods(session, "oolong")
        measure(session, {earl: 24})
        made = drafting.create_for(session, variants=[earl, green], by=person(session))
        session.commit()
        return made.drafts[0]


def url(order: PurchaseOrder, *more: str) -> str:
    return "/".join((ROOM, "orders", order.id, *more))


@pytest.fixture
def again(store_session: OpenStore, order: PurchaseOrder) -> Again:
    """The order as it is now."""

    def read() -> PurchaseOrder:
        with store_session("harbor") as session:
            session.reading = True
            found = orders.order(session, order.id)
            assert found
            return found

    return read


def test_the_page_says_what_is_suggested_and_why(ben: FlaskClient, order: PurchaseOrder) -> None:
    page = soup(ben.get(url(order)).text)
    first = page.select(".po-line")[0]
    assert "9 days" in first.text
    assert one(page, "#why-1").text.startswith("Why 24?sells 2.0 a day")
    assert one(page, "#totals .grand.num").text == "€102.50"


def test_a_save_changes_lines_and_leaves_a_trace(
    ben: FlaskClient, again: Again, order: PurchaseOrder
) -> None:
    first = order.lines[0].id
    typed = {f"quantity-{first}": "30", f"unit_cost-{first}": "3,95", "notes": "Ring twice"}
    answer = ben.post(url(order), data=form_of(ben, url(order), FORM, shipping="12.5", **typed))
    assert (answer.status_code, answer.location) == (303, url(order))
    saved = again()
    assert (saved.lines[0].quantity, saved.lines[0].unit_cost) == (30, Decimal("3.95"))
    assert (saved.notes, saved.shipping, saved.version) == ("Ring twice", Decimal("12.5"), 2)
    history = one(soup(ben.get(url(order)).text), "#history").text
    assert "Ben changed it" in history
    assert "Tea earl: 24 → 30, cost 4.10 → 3.95" in history


def test_saving_what_is_there_already_changes_nothing(
    ben: FlaskClient, again: Again, order: PurchaseOrder
) -> None:
    ben.post(url(order), data=form_of(ben, url(order), FORM))
    assert again().version == 1


@pytest.mark.parametrize(
    "case",
    [
        ("quantity", "1.5", "Enter a whole number"),
        ("quantity", "0", "Enter a whole number from 1"),
        ("unit_cost", "1,204", "Write 1204 or 1.204."),
        ("shipping", "1.234", "At most 2 decimals fit."),
        ("expected_at", "soon", "Enter a day like"),
        ("location_id", "elsewhere", "Choose where the goods go."),
    ],
)
def test_bad_input_is_refused_with_everything_kept(
    ben: FlaskClient, again: Again, order: PurchaseOrder, case: tuple[str, str, str]
) -> None:
    field, typed, said = case
    first, second = order.lines
    key = f"{field}-{first.id}" if field in ("quantity", "unit_cost") else field
    more = {key: typed, f"quantity-{second.id}": "77"}
    answer = ben.post(url(order), data=form_of(ben, url(order), FORM, **more))
    assert answer.status_code == 422
    page = soup(answer.text)
    assert said in one(page, "[data-summary]").text
    assert one(page, f"[name='quantity-{second.id}']")["value"] == "77"
    if field != "location_id":
        assert one(page, f"[name='{key}']")["value"] == typed
    assert again().version == 1


def test_two_people_lose_nothing(
    ben: FlaskClient, sign_in: SignIn, again: Again, order: PurchaseOrder
) -> None:
    first = f"quantity-{order.lines[0].id}"
    mine = form_of(ben, url(order), FORM, **{first: "30"})
    ada = sign_in(cast.ADA)
    ada.post(url(order), data=form_of(ada, url(order), FORM, **{first: "48"}))
    answer = ben.post(url(order), data=mine)
    assert answer.status_code == 409
    page = soup(answer.text)
    assert "They saved 48; you typed 30." in one(page, "#clash").text
    assert one(page, "#take-theirs")["href"] == url(order)
    assert again().lines[0].quantity == 48
    kept = held(one(page, FORM))
    assert kept[first] == "30"
    assert ben.post(url(order), data=kept).status_code == 303
    assert again().lines[0].quantity == 30


def test_a_line_somebody_removed_meanwhile_comes_back_only_if_i_say_so(
    ben: FlaskClient, sign_in: SignIn, again: Again, order: PurchaseOrder
) -> None:
    gone = order.lines[1].id
    mine = form_of(ben, url(order), FORM, **{f"quantity-{gone}": "9"})
    ada = sign_in(cast.ADA)
    ada.post(url(order), data=form_of(ada, url(order), FORM, remove=gone))
    assert len(again().lines) == 1
    answer = ben.post(url(order), data=mine)
    assert answer.status_code == 409
    assert "They removed it; you typed 9 of it." in one(soup(answer.text), "#clash").text
    kept = held(one(soup(answer.text), FORM))
    assert ben.post(url(order), data=kept).status_code == 303
    assert [line.quantity for line in again().lines] == [24, 9]


def test_an_article_is_found_and_added_and_what_was_typed_is_saved(
    ben: FlaskClient, again: Again, order: PurchaseOrder
) -> None:
    found = soup(ben.get(f"{url(order, 'matches')}?q=OOLONG").text)
    button = one(found, "[data-match]")
    first = f"quantity-{order.lines[0].id}"
    typed = {first: "25", "add": str(button["value"])}
    answer = ben.post(url(order), data=form_of(ben, url(order), FORM, **typed))
    saved = again()
    assert [line.quantity for line in saved.lines] == [25, 1, 1]
    assert answer.location.endswith(f"#quantity-{saved.lines[2].id}")
    assert "on this order" in ben.get(f"{url(order, 'matches')}?q=oolong").text
    ben.post(url(order), data=form_of(ben, url(order), FORM, add=str(button["value"])))
    assert len(again().lines) == 3


def test_without_a_script_a_search_saves_first(ben: FlaskClient, order: PurchaseOrder) -> None:
    answer = ben.post(url(order), data=form_of(ben, url(order), FORM, q="oolong"))
    assert answer.location == f"{url(order)}?q=oolong#find"
    assert "Tea oolong" in one(soup(ben.get(answer.location).text), "#matches").text


def test_articles_of_another_store_cannot_be_added(
    ben: FlaskClient, store_session: OpenStore, again: Again, order: PurchaseOrder
) -> None:
    with store_session("hill") as hill:
        (tent,) = goods(hill, "tent")
        hill.commit()
    answer = ben.post(url(order), data=form_of(ben, url(order), FORM, add=tent))
    assert answer.status_code == 422
    assert "no longer exists" in answer.text
    assert "Tea tent" not in ben.get(f"{url(order, 'matches')}?q=tent").text
    assert len(again().lines) == 2


def test_totals_follow_what_is_typed_and_save_nothing(
    ben: FlaskClient, again: Again, order: PurchaseOrder
) -> None:
    first = order.lines[0].id
    typed = {f"quantity-{first}": "10", f"unit_cost-{first}": "0.125", "shipping": "5"}
    data = form_of(ben, url(order), FORM, **typed)
    page = soup(ben.post(url(order, "totals"), data=data).text)
    assert one(page, f"#total-{first}").text == "Total€1.25"
    assert one(page, "#totals .grand.num").text == "€10.35"
    wrong = {**data, f"quantity-{first}": "ten"}
    page = soup(ben.post(url(order, "totals"), data=wrong).text)
    assert one(page, "#totals .grand.num").text == "–"
    assert again().lines[0].quantity == 24


def test_lines_are_doubted(
    ben: FlaskClient, store_session: OpenStore, order: PurchaseOrder
) -> None:
    line = order.lines[1]
    with store_session("harbor") as session:
        session.get_one(Vendor, order.vendor_id).order_minimum = Decimal(500)
        session.get_one(PurchaseOrderLine, line.id).unit_cost = Decimal(0)
        item = VendorItem(vendor_id=order.vendor_id, variant_id=line.variant_id)
        item.minimum_quantity, item.pack_size = 12, 6
        session.add(item)
        session.commit()
    page = soup(ben.get(url(order)).text)
    assert one(page, f"#doubts-{line.id}").text == (
        "The vendor takes 12 or more.Sold in packs of 6: 6 would fit.The cost is 0."
    )
    assert "€401.60 short of Mill & Sons’s order minimum" in one(page, "#totals").text


def test_a_cost_that_changed_since_the_last_order_is_said(
    ben: FlaskClient, store_session: OpenStore, order: PurchaseOrder
) -> None:
    with store_session("harbor") as session:
        here = orders.order(session, order.id)
        assert here
        past = drafting.duplicate(session, here, by=person(session))
        past.lines[0].unit_cost = Decimal("3.90")
        ordering.approve(session, past, by=person(session))
        session.commit()
    page = soup(ben.get(url(order)).text)
    first, second = order.lines
    assert one(page, f"#doubts-{first.id}").text == "Last ordered at €3.90."
    assert one(page, f"#doubts-{second.id}").text == ""


def test_staff_read_an_order_without_the_means_to_change_it(
    sign_in: SignIn, order: PurchaseOrder
) -> None:
    cleo = sign_in(cast.CLEO)
    page = soup(cleo.get(url(order)).text)
    assert not page.select("main input, main [type=submit]")
    assert cleo.post(url(order), data={"version": "1"}).status_code == 403


def test_an_approved_order_is_read_only(
    ben: FlaskClient, store_session: OpenStore, again: Again, order: PurchaseOrder
) -> None:
    data = form_of(ben, url(order), FORM, notes="Late")
    with store_session("harbor") as session:
        session.get_one(PurchaseOrder, order.id).status = PurchaseOrderStatus.APPROVED
        session.commit()
    assert not soup(ben.get(url(order)).text).select(FORM)
    assert ben.post(url(order), data=data).status_code == 403
    assert again().notes == ""


def test_another_stores_order_is_not_found(sign_in: SignIn, order: PurchaseOrder) -> None:
    dora = sign_in(cast.DORA)
    assert dora.get(f"/hill/purchasing/orders/{order.id}").status_code == 404
    assert dora.get(url(order)).status_code == 404


def test_a_vendor_known_by_nothing_but_its_name_is_made(store_session: OpenStore) -> None:
    session = store_session("harbor")
    known = known_for(session, ["Mill", " Mill ", None, "Smith"])
    assert sorted(known) == ["Mill", "No vendor", "Smith"]
    assert known_for(session, ["Mill"])["Mill"] is known["Mill"]
    assert all(isinstance(each, Vendor) and each.lead_time_mean is None for each in known.values())


def test_enter_saves_and_never_approves(sign_in: SignIn, order: PurchaseOrder) -> None:
    page = soup(sign_in(cast.ADA).get(url(order)).text)
    belongs = page.select(f"{FORM} [type=submit], [type=submit][form=order-form]")
    first = next(each for each in page.select("[type=submit]") if each in belongs)
    assert first.text == "Save draft"
    assert not first.has_attr("formaction")
