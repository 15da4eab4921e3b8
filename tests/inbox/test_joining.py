"""Merging, splitting and moving: mail follows, and everything can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import joining, parting, replying, working
from shopapp.inbox.models import MessageAlias, Ticket, TicketEvent, TicketMessage, TicketStatus
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.families import roots
from shopapp.inbox.queries.tabs import Standpoint, View, in_view
from shopapp.refusals import Invalid, Stale
from tests import cast
from tests.inbox.desk import Desk, ben, letter

WORDS = {1: "First", 2: "Second", 3: "Third"}


def number(session: Session, wanted: int) -> Ticket:
    return session.scalars(select(Ticket).where(Ticket.number == wanted)).one()


def follow_up(desk: Desk, answers: str, message_id: str = "later") -> int:
    """Nils answers a mail; the number of the ticket his letter came to."""
    words = letter("And now?", message_id=f"<{message_id}@x.example>", In_Reply_To=f"<{answers}>")
    desk.take_in(words.replace(b"12:30", b"16:30"))
    with desk.session() as session:
        row = session.scalars(
            select(TicketMessage).where(TicketMessage.message_id == f"{message_id}@x.example")
        ).one()
        return session.get_one(Ticket, row.ticket_id).number


def told(session: Session, ticket: Ticket) -> list[str]:
    """The first lines a ticket shows, oldest first."""
    return [m.visible_text.strip() for m in queries.conversation(session, ticket).messages]


def state(session: Session) -> list[tuple[Any, ...]]:
    """All that merging and parting could change of the tickets, their messages and aliases."""
    columns = ("number", "status", "assignee_id", "last_message_at", "preview", "merged_into_id")
    tickets = session.scalars(select(Ticket).where(Ticket.number <= 103).order_by(Ticket.number))
    messages = session.scalars(select(TicketMessage).order_by(TicketMessage.id))
    aliases = session.execute(select(MessageAlias.message_id, MessageAlias.ticket_id))
    return [
        *(tuple(getattr(each, name) for name in columns) for each in tickets),
        *((each.id, each.ticket_id, each.threading_reason) for each in messages),
        *sorted(map(tuple, aliases)),
    ]


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Tickets 101 to 103, one letter each, an hour apart."""
    for n, words in WORDS.items():
        raw = letter(words, message_id=f"<{n}@x.example>", subject=f"Subject {n}")
        desk.take_in(raw.replace(b"12:30", f"{11 + n}:30".encode()))
    return desk


@pytest.fixture
def thread(desk: Desk) -> Desk:
    """Ticket 101 with three letters, each answering the one before; and ticket 102."""
    for n, words in WORDS.items():
        headers = {"In_Reply_To": f"<{n - 1}@x.example>"} if n > 1 else {}
        raw = letter(words, message_id=f"<{n}@x.example>", **headers)
        desk.take_in(raw.replace(b"12:30", f"{11 + n}:30".encode()))
    desk.take_in(letter("Other", message_id="<o@x.example>", subject="Another thing"))
    return desk


def message(session: Session, n: int) -> TicketMessage:
    return session.scalars(
        select(TicketMessage).where(TicketMessage.message_id == f"{n}@x.example")
    ).one()


def test_a_merged_ticket_is_shown_inside_the_other_in_order_of_time(three: Desk) -> None:
    with three.session() as session:
        joining.merge(session, number(session, 102), into=number(session, 101), by=ben(session))
    with three.session() as session:
        assert told(session, number(session, 101)) == ["First", "Second"]
        at = Standpoint("", clock.now(), clock.now())
        listed = session.scalars(select(Ticket).where(in_view(View.OPEN, at))).all()
        assert {t.number for t in listed if t.number > 100} == {101, 103}


def test_mail_follows_a_chain_of_merges(three: Desk) -> None:
    with three.session() as session:
        joining.merge(session, number(session, 101), into=number(session, 102), by=ben(session))
        joining.merge(session, number(session, 102), into=number(session, 103), by=ben(session))
    assert follow_up(three, "1@x.example") == 103
    with three.session() as session:
        assert told(session, number(session, 103))[:3] == ["First", "Second", "Third"]
        first = number(session, 101)
        assert roots(session, [first.id]) == {first.id: number(session, 103).id}


def test_an_unmerge_leaves_both_as_they_were(three: Desk) -> None:
    with three.session() as session:
        person = ben(session)
        working.assign(session, number(session, 102), to=person, by=person)
        number(session, 101).status = TicketStatus.PENDING
        session.flush()
        before = state(session)
        event = joining.merge(session, number(session, 102), into=number(session, 101), by=person)
        assert number(session, 101).status is TicketStatus.OPEN
        joining.unmerge(session, event, by=person)
        assert state(session) == before
        with pytest.raises(Stale, match="not part of this ticket"):
            joining.unmerge(session, event, by=person)


def test_a_circle_of_merges_cannot_come_about(three: Desk) -> None:
    with three.session() as session:
        one, two, person = number(session, 101), number(session, 102), ben(session)
        with pytest.raises(Invalid, match="into itself"):
            joining.merge(session, one, into=one, by=person)
        joining.merge(session, one, into=two, by=person)
        with pytest.raises(Stale, match="merged into another ticket meanwhile"):
            joining.merge(session, two, into=one, by=person)


@pytest.mark.dialects("postgresql")
def test_of_two_people_who_merge_crosswise_one_is_refused(three: Desk) -> None:
    with three.session() as mine:
        one, two = number(mine, 101), number(mine, 102)
        with three.session() as theirs:
            joining.merge(theirs, number(theirs, 102), into=number(theirs, 101), by=ben(theirs))
        with pytest.raises(StaleDataError):
            joining.merge(mine, one, into=two, by=ben(mine))
        mine.rollback()


def test_a_merge_waits_for_a_reply_in_writing_and_for_a_closed_ticket(three: Desk) -> None:
    with three.session() as session:
        one, two, person = number(session, 101), number(session, 102), ben(session)
        working.close(session, two, by=person)
        with pytest.raises(Invalid, match="Reopen it first"):
            joining.merge(session, one, into=two, by=person)
        working.reopen(session, two, by=person)
        replying.begin(session, one, body="Dear Nils", by=person)
        with pytest.raises(Stale, match="Ben is writing a reply in #101"):
            joining.merge(session, one, into=two, by=person)


def test_an_untouched_draft_does_not_hold_up_a_merge(drafted: Desk) -> None:
    drafted.take_in(letter("Other", message_id="<o@x.example>", subject="Another thing"))
    with drafted.session() as session:
        joining.merge(session, number(session, 101), into=number(session, 102), by=ben(session))
        assert not number(session, 101).draft_ready


def test_a_split_takes_later_messages_along_and_their_mail(thread: Desk) -> None:
    with thread.session() as session:
        ticket = number(session, 101)
        parting.split(session, ticket, message(session, 2), later=True, by=ben(session))
    with thread.session() as session:
        apart = number(session, 103)
        assert told(session, number(session, 101)) == ["First"]
        assert told(session, apart) == ["Second", "Third"]
        assert apart.linked_ticket_id == number(session, 101).id
        assert message(session, 2).threading_reason == "split from #101 by Ben"
    assert follow_up(thread, "2@x.example", "a") == 103
    assert follow_up(thread, "1@x.example", "b") == 101


def test_one_message_alone_is_split_off(thread: Desk) -> None:
    with thread.session() as session:
        ticket = number(session, 101)
        parting.split(session, ticket, message(session, 2), later=False, by=ben(session))
        assert told(session, ticket) == ["First", "Third"]
        assert told(session, number(session, 103)) == ["Second"]


@pytest.mark.parametrize("later", [True, False])
def test_a_split_taken_back_leaves_everything_as_it_was(thread: Desk, later: bool) -> None:
    with thread.session() as session:
        before = [row for row in state(session) if row[0] != 103]
        ticket, person = number(session, 101), ben(session)
        event = parting.split(session, ticket, message(session, 2), later=later, by=person)
        parting.take_back(session, event, by=person)
        assert [row for row in state(session) if row[0] != 103] == before
    assert follow_up(thread, "2@x.example") == 101


def test_mail_to_a_ticket_whose_split_was_taken_back_comes_home(thread: Desk) -> None:
    with thread.session() as session:
        person = ben(session)
        event = parting.split(
            session, number(session, 101), message(session, 3), later=True, by=person
        ).id
    assert follow_up(thread, "3@x.example", "a") == 103
    with thread.session() as session:
        parting.take_back(session, session.get_one(TicketEvent, event), by=ben(session))
        assert told(session, number(session, 101))[-1] == "And now?"
    assert follow_up(thread, "a@x.example", "b") == 101


def test_a_message_moves_to_another_ticket_and_back(thread: Desk) -> None:
    with thread.session() as session:
        before = state(session)
        one, two, person = number(session, 101), number(session, 102), ben(session)
        event = parting.move(session, one, message(session, 2), to=two, later=False, by=person)
        assert sorted(told(session, two)) == ["Other", "Second"]
        assert message(session, 2).threading_reason == "moved here from #101 by Ben"
        parting.take_back(session, event, by=person)
        assert state(session) == before
        with pytest.raises(Stale):
            parting.take_back(session, event, by=person)


def test_the_last_message_does_not_leave_its_ticket(thread: Desk) -> None:
    with thread.session() as session:
        one, two, person = number(session, 101), number(session, 102), ben(session)
        with pytest.raises(Invalid, match="Nothing would be left in #101"):
            parting.split(session, one, message(session, 1), later=True, by=person)
        with pytest.raises(Invalid, match="in that ticket already"):
            parting.move(session, one, message(session, 1), to=one, later=False, by=person)
        working.close(session, two, by=person)
        with pytest.raises(Invalid, match="takes no messages"):
            parting.move(session, one, message(session, 1), to=two, later=False, by=person)


def test_a_message_of_a_merged_ticket_is_split_off_and_goes_back_to_it(three: Desk) -> None:
    with three.session() as session:
        one, person = number(session, 101), ben(session)
        joining.merge(session, number(session, 102), into=one, by=person)
        event = parting.split(session, one, message(session, 2), later=True, by=person)
        assert told(session, one) == ["First"]
        parting.take_back(session, event, by=person)
        assert message(session, 2).ticket_id == number(session, 102).id
        assert told(session, one) == ["First", "Second"]


def test_what_is_done_is_audited_and_named_in_the_timeline(thread: Desk) -> None:
    from shopapp.audit.models import AuditEvent

    with thread.session() as session:
        person = session.get_one(User, cast.BEN.id)
        parting.split(session, number(session, 101), message(session, 2), later=True, by=person)
        kinds = {e.kind for e in session.scalars(select(TicketEvent))}
        actions = {e.action for e in session.scalars(select(AuditEvent))}
    assert {"split", "split off"} <= kinds
    assert "ticket.split" in actions
