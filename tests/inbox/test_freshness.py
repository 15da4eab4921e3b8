"""Facts of an order that was read long ago are told only when a person says they still hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.inbox.actions import checking
from shopapp.inbox.actions.departing import OLD
from shopapp.inbox.models import TicketEvent, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store, StoreSettings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, ben, newest_ticket
from tests.inbox.leaving import outbound, send
from tests.inbox.reading import PARTIAL, one, soup, url

TOLD = "Hello Nils,\n\nyour parcel SNAIL1 is of order #1001.\n\nBen"


def age(desk: Desk, **ago: int) -> None:
    with desk.session() as session:
        for order in session.scalars(select(Order)):
            order.synced_at = clock.now() - timedelta(**ago)


def reply_of(session: Session) -> TicketMessage:
    reply = replies.in_writing(session, newest_ticket(session))
    assert reply is not None
    return reply


def test_old_data_stops_the_approval_and_says_how_old_it_is(drafted: Desk) -> None:
    age(drafted, hours=30)
    with drafted.session() as session, pytest.raises(checking.OrderOld) as refusal:
        drafted.approve(session, newest_ticket(session), TOLD)
    assert "The data of order #1001 is 30 hours old. Look it up" in str(refusal.value)
    age(drafted, days=6)
    with drafted.session() as session, pytest.raises(checking.OrderOld, match="is 6 days old"):
        drafted.approve(session, newest_ticket(session), TOLD)


def test_what_a_person_takes_for_true_leaves_and_is_written_down(
    drafted: Desk, post: FakeTransport
) -> None:
    age(drafted, hours=30)
    with drafted.session() as session:
        reply = reply_of(session)
        reply.body_text = TOLD
        checking.keep(session, reply, by=ben(session))
        drafted.approve(session, reply.ticket, TOLD)
    drafted.work()
    assert len(post.sent) == 1
    with drafted.session() as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.action == "fact.confirmed"))
        (row,) = said
        assert (row.after or {})["text"] == "The data of order #1001 is 30 hours old."
        kept = session.scalars(select(TicketEvent).where(TicketEvent.kind == "kept")).one()
        assert "30 hours old" in kept.detail["reason"]


def test_it_holds_until_the_order_is_read_again_and_grows_old_again(drafted: Desk) -> None:
    age(drafted, hours=50)
    with drafted.session() as session:
        reply = reply_of(session)
        reply.body_text = TOLD
        checking.keep(session, reply, by=ben(session))
    age(drafted, hours=30)
    with drafted.session() as session, pytest.raises(checking.OrderOld):
        drafted.approve(session, newest_ticket(session), TOLD)


def test_a_comparison_with_the_shop_makes_every_order_fresh(drafted: Desk) -> None:
    age(drafted, days=6)
    with drafted.session() as session:
        session.get_one(Store, drafted.shop.store_id).last_synced_at = clock.now()
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), TOLD)


def test_a_store_may_take_more_for_granted(drafted: Desk) -> None:
    age(drafted, hours=30)
    with drafted.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"order_data_hours": 48}
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), TOLD)


def test_a_reply_that_tells_nothing_of_the_order_asks_nothing(drafted: Desk) -> None:
    age(drafted, days=6)
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "Hello Nils, we look into it.")


def test_what_leaves_later_comes_back_when_nobody_read_the_order_meanwhile(
    drafted: Desk, post: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shopapp.inbox.actions import sending

    due = clock.now() + timedelta(days=2)
    with drafted.session() as session:
        reply = reply_of(session)
        asked = replies.question(session, reply.ticket)
        assert asked is not None
        sending.approve(
            session,
            reply,
            body=TOLD,
            version=reply.version,
            seen=asked.id,
            envelope=sending.Envelope(
                session.scalars(select(Mailbox)).one(),
                timedelta(0),
                drafted.intake.key,
                send_at=due,
            ),
            by=ben(session),
        )
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(minutes=1))
    drafted.work()
    assert post.sent == []
    with drafted.session() as session:
        assert str(reply_of(session).delivery_detail).startswith(OLD)


def test_the_composer_shows_it_and_sends_what_is_still_right(
    drafted: Desk, sign_in: SignIn
) -> None:
    age(drafted, hours=30)
    client = sign_in(cast.BEN)
    with drafted.session() as session:
        ticket = newest_ticket(session).id
    panel = soup(client.get(url(ticket, "reply", "evidence"), headers=PARTIAL).text)
    assert "The data of order #1001 is 30 hours old." in one(panel, "#order-old").text
    refused = soup(send(client, ticket, body=TOLD).text)
    assert outbound(drafted) == []
    still = one(refused, "#facts-still")
    answer = send(client, ticket, body=TOLD, despite=str(still["value"]))
    assert (answer.status_code, len(outbound(drafted))) == (200, 1)


def test_on_its_own_page_it_is_said_to_be_right_without_javascript(
    drafted: Desk, sign_in: SignIn
) -> None:
    age(drafted, hours=30)
    client = sign_in(cast.BEN)
    with drafted.session() as session:
        ticket = newest_ticket(session).id
    page = soup(client.get(url(ticket, "reply", "evidence")).text)
    assert str(one(page, "#facts-still")["formaction"]).endswith("/keeping")
    client.post(str(one(page, "#facts-still")["formaction"]), data={})
    assert not soup(client.get(url(ticket, "reply", "evidence")).text).select("#order-old")
