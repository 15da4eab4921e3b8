"""The evidence of a reply on its pages: sources, open facts, Confirm, a changed order."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.catalog.models import Fulfillment, Order
from shopapp.drafts.models import FactConfirmation
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk
from tests.inbox.leaving import outbound, send
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, one, soup, url

WRONG = "Order #1001 costs $7.77 <b>today</b>."
REASON = {"reason:amount|7.77 USD": "I looked it up in the shop", "fact": "amount|7.77 USD"}


def change_parcel(desk: Desk, number: str) -> None:
    with desk.session() as session:
        of_it = select(Order.id).where(Order.name == "#1001").scalar_subquery()
        parcel = session.scalars(select(Fulfillment).where(Fulfillment.order_id == of_it)).one()
        parcel.tracking_number = number


def test_each_sentence_names_its_sources_with_their_age(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    text = ben.get(url(ticket, "reply", "evidence"), headers=PARTIAL).text
    panel = one(soup(text), "#facts-body")
    line = next(item for item in panel.select(".vouched li") if "SNAIL1" in item.text)
    chips = [" ".join(chip.text.split()) for chip in line.select(".chip")]
    assert any(chip.startswith("Order #1001 as of") for chip in chips)
    assert "Macro: Where is my order" in chips
    assert "facts found" in one(soup(text), "#known").text
    assert "confidence" not in text.lower()


def test_the_ticket_fetches_it_only_when_it_is_opened(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    fold = one(soup(ben.get(url(ticket)).text), "#facts")
    assert fold["hx-get"] == url(ticket, "reply", "evidence")
    assert "load" not in str(fold["hx-trigger"])
    assert not fold.has_attr("open")


def test_an_open_fact_is_marked_escaped_and_can_be_confirmed(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=WRONG)
    refused = ben.post(
        url(ticket, "reply", "evidence"), data={**held, "fact": REASON["fact"]}, headers=PARTIAL
    )
    assert refused.status_code == 422
    panel = soup(refused.text)
    assert "Say how you know" in one(panel, "[role=alert]").text
    assert "$7.77" in [mark.text for mark in panel.select("mark")]
    assert "<b>today" not in refused.text
    answer = ben.post(url(ticket, "reply", "evidence"), data={**held, **REASON}, headers=PARTIAL)
    assert answer.status_code == 200
    assert "$7.77: confirmed" in answer.text
    assert one(soup(answer.text), "#draft-version")["value"] != held["version"]
    with desk.session() as session:
        assert (
            session.scalars(select(FactConfirmation)).one().reason
            == REASON[f"reason:{REASON['fact']}"]
        )


def test_a_refused_send_keeps_the_text_and_lists_what_is_open(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, body=WRONG)
    assert answer.status_code == 422
    page = soup(answer.text)
    assert one(page, "#draft-body").text.strip() == WRONG
    assert one(page, "#facts").has_attr("open")
    confirm = one(page, "#facts-body #confirm-1")
    assert (confirm["form"], confirm["value"]) == (f"draft-{ticket}", "amount|7.77 USD")
    assert outbound(desk) == []


def test_without_javascript_it_is_a_page_of_its_own(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body=WRONG))
    page = soup(ben.get(url(ticket, "reply", "evidence")).text)
    assert one(page, "#confirm-1")["form"] == one(page, "#facts-form")["id"]
    answer = ben.post(url(ticket, "reply", "evidence"), data=REASON)
    assert answer.location == url(ticket, "reply", "evidence")
    assert "$7.77: confirmed" in ben.get(answer.location).text


def test_a_changed_order_is_shown_and_can_be_sent_anyway(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    change_parcel(desk, "SNAIL2")
    body = one(soup(ben.get(url(ticket)).text), "#draft-body").text.removeprefix("\n")
    refused = send(ben, ticket, body=body)
    assert refused.status_code == 422
    told = one(soup(refused.text), "#order-changes")
    assert "Tracking number: before: SNAIL1 → now: SNAIL2" in " ".join(told.text.split())
    again = one(soup(refused.text), "#facts-despite")
    other = send(ben, ticket, body=body, despite="another order")
    assert other.status_code == 422
    assert send(ben, ticket, body=body, despite=str(again["value"])).status_code == 200
    assert len(outbound(desk)) == 1


def test_a_changed_order_can_update_the_draft(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    change_parcel(desk, "SNAIL2")
    way = url(ticket, "reply", "evidence", "refreshing")
    answer = ben.post(way, data=fields(ben, ticket), headers=PARTIAL)
    assert answer.status_code == 200
    assert not soup(answer.text).select("#order-changes")
    assert "SNAIL1" in [mark.text for mark in soup(answer.text).select(".open mark")]


def test_a_colleagues_text_is_not_overwritten_by_confirming(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=WRONG)
    ben.post(url(ticket, "reply"), data={**held, "body": TYPED}, headers=PARTIAL)
    answer = ben.post(url(ticket, "reply", "evidence"), data={**held, **REASON}, headers=PARTIAL)
    assert answer.status_code == 409
    assert "it is under way" in answer.text


def test_who_may_only_read_sees_no_button(sign_in: SignIn, ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body=WRONG), headers=PARTIAL)
    page = sign_in(cast.CLEO).get(url(ticket, "reply", "evidence"), headers=PARTIAL)
    panel = soup(page.text)
    assert panel.select(".open mark")
    assert not panel.select("button")


def test_words_of_a_person_alone_have_no_evidence(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "discarding"), data={"reason": "tone"}, headers=PARTIAL)
    ben.post(
        url(ticket, "reply"), data=fields(ben, ticket, body=WRONG, version=""), headers=PARTIAL
    )
    panel = ben.get(url(ticket, "reply", "evidence"), headers=PARTIAL).text
    assert "its writer's own" in panel or "its writer&#39;s own" in panel
