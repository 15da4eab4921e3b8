"""An order's way: who may take which step, and what each leaves behind."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shopapp import clock
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.queries import orders
from shopapp.refusals import Stale
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.purchasing.goods import ROOM, form_of, goods, one, person, soup

FORM = "#order-form"
NUMBER = f"PO-{clock.today('Europe/Berlin').year}-0001"


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.ADA)


@pytest.fixture
def url(store_session: OpenStore) -> str:
    """The address of a draft of one line."""
    with store_session("harbor") as session:
        variants = goods(session, "earl")
        (order,) = drafting.create_for(session, variants=variants, by=person(session)).drafts
        address = f"{ROOM}/orders/{order.id}"
        session.commit()
        return address


def state(store_session: OpenStore, url: str) -> PurchaseOrder:
    """The order as it is now."""
    with store_session("harbor") as session:
        session.reading = True
        found = orders.order(session, url.rpartition("/")[2])
        assert found
        return found


def approve(client: FlaskClient, url: str) -> None:
    form = form_of(client, url, FORM)
    assert client.post(f"{url}/approval", data=form).status_code == 303


def step(client: FlaskClient, url: str, verb: str, **typed: str) -> int:
    """Take a step from the page as it is now."""
    version = one(soup(client.get(url).text), f'form[action$="/{verb}"] [name=version]')["value"]
    answer = client.post(f"{url}/{verb}", data={"version": version, **typed})
    return answer.status_code


def test_approval_saves_what_is_typed_and_gives_the_number(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    line = state(store_session, url).lines[0].id
    form = form_of(ada, url, FORM, **{f"quantity-{line}": "48"})
    answer = ada.post(f"{url}/approval", data=form)
    assert answer.status_code == 303
    order = state(store_session, url)
    assert (order.number, order.status) == (NUMBER, PurchaseOrderStatus.APPROVED)
    assert (order.lines[0].quantity, order.approved_by_id) == (48, cast.ADA.id)
    page = soup(ada.get(url).text)
    assert one(page, "h1").text == NUMBER
    assert "Ada approved it" in one(page, "#history").text


def test_an_empty_order_cannot_be_approved(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    line = state(store_session, url).lines[0].id
    ada.post(url, data=form_of(ada, url, FORM, remove=line))
    answer = ada.post(f"{url}/approval", data=form_of(ada, url, FORM))
    assert answer.status_code == 422
    assert "at least one line" in one(soup(answer.text), "[data-summary]").text
    assert state(store_session, url).number is None


def test_a_reopened_order_keeps_its_number(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    approve(ada, url)
    assert step(ada, url, "reopening") == 303
    assert state(store_session, url).status is PurchaseOrderStatus.DRAFT
    approve(ada, url)
    assert state(store_session, url).number == NUMBER


def test_sending_keeps_when_and_how(ada: FlaskClient, store_session: OpenStore, url: str) -> None:
    approve(ada, url)
    assert step(ada, url, "sending", note="Mailed the PDF") == 303
    order = state(store_session, url)
    assert order.status is PurchaseOrderStatus.SENT
    assert order.submitted_at
    assert "Mailed the PDF" in one(soup(ada.get(url).text), "#history").text


def test_a_cancelled_order_says_why_and_keeps_its_number(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    approve(ada, url)
    assert step(ada, url, "cancellation", reason=" ") == 422
    assert step(ada, url, "cancellation", reason="The mill burnt down") == 303
    order = state(store_session, url)
    assert (order.number, order.status) == (NUMBER, PurchaseOrderStatus.CANCELLED)
    assert order.cancelled_at
    assert "The mill burnt down" in ada.get(url).text


def test_a_draft_without_a_number_is_deleted_with_its_lines(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    assert step(ada, url, "deletion") == 303
    assert ada.get(url).status_code == 404


def test_an_order_with_a_number_is_never_deleted(
    ada: FlaskClient, store_session: OpenStore, url: str
) -> None:
    approve(ada, url)
    step(ada, url, "reopening")
    version = state(store_session, url).version
    assert ada.post(f"{url}/deletion", data={"version": version}).status_code == 409
    assert not soup(ada.get(url).text).select("#delete")
    assert state(store_session, url).number == NUMBER


@pytest.mark.parametrize("verb", ["approval", "deletion"])
def test_a_step_from_an_old_page_is_refused(
    ada: FlaskClient, store_session: OpenStore, url: str, verb: str
) -> None:
    ada.post(url, data=form_of(ada, url, FORM, notes="Changed"))
    assert ada.post(f"{url}/{verb}", data={"version": "1"}).status_code == 409
    assert state(store_session, url).status is PurchaseOrderStatus.DRAFT


@pytest.mark.parametrize("verb", ["reopening", "sending"])
def test_a_draft_is_neither_sent_nor_reopened(ada: FlaskClient, url: str, verb: str) -> None:
    assert ada.post(f"{url}/{verb}", data={"version": "1"}).status_code == 409


def test_what_came_in_cannot_be_cancelled(store_session: OpenStore, url: str) -> None:
    with store_session("harbor") as session:
        order = orders.order(session, url.rpartition("/")[2])
        assert order
        order.lines[0].received = 1
        with pytest.raises(Stale, match="came in already"):
            ordering.cancel(session, order, reason="No", by=person(session))


@pytest.mark.parametrize(
    ("who", "verb"),
    [
        (cast.BEN, "approval"),
        (cast.BEN, "reopening"),
        (cast.BEN, "cancellation"),
        (cast.CLEO, "sending"),
        (cast.CLEO, "deletion"),
        (cast.CLEO, "copies"),
    ],
)
def test_who_may_not_take_a_step_is_told_so(
    sign_in: SignIn, url: str, who: cast.Person, verb: str
) -> None:
    assert sign_in(who).post(f"{url}/{verb}", data={"version": "1"}).status_code == 403


def test_an_agent_sees_no_approval(sign_in: SignIn, url: str) -> None:
    page = soup(sign_in(cast.BEN).get(url).text)
    assert page.select("#save")
    assert not page.select("#approve, #cancel, #reopen")


def test_a_copy_is_opened(ada: FlaskClient, store_session: OpenStore, url: str) -> None:
    approve(ada, url)
    answer = ada.post(f"{url}/copies")
    assert answer.status_code == 303
    assert answer.location != url
    assert one(soup(ada.get(answer.location).text), "h1").text == "Draft for Mill & Sons"
