"""The gate before a drafted reply leaves: open facts, confirmations, an order that changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Fulfillment, Order
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.drafts.models import FactConfirmation
from shopapp.inbox.actions import checking, posting, replying, sending
from shopapp.inbox.actions.departing import CHANGED
from shopapp.inbox.models import DeliveryState, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState
from shopapp.refusals import Invalid, Stale
from tests.inbox.desk import Desk, ben, letter, newest_ticket

WRONG = "Hello Nils,\n\nyour parcel SNAIL1 comes by 24 December 2026 and costs $7.77.\n\nBen"
RIGHT = "Hello Nils,\n\nyour parcel SNAIL1 is of order #1001.\n\nBen"
AMOUNT = ("amount", "7.77 USD")


def in_writing(session: Session) -> TicketMessage:
    reply = replies.in_writing(session, newest_ticket(session))
    assert reply is not None
    return reply


def revised(session: Session, text: str) -> TicketMessage:
    reply = in_writing(session)
    return replying.revise(session, reply, body=text, version=reply.version, by=ben(session))


def change_parcel(session: Session, number: str) -> None:
    of_it = select(Order.id).where(Order.name == "#1001").scalar_subquery()
    parcel = session.scalars(select(Fulfillment).where(Fulfillment.order_id == of_it)).one()
    parcel.tracking_number = number
    session.flush()


def test_facts_that_nothing_supports_stop_the_approval_by_name(drafted: Desk) -> None:
    with drafted.session() as session, pytest.raises(checking.Unconfirmed) as refusal:
        drafted.approve(session, newest_ticket(session), WRONG)
    assert [fact.text for fact in refusal.value.facts] == ["24 December 2026", "$7.77"]
    assert "“24 December 2026”, “$7.77”" in str(refusal.value)


def test_what_is_confirmed_leaves_and_is_written_down(drafted: Desk, post: FakeTransport) -> None:
    with drafted.session() as session:
        reply = revised(session, WRONG)
        for family, value in (AMOUNT, ("date", "2026-12-24")):
            checking.confirm(
                session, reply, family=family, value=value, reason="I asked DHL", by=ben(session)
            )
        drafted.approve(session, newest_ticket(session), WRONG)
    drafted.work()
    assert len(post.sent) == 1
    with drafted.session() as session:
        kept = session.scalars(select(FactConfirmation).where(FactConfirmation.kind == "amount"))
        (row,) = kept
        assert (row.text, row.value, row.reason) == ("$7.77", "7.77 USD", "I asked DHL")
        assert row.confirmed_by_id == ben(session).id
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "fact.confirmed"))
        assert len(events.all()) == 2


def test_a_confirmation_is_of_one_value(drafted: Desk) -> None:
    with drafted.session() as session:
        reply = revised(session, "It costs $7.77.")
        checking.confirm(
            session, reply, family=AMOUNT[0], value=AMOUNT[1], reason="asked", by=ben(session)
        )
        with pytest.raises(checking.Unconfirmed, match=r"“\$7.78”"):
            drafted.approve(session, newest_ticket(session), "It costs $7.78, not $7.77.")


def test_a_confirmation_needs_a_reason_and_an_open_fact(drafted: Desk) -> None:
    with drafted.session() as session:
        reply, person = revised(session, "It costs $7.77."), ben(session)
        family, value = AMOUNT
        with pytest.raises(Invalid, match="Say how you know"):
            checking.confirm(session, reply, family=family, value=value, reason=" ", by=person)
        with pytest.raises(Stale, match="no longer stands open"):
            checking.confirm(session, reply, family=family, value="9 USD", reason="x", by=person)
        checking.confirm(session, reply, family=family, value=value, reason="x", by=person)
        with pytest.raises(Stale):
            checking.confirm(session, reply, family=family, value=value, reason="x", by=person)
        assert len(session.scalars(select(FactConfirmation)).all()) == 1


def test_what_a_person_writes_without_a_draft_is_theirs(desk: Desk, post: FakeTransport) -> None:
    desk.take_in(letter("Do you teach juggling to retired sailors?", subject="Juggling"))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        replying.begin(session, ticket, body=WRONG, by=ben(session))
        desk.approve(session, ticket, WRONG)
    desk.work()
    assert len(post.sent) == 1


def test_a_changed_order_stops_the_approval_and_says_what_changed(drafted: Desk) -> None:
    with drafted.session() as session:
        change_parcel(session, "SNAIL8")
    with drafted.session() as session, pytest.raises(checking.OrderChanged) as refusal:
        drafted.approve(session, newest_ticket(session), RIGHT)
    (difference,) = refusal.value.differences
    assert (difference.before, difference.after) == ("SNAIL1", "SNAIL8")
    assert "Tracking number: SNAIL1 → SNAIL8" in str(refusal.value)


def test_a_change_the_reply_says_nothing_of_stops_nothing(drafted: Desk) -> None:
    with drafted.session() as session:
        change_parcel(session, "SNAIL8")
        drafted.approve(session, newest_ticket(session), "Hello Nils, it is order #1001.")


def test_an_updated_draft_asks_for_the_old_number_to_be_corrected(drafted: Desk) -> None:
    with drafted.session() as session:
        change_parcel(session, "SNAIL8")
        checking.refresh(session, revised(session, RIGHT), by=ben(session))
        with pytest.raises(checking.Unconfirmed, match="SNAIL1"):
            drafted.approve(session, newest_ticket(session), RIGHT)
        drafted.approve(session, newest_ticket(session), RIGHT.replace("SNAIL1", "SNAIL8"))


def test_kept_as_written_it_leaves_until_the_order_changes_again(drafted: Desk) -> None:
    with drafted.session() as session:
        change_parcel(session, "SNAIL8")
        checking.keep(session, revised(session, RIGHT), by=ben(session))
        change_parcel(session, "SNAIL9")
        with pytest.raises(checking.OrderChanged, match="SNAIL9"):
            drafted.approve(session, newest_ticket(session), RIGHT)
        change_parcel(session, "SNAIL8")
        drafted.approve(session, newest_ticket(session), RIGHT)
        (row,) = session.scalars(select(FactConfirmation))
        assert (row.kind, row.text) == ("change", "Tracking number: SNAIL1 → SNAIL8")


@pytest.mark.parametrize(("number", "leaves"), [("SNAIL1", True), ("SNAIL8", False)])
def test_the_order_is_looked_at_again_when_the_reply_is_to_leave(
    drafted: Desk, post: FakeTransport, number: str, leaves: bool
) -> None:
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), RIGHT)
    with drafted.session() as session:
        change_parcel(session, number)
    drafted.work()
    assert bool(post.sent) is leaves
    if leaves:
        return
    with drafted.session() as session:
        reply = in_writing(session)
        assert (reply.delivery_state, reply.body_text) == (DeliveryState.DRAFT, RIGHT)
        assert reply.delivery_detail == f"{CHANGED} Tracking number: SNAIL1 → SNAIL8."
        (mail,) = session.scalars(select(OutboundMail))
        assert mail.state is OutboundState.CANCELLED


def test_a_reply_returned_that_way_can_be_kept_and_sent(drafted: Desk, post: FakeTransport) -> None:
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), RIGHT)
        change_parcel(session, "SNAIL8")
    drafted.work()
    with drafted.session() as session:
        checking.keep(session, in_writing(session), by=ben(session))
        drafted.approve(session, newest_ticket(session), RIGHT)
    drafted.work()
    assert len(post.sent) == 1


def test_a_reply_sent_later_is_held_by_the_same_look(
    drafted: Desk, post: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = clock.now() + timedelta(days=2)
    with drafted.session() as session:
        ticket, key = newest_ticket(session), drafted.intake.key
        reply = in_writing(session)
        mailbox = session.scalars(select(Mailbox)).one()
        sending.approve(
            session,
            reply,
            body=RIGHT,
            version=reply.version,
            seen=replies.question(session, ticket).id,  # type: ignore[union-attr]
            envelope=posting.Envelope(mailbox, timedelta(0), key, send_at=due),
            by=ben(session),
        )
        change_parcel(session, "SNAIL8")
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(minutes=1))
    drafted.work()
    assert post.sent == []
    with drafted.session() as session:
        assert in_writing(session).delivery_detail.startswith(CHANGED)  # type: ignore[union-attr]
        assert newest_ticket(session).scheduled_for is None
