"""Deciding in place: with htmx and without, once, by whom, and back again."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    TicketMessage,
)
from shopapp.jobs.models import Job, JobState
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.seo.models import InsightStatus, SeoInsight
from tests import cast
from tests.conftest import SignIn
from tests.home.counter import Counter
from tests.home.test_today import PARTIAL, one, soup

CHANGE = "/harbor/decisions"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def form_of(client: FlaskClient, key: str, *, unfolded: bool = False) -> dict[str, str]:
    """The hidden fields of a decision's form as the page gives them."""
    page = soup(client, f"/harbor/?open={key}" if unfolded else "/harbor/")
    row = one(page, f"#d-{key.replace(':', '-')}")
    return {str(each["name"]): str(each["value"]) for each in row.select("input[type=hidden]")}


def test_a_draft_is_approved_and_the_row_leaves(ben: FlaskClient, counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    form = form_of(ben, f"ticket:{ticket}", unfolded=True)
    answer = ben.post(CHANGE, data={**form, "do": "handle"}, headers=PARTIAL)
    assert answer.status_code == 200
    assert f'<li id="d-ticket-{ticket}" hidden></li>' in answer.text
    assert f'action="/harbor/inbox/tickets/{ticket}/sending/cancelling"' in answer.text
    assert "1</strong> handled today" in answer.text
    reply = _reply(counter, ticket)
    assert (reply.delivery_state, reply.body_text) == (DeliveryState.QUEUED, "It swims.")
    assert ticket not in {each.id for each in counter.decisions()}


def test_without_htmx_it_leads_back_and_says_so(ben: FlaskClient, counter: Counter) -> None:
    flag = counter.flag()
    form = form_of(ben, f"flag:{flag}")
    answer = ben.post(CHANGE, data={**form, "do": "handle", "kind": "orders"})
    assert (answer.status_code, answer.location) == (303, "/harbor/?kind=orders")
    assert "Flag resolved" in ben.get(answer.location).text
    assert flag_of(counter, flag).status is FlagStatus.RESOLVED


def test_a_draft_approved_twice_is_sent_once(ben: FlaskClient, counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    form = form_of(ben, f"ticket:{ticket}", unfolded=True)
    statuses = [ben.post(CHANGE, data=form, headers=PARTIAL).status_code for _ in range(2)]
    assert statuses == [200, 409]


def test_a_message_that_came_meanwhile_stops_the_approval(
    ben: FlaskClient, counter: Counter
) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    form = form_of(ben, f"ticket:{ticket}", unfolded=True)
    with counter.session() as session:
        session.add(_letter(ticket))
    answer = ben.post(CHANGE, data=form, headers=PARTIAL)
    assert answer.status_code == 409
    assert "Something new arrived" in answer.text
    assert "But it is green!" in answer.text, "the row shows what arrived"
    assert _reply(counter, ticket).delivery_state is DeliveryState.DRAFT


def test_an_unconfirmed_fact_stops_the_approval(ben: FlaskClient, counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket, facts=0)
    reply = _reply(counter, ticket)
    form = {
        "decision": f"ticket:{ticket}",
        "token": f"{reply.id}:{reply.version}",
        "seen": _asked(counter, ticket),
        "do": "handle",
    }
    answer = ben.post(CHANGE, data=form, headers=PARTIAL)
    assert answer.status_code == 422
    assert "nothing we know supports: “$99.00”" in answer.text
    assert _reply(counter, ticket).delivery_state is DeliveryState.DRAFT


def test_what_somebody_else_did_says_so_and_leaves(ben: FlaskClient, counter: Counter) -> None:
    flag = counter.flag()
    form = form_of(ben, f"flag:{flag}")
    ben.post(CHANGE, data=form)
    answer = ben.post(CHANGE, data=form, headers=PARTIAL)
    assert answer.status_code == 409
    assert f'id="d-flag-{flag}"' in answer.text
    assert "data-leaving" in answer.text
    page = ben.post(CHANGE, data=form)
    assert page.status_code == 409
    assert "dealt with this already" in page.text
    assert "<html" in page.text


def test_what_was_changed_shows_how_it_stands_now(ben: FlaskClient, counter: Counter) -> None:
    flag = counter.flag()
    form = form_of(ben, f"flag:{flag}")
    with counter.session() as session:
        session.get_one(OrderFlag, flag).notes = "Wait for the carrier."
    answer = ben.post(CHANGE, data=form, headers=PARTIAL)
    assert answer.status_code == 409
    assert "Somebody changed this flag" in answer.text
    assert f'id="d-flag-{flag}-do"' in answer.text


def test_a_purchase_order_is_approved_by_an_admin_only(
    sign_in: SignIn, ben: FlaskClient, counter: Counter
) -> None:
    order = counter.purchase()
    assert ben.post(CHANGE, data={"decision": f"purchase:{order}"}).status_code == 403
    ada = sign_in(cast.ADA)
    form = form_of(ada, f"purchase:{order}")
    answer = ada.post(CHANGE, data=form)
    page = ada.get(answer.location).text
    assert "to Leaf &amp; Sons approved" in page
    assert _order(counter, order).status is PurchaseOrderStatus.APPROVED
    undo = f"/harbor/decisions/recall?decision=purchase:{order}&done=yes"
    assert undo.replace("&", "&amp;") in page
    assert ada.post(undo).status_code == 303
    assert _order(counter, order).status is PurchaseOrderStatus.DRAFT


def test_a_variant_is_ordered(ben: FlaskClient, counter: Counter) -> None:
    variant = counter.runs_out()
    answer = ben.post(CHANGE, data={"decision": f"stock:{variant}"}, headers=PARTIAL)
    assert "waits for approval" in answer.text
    kinds = [each.key.partition(":")[0] for each in counter.decisions()]
    assert sorted(kinds) == ["purchase", "ticket", "ticket"]


def test_a_finding_is_started_and_taken_back(ben: FlaskClient, counter: Counter) -> None:
    insight = counter.insight()
    ben.post(CHANGE, data=form_of(ben, f"insight:{insight}"))
    row = _insight(counter, insight)
    assert (row.status, row.assignee_id) == (InsightStatus.IN_PROGRESS, cast.BEN.id)
    ben.post("/harbor/decisions/recall", query_string={"decision": f"insight:{insight}"})
    row = _insight(counter, insight)
    assert (row.status, row.assignee_id) == (InsightStatus.OPEN, None)


def test_dead_work_is_tried_again_by_an_admin(
    sign_in: SignIn, ben: FlaskClient, counter: Counter
) -> None:
    counter.dead_job()
    form = {"decision": "job:inbox.draft"}
    assert ben.post(CHANGE, data=form).status_code == 403
    assert sign_in(cast.ADA).post(CHANGE, data=form).status_code == 303
    with counter.session() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.QUEUED]


@pytest.mark.parametrize("kind", ["ticket", "flag", "insight"])
def test_it_is_taken(ben: FlaskClient, counter: Counter, kind: str) -> None:
    made = {
        "ticket": lambda: counter.tickets()[0],
        "flag": counter.flag,
        "insight": counter.insight,
    }
    key = f"{kind}:{made[kind]()}"
    answer = ben.post(CHANGE, data={"decision": key, "do": "assign"}, headers=PARTIAL)
    assert "Assigned to you" in answer.text
    assert 'title="Ben"' in answer.text
    assert "-assign" not in answer.text, "what is mine cannot be taken again"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"decision": "flag"},
        {"decision": "flag:"},
        {"decision": "nothing:x"},
        {"decision": "flag:nobody"},
        {"decision": "flag:nobody", "do": "days"},
        {"decision": "ticket:nobody", "do": "days"},
        {"decision": "purchase:nobody", "do": "week"},
        {"decision": "connection:smtp"},
        {"decision": "job:x", "do": "assign"},
        {"decision": "stock:nobody"},
    ],
)
def test_what_names_nothing_is_404(ben: FlaskClient, form: dict[str, str]) -> None:
    assert ben.post(CHANGE, data=form).status_code == 404


def test_an_unknown_deed_is_refused(ben: FlaskClient, counter: Counter) -> None:
    form = {"decision": f"flag:{counter.flag()}", "do": "burn"}
    assert ben.post(CHANGE, data=form, headers=PARTIAL).status_code == 422


@pytest.mark.parametrize("do", ["handle", "assign", "days"])
def test_another_store_s_rows_are_404(sign_in: SignIn, counter: Counter, do: str) -> None:
    flag, insight, ticket = counter.flag(), counter.insight(), counter.tickets()[0]
    dora = sign_in(cast.DORA)
    for key in (f"flag:{flag}", f"insight:{insight}", f"ticket:{ticket}"):
        assert dora.post("/hill/decisions", data={"decision": key, "do": do}).status_code == 404
    assert flag_of(counter, flag).status is FlagStatus.OPEN


def test_staff_may_not(sign_in: SignIn, counter: Counter) -> None:
    form = {"decision": f"flag:{counter.flag()}"}
    assert sign_in(cast.CLEO).post(CHANGE, data=form).status_code == 403


def _asked(counter: Counter, ticket: str) -> str:
    with counter.session() as session:
        return session.scalars(
            select(TicketMessage.id).where(
                TicketMessage.ticket_id == ticket, TicketMessage.direction == Direction.IN
            )
        ).one()


def _reply(counter: Counter, ticket: str) -> TicketMessage:
    with counter.session() as session:
        session.expire_on_commit = False
        return session.scalars(
            select(TicketMessage).where(
                TicketMessage.ticket_id == ticket, TicketMessage.direction == Direction.OUT
            )
        ).one()


def _letter(ticket: str) -> TicketMessage:
    return TicketMessage(
        ticket_id=ticket,
        author_type=AuthorType.CUSTOMER,
        direction=Direction.IN,
        body_text="But it is green!",
        visible_text="But it is green!",
        delivery_state=DeliveryState.RECEIVED,
        sent_at=clock.now(),
    )


def flag_of(counter: Counter, flag: str) -> OrderFlag:
    with counter.session() as session:
        session.expire_on_commit = False
        return session.get_one(OrderFlag, flag)


def _order(counter: Counter, order: str) -> PurchaseOrder:
    with counter.session() as session:
        session.expire_on_commit = False
        return session.get_one(PurchaseOrder, order)


def _insight(counter: Counter, insight: str) -> SeoInsight:
    with counter.session() as session:
        session.expire_on_commit = False
        return session.get_one(SeoInsight, insight)
