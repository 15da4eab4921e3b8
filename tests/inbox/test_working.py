"""Working one ticket: priority, tags, snoozing, spam, closing, and who waits since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.inbox.actions import screening, snoozing, sorting, waiting, working
from shopapp.inbox.models import (
    Awaits,
    Priority,
    SenderVerdict,
    Tag,
    Ticket,
    TicketEvent,
    TicketSnooze,
    TicketStatus,
    TicketTag,
)
from shopapp.refusals import Invalid
from tests.inbox.desk import NILS, QUESTION, Desk, ben, letter, newest_ticket

HOUR = timedelta(hours=1)
REPLY = letter("And now?", message_id="<second@mail.example>", In_Reply_To="<first@mail.example>")


def kinds(session: Session, ticket: Ticket) -> list[str]:
    """What the timeline says happened, oldest first."""
    own = TicketEvent.ticket_id == ticket.id
    return list(session.scalars(select(TicketEvent.kind).where(own).order_by(TicketEvent.id)))


def audited(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_priority_is_set_once(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        for _ in range(2):
            sorting.set_priority(session, ticket, to=Priority.HIGH, by=ben(session))
        session.flush()
        assert kinds(session, ticket) == ["opened", "prioritised"]
        assert audited(session) == ["ticket.prioritised"]


def test_a_tag_is_lower_case_and_put_on_once(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        for name in ("  Wholesale  Buyer ", "#wholesale buyer"):
            sorting.tag(session, ticket, name=name, by=ben(session))
        assert session.scalars(select(Tag.name)).all() == ["wholesale buyer"]
        sorting.untag(session, ticket, name="WHOLESALE buyer", by=ben(session))
        session.flush()
        assert session.scalars(select(TicketTag)).all() == []
        assert kinds(session, ticket) == ["opened", "tagged", "untagged"]


@pytest.mark.parametrize(("name", "said"), [("  # ", "Type the tag"), ("t" * 41, "40 characters")])
def test_a_tag_without_a_fitting_name_is_refused(desk: Desk, name: str, said: str) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session, pytest.raises(Invalid, match=said):
        sorting.tag(session, newest_ticket(session), name=name, by=ben(session))


def test_a_snoozed_ticket_comes_back_when_the_customer_writes(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        until = clock.now() + HOUR
        snoozing.snooze(session, ticket, until=until, by=ben(session))
        assert (ticket.status, ticket.snoozed_until) == (TicketStatus.SNOOZED, until)
    desk.take_in(REPLY)
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.status, ticket.snoozed_until) == (TicketStatus.OPEN, None)
        assert session.scalars(select(TicketSnooze)).all() == []


def test_a_ticket_is_brought_back_by_hand(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        snoozing.snooze(session, ticket, awaits=Awaits.REPLY, by=ben(session))
        snoozing.unsnooze(session, ticket, by=ben(session))
        session.flush()
        assert ticket.status is TicketStatus.OPEN
        assert kinds(session, ticket) == ["opened", "snoozed", "woken"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "until when"),
        ({"until": -HOUR}, "still to come"),
        ({"until": timedelta(days=400)}, "a year"),
        ({"awaits": Awaits.DELIVERY}, "no order"),
        ({"awaits": Awaits.RESTOCK}, "in stock"),
    ],
    ids=["no time", "past", "far", "no order", "no variant"],
)
def test_a_snooze_without_a_sensible_end_is_refused(desk: Desk, asked: dict, said: str) -> None:  # type: ignore[type-arg]
    desk.take_in(letter(QUESTION))
    if "until" in asked:
        asked = {"until": clock.now() + asked["until"]}
    with desk.session() as session, pytest.raises(Invalid, match=said):
        snoozing.snooze(session, newest_ticket(session), **asked, by=ben(session))


def test_spam_is_not_reopened_and_gets_no_draft(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        screening.mark_spam(session, newest_ticket(session), block_sender=True, by=ben(session))
    desk.take_in(REPLY)
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.status, ticket.draft_ready) == (TicketStatus.SPAM, False)
        assert ticket.waiting_since is None
        assert session.scalars(select(SenderVerdict)).one().is_blocked


def test_no_spam_is_remembered_of_its_sender_and_waits_again(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        since = ticket.waiting_since
        screening.mark_spam(session, ticket, block_sender=True, by=ben(session))
        screening.not_spam(session, ticket, by=ben(session))
        verdict = screening.verdict_of(session, NILS)
        assert verdict is not None
        assert not verdict.is_blocked
        assert (ticket.status, ticket.waiting_since) == (TicketStatus.OPEN, since)


Act = Callable[..., Ticket]


@pytest.mark.parametrize("finish", [working.close, working.resolve], ids=["close", "resolve"])
def test_nobody_waits_at_a_finished_ticket_and_again_at_a_reopened_one(
    desk: Desk, finish: Act
) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        since = ticket.waiting_since
        finish(session, ticket, by=ben(session))
        assert ticket.waiting_since is None
        assert ticket.closed_at is not None
        working.reopen(session, ticket, by=ben(session))
        assert (ticket.waiting_since, ticket.closed_at) == (since, None)


def test_a_customer_waits_since_the_first_unanswered_mail(desk: Desk, post: FakeTransport) -> None:
    desk.take_in(letter(QUESTION), letter(QUESTION, message_id="<other@mail.example>"))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        first = ticket.waiting_since
        assert first is not None
        desk.approve(session, ticket, "It is on its way.")
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.waiting_since, ticket.status) == (None, TicketStatus.PENDING)
        assert ticket.last_replied_at is not None
    assert len(post.sent) == 1


def test_an_out_of_office_makes_nobody_wait(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        working.close(session, newest_ticket(session), by=ben(session))
    away = letter(
        "I am away.",
        message_id="<away@mail.example>",
        In_Reply_To="<first@mail.example>",
        Auto_Submitted="auto-replied",
    )
    desk.take_in(away)
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.status, ticket.waiting_since) == (TicketStatus.CLOSED, None)


def test_what_the_messages_say_is_worked_out_again(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        since, ticket.waiting_since = ticket.waiting_since, None
        waiting.refresh(session, ticket)
        assert ticket.waiting_since == since
