"""What stands in the planted stores hangs together, and none of it is real."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from shopapp.catalog.models import Customer, Order
from shopapp.config import Config
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.models import (
    Attachment,
    DeliveryState,
    KnowledgeArticle,
    Macro,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.inbox.queries import sources, tickets
from shopapp.inventory.models import ProductVelocity
from shopapp.jobs.models import Job, JobState
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, RawMail, RawState
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from tests.seeds.conftest import Garden

STORES = ("harbor", "hill")
ADDRESS = re.compile(rb"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
LINK = re.compile(rb"https?://([^/\s\"'<>:?]+)")


def test_the_counts_are_those_of_a_shop_in_an_ordinary_week(garden: Garden) -> None:
    harbor, hill = (garden.planted.counts[handle] for handle in STORES)
    assert (harbor["customer"], harbor["sales_order"]) == (25, 40)
    assert (hill["customer"], hill["sales_order"]) == (10, 12)
    assert harbor["raw_mail"] >= 30
    assert hill["raw_mail"] >= 8
    with garden.store("harbor") as session:
        assert session.scalar(select(func.count(Macro.id))) == 14
        assert session.scalar(select(func.count(KnowledgeArticle.id))) == 8


@pytest.mark.parametrize("handle", STORES)
def test_a_tickets_order_is_the_customers_own(garden: Garden, handle: str) -> None:
    with garden.store(handle) as session:
        rows = session.scalars(select(Ticket)).all()
        for ticket in rows:
            order = sources.order(session, ticket.shopify_order_id)
            assert (order is None) == (ticket.shopify_order_id is None)
            assert order is None or order.email == ticket.customer_email
            customer = session.get(Customer, ticket.customer_id) if ticket.customer_id else None
            assert customer is None or customer.email == ticket.customer_email
        assert [ticket for ticket in rows if ticket.shopify_order_id]


@pytest.mark.parametrize("handle", STORES)
def test_a_conversation_is_told_in_order(garden: Garden, handle: str) -> None:
    with garden.store(handle) as session:
        for ticket in session.scalars(select(Ticket)).all():
            told = tickets.conversation(session, ticket)
            assert told.messages, ticket.subject
            assert told.messages[0].direction == "in"
            assert ticket.last_message_at <= ticket.updated_at
            stamps = [event.created_at for event in told.events]
            assert stamps == sorted(stamps)
            for message in told.messages:
                assert message.sent_at <= message.updated_at
                assert told.messages[0].sent_at <= message.sent_at


def test_both_stores_have_an_order_5001_of_different_people(garden: Garden) -> None:
    found = []
    for handle in STORES:
        with garden.store(handle) as session:
            order = session.scalars(select(Order).where(Order.shopify_id == "5001")).one()
            found.append((order.name, order.email, order.currency))
            ids = set(session.scalars(select(Customer.email)))
            found.append(ids)
    assert found[0][0] == found[2][0] == "#1042"
    assert found[0][1:] != found[2][1:]
    assert not found[1] & found[3]


def test_orders_stand_everywhere_an_order_can_stand(garden: Garden) -> None:
    with garden.store("harbor") as session:
        paid = set(session.scalars(select(Order.financial_status)))
        sent = set(session.scalars(select(Order.fulfillment_status)))
    assert paid == {"pending", "paid", "partially_refunded", "refunded", "voided"}
    assert sent == {"unfulfilled", "partial", "fulfilled"}


def test_drafts_wait_with_their_evidence(garden: Garden) -> None:
    with garden.store("harbor") as session:
        proposed = session.scalars(
            select(AiDraft)
            .where(AiDraft.state == DraftState.PROPOSED)
            .options(undefer(AiDraft.context_packet))
        ).all()
        assert len(proposed) >= 12
        for draft in proposed:
            assert draft.content
            assert draft.sources
            assert draft.context_packet
            assert draft.facts_supported == draft.facts_total
        kinds = {source["kind"] for draft in proposed for source in draft.sources}
        assert {"macro", "article"} <= kinds


def test_every_class_of_edit_is_there_with_its_reward(garden: Garden) -> None:
    with garden.store("harbor") as session:
        learnt = session.scalars(select(AiDraft).where(AiDraft.edit_class.is_not(None))).all()
    assert {draft.edit_class for draft in learnt} == {
        "as_is",
        "light",
        "moderate",
        "rewrite",
        "discarded",
    }
    assert all(draft.reward_score is not None and draft.diff is not None for draft in learnt)


def test_where_nothing_fits_it_says_so(garden: Garden) -> None:
    with garden.store("harbor") as session:
        silent = session.scalars(select(AiDraft).where(AiDraft.state == DraftState.FAILED)).all()
        assert len(silent) >= 5
        assert all(draft.error and not draft.content for draft in silent)


def test_tickets_stand_in_many_states(garden: Garden) -> None:
    with garden.store("harbor") as session:
        states = set(session.scalars(select(Ticket.status)))
        deliveries = set(session.scalars(select(TicketMessage.delivery_state)))
        kinds = set(session.scalars(select(TicketMessage.kind)))
        linked = session.scalar(select(func.count(Ticket.linked_ticket_id)))
    S = TicketStatus
    assert {S.OPEN, S.PENDING, S.CLOSED, S.SPAM} <= states
    D = DeliveryState
    assert {D.RECEIVED, D.NOTE, D.DRAFT, D.SENT, D.FAILED, D.UNKNOWN, D.DISCARDED} == deliveries
    assert {"normal", "note", "list", "bounce", "auto_reply"} == kinds
    assert linked == 1


def test_a_reply_that_could_not_leave_is_back_in_the_composer(garden: Garden) -> None:
    with garden.store("harbor") as session:
        came_back = session.scalars(
            select(TicketMessage).where(
                TicketMessage.delivery_state == DeliveryState.DRAFT,
                TicketMessage.delivery_detail.is_not(None),
            )
        ).all()
    assert ["STARTTLS" in (each.delivery_detail or "") for each in came_back] == [True]


@pytest.mark.parametrize("handle", STORES)
def test_every_mail_was_read_and_every_job_done(garden: Garden, handle: str) -> None:
    with garden.store(handle) as session:
        assert set(session.scalars(select(RawMail.state))) == {RawState.PARSED}
        ticket = session.scalars(select(Ticket)).first()
        assert ticket is not None
        jobs = select(Job.state).where(Job.store_id == ticket.store_id)
        assert set(session.scalars(jobs)) == {JobState.DONE}


def test_no_demo_mail_goes_to_a_mail_server(garden: Garden) -> None:
    config: Config = garden.app.config["SHOPAPP"]
    assert config.smtp_url
    with garden.store("harbor") as session:
        assert set(session.scalars(select(OutboundMail.transport))) == {
            f"outbox folder {config.instance / 'outbox'}",
            "mail.harbor.example:587",  # the worker that was stopped in the middle
            None,  # never begun: the mail server's settings were wrong
        }


def test_attachments_lie_where_they_are_looked_for(garden: Garden) -> None:
    with garden.store("harbor") as session:
        found = session.scalars(select(Attachment)).all()
        begins = {"image/png": b"\x89PNG", "application/pdf": b"%PDF"}
        assert begins.keys() <= {each.content_type for each in found}
        assert [each for each in found if each.is_inline and each.content_id]
        for each in found:
            files = Files.of(garden.app.config["SHOPAPP"], each.store_id)
            content = files.path(each.sha256).read_bytes()
            assert len(content) == each.size
            assert content.startswith(begins.get(each.content_type, b""))


@pytest.mark.parametrize("handle", STORES)
def test_nobody_in_it_has_a_real_address(garden: Garden, handle: str) -> None:
    config = garden.app.config["SHOPAPP"]
    with garden.store(handle) as session:
        raw = session.scalars(select(RawMail).options(undefer(RawMail.content))).all()
        texts = [mail.content or b"" for mail in raw]
        for table in (Macro, KnowledgeArticle, AiDraft, TicketMessage):
            texts += [repr(vars(row)).encode() for row in session.scalars(select(table))]
        texts += [(email or "").encode() for email in session.scalars(select(Customer.email))]
    texts += [path.read_bytes() for path in config.instance.glob("outbox/*.eml")]
    whole = b"\n".join(texts).replace(b"=\r\n", b"").replace(b"=\n", b"")
    hosts = {host for pattern in (ADDRESS, LINK) for host in pattern.findall(whole)}
    made = b"without-message-id.invalid"  # the parser's own, for a mail that has no Message-ID
    assert not {host for host in hosts if not host.endswith(b".example") and host != made}
    assert hosts


@pytest.mark.parametrize("handle", STORES)
def test_purchase_proposals_follow_from_velocity(garden: Garden, handle: str) -> None:
    with garden.store(handle) as session:
        wanted = {
            row.variant_id: row.recommended_reorder_quantity
            for row in session.scalars(select(ProductVelocity))
            if row.recommended_reorder_quantity
        }
        lines = session.scalars(
            select(PurchaseOrderLine)
            .join(PurchaseOrderLine.purchase_order)
            .where(PurchaseOrder.origin_day.is_not(None))
        ).all()
        assert {line.variant_id: line.quantity for line in lines} == wanted
        assert wanted
