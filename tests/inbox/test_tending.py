"""Tickets by themselves: rules on arrival and silence, waking, promises, turns, surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.catalog.models import Fulfillment, InventoryLevel, Location, Order, Variant
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.inbox.actions import snoozing, tending, working
from shopapp.inbox.models import (
    Awaits,
    CsatRating,
    InboxRule,
    InboxSettings,
    Macro,
    Priority,
    ServiceOutcome,
    Tag,
    Target,
    Ticket,
    TicketEvent,
    TicketStatus,
    Trigger,
)
from shopapp.inbox.queries import due
from shopapp.inbox.queries import rules as queries
from shopapp.jobs.ledger import enqueue
from shopapp.mail import ladder
from shopapp.mail.models import OutboundKind, OutboundMail
from tests import cast
from tests.inbox.desk import NILS, QUESTION, Desk, ben, letter, newest_ticket
from tests.inbox.test_working import kinds

HOUR = timedelta(hours=1)
AGAIN = letter("And now?", message_id="<second@mail.example>", In_Reply_To="<first@mail.example>")


def set_up(desk: Desk, **settings: Any) -> None:
    """The store's inbox settings, the others at their defaults."""
    plain: dict[str, Any] = dict.fromkeys(("levels", "holidays", "assignment", "spam", "survey"))
    with desk.session() as session:
        session.add(InboxSettings(**{name: settings.get(name) or {} for name in plain}))


def rule(desk: Desk, position: int = 1, **values: Any) -> None:
    """An active rule."""
    with desk.session() as session:
        plain = {"name": f"Rule {position}", "is_active": True, "conditions": [], "actions": []}
        session.add(InboxRule(position=position, **plain | values))


def tend(desk: Desk) -> None:
    """One round of the chore."""
    with desk.session() as session:
        enqueue(session, tending.TEND, store_id=desk.shop.store_id, arguments={})
    desk.work()


def reasons(session: Session, ticket: Ticket, kind: str) -> list[Any]:
    events = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == kind)
    )
    return [event.detail.get("reason") for event in events]


def test_rules_act_in_order_on_a_new_ticket_and_say_so(desk: Desk) -> None:
    late = {"field": "body", "op": "contains", "value": "waiting"}
    rule(desk, 2, actions=[{"do": "assign", "value": cast.BEN.id}], conditions=[late], name="Ben")
    rule(desk, 1, actions=[{"do": "prioritise", "value": "high"}, {"do": "tag", "value": "Late"}])
    rule(desk, 3, actions=[{"do": "close"}], trigger=Trigger.REPLY)
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.priority, ticket.assignee_id) == (Priority.HIGH, cast.BEN.id)
        assert ticket.status is TicketStatus.OPEN
        assert session.scalars(select(Tag.name)).all() == ["late"]
        assert kinds(session, ticket) == ["opened", "prioritised", "tagged", "assigned"]
        assert reasons(session, ticket, "assigned") == ["rule 2: Ben"]
        assert len(queries.runs(session)) == 2
    desk.take_in(AGAIN)
    with desk.session() as session:
        assert newest_ticket(session).status is TicketStatus.CLOSED


def test_a_rule_proposes_a_macro_and_sends_nothing(desk: Desk, post: FakeTransport) -> None:
    with desk.session() as session:
        macro = session.scalars(select(Macro.id)).one()
    rule(desk, actions=[{"do": "macro", "value": macro}])
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        found = queries.proposed_macro(session, newest_ticket(session))
        assert found is not None
        assert (found[0].id, found[1]) == (macro, "Rule 1")
    assert post.sent == []


def test_a_rule_that_breaks_keeps_no_mail_away_and_shows_why(desk: Desk) -> None:
    rule(desk, 1, actions=[{"do": "tag", "value": "half"}, {"do": "assign", "value": "nobody"}])
    rule(desk, 2, actions=[{"do": "tag", "value": "whole"}])
    report = desk.take_in(letter(QUESTION))
    assert (report.parsed, report.quarantined) == (1, 0)
    with desk.session() as session:
        broken = session.scalars(select(InboxRule).where(InboxRule.position == 1)).one()
        assert "no longer in the team" in (broken.last_error or "")
        assert session.scalars(select(Tag.name)).all() == ["whole"]


def test_silence_wakes_a_rule_once(desk: Desk) -> None:
    rule(
        desk,
        trigger=Trigger.SILENCE,
        silent_hours=2,
        actions=[{"do": "prioritise", "value": "urgent"}],
    )
    desk.take_in(letter(QUESTION))
    for _ in range(2):
        tend(desk)
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert kinds(session, ticket).count("prioritised") == 1
        assert ticket.priority is Priority.URGENT


def test_a_snooze_ends_in_time(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        snoozing.snooze(session, ticket, until=clock.now() + HOUR, by=ben(session))
        assert due.ended_snoozes(session, clock.now()) == []
        assert due.ended_snoozes(session, clock.now() + 2 * HOUR) == [(ticket.id, "the time is up")]


@pytest.mark.parametrize("awaits", [Awaits.DELIVERY, Awaits.RESTOCK])
def test_a_ticket_wakes_by_what_it_waited_for(desk: Desk, awaits: Awaits) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket, order = newest_ticket(session), session.scalars(select(Order)).first()
        variant = session.scalars(select(Variant)).first()
        assert order is not None
        assert variant is not None
        wanted = {"order": order} if awaits is Awaits.DELIVERY else {"variant": variant}
        snoozing.snooze(session, ticket, awaits=awaits, **wanted, by=ben(session))  # type: ignore[arg-type]
        level = InventoryLevel(variant_id=variant.id, available=0, as_of=clock.now())
        level.location_id = _place(session)
        session.add(level)
    tend(desk)
    with desk.session() as session:
        assert newest_ticket(session).status is TicketStatus.SNOOZED
        session.execute(update(Fulfillment).values(delivered_at=clock.now()))
        session.execute(update(InventoryLevel).values(available=3))
    tend(desk)
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.status is TicketStatus.OPEN
        expected = "delivered" if awaits is Awaits.DELIVERY else "restocked"
        assert reasons(session, ticket, "woken") == [expected]


def _place(session: Session) -> str:
    place = Location(shopify_id="9", name="Here")
    session.add(place)
    session.flush()
    return place.id


LEVELS = {
    "is_on": True,
    "in_business_hours": False,
    "targets": {
        "normal": {"first": 60, "next": 120, "resolution": None},
        "urgent": {"first": 5, "next": 5, "resolution": None},
    },
}


def test_a_promise_is_kept_in_time_or_noted_once(desk: Desk, post: FakeTransport) -> None:
    set_up(desk, levels=LEVELS)
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        since = ticket.waiting_since
        assert since is not None
        assert ticket.first_response_due_at == since + HOUR
        found = due.broken_promises(session, since + 2 * HOUR)
        assert [(row[1], row[3]) for row in found] == [(Target.FIRST, since + HOUR)]
        assert due.broken_promises(session, since + timedelta(days=30)) == []
        noted = ServiceOutcome(ticket_id=ticket.id, target=Target.FIRST, since=since)
        noted.due_at = since + HOUR
        session.add(noted)
        session.flush()
        assert due.broken_promises(session, since + 2 * HOUR) == []
    desk.work()
    with desk.session() as session:
        desk.approve(session, newest_ticket(session), "On its way.")
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.first_response_due_at is None
        outcome = session.scalars(select(ServiceOutcome)).one()
        assert outcome.met_at is not None
        kept = due.kept_since(session, clock.now() - timedelta(days=30))
        assert (kept[Target.FIRST].total, kept[Target.FIRST].percent) == (1, 0)
        assert kept[Target.NEXT].percent is None
    assert len(post.sent) == 1


def test_a_clock_stands_still_while_a_ticket_is_snoozed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(desk, levels=LEVELS)
    desk.take_in(letter(QUESTION))
    start = clock.now()
    with desk.session() as session:
        ticket = newest_ticket(session)
        before = ticket.first_response_due_at
        assert before is not None
        monkeypatch.setattr(clock, "now", lambda: start)
        snoozing.snooze(session, ticket, awaits=Awaits.REPLY, by=ben(session))
        monkeypatch.setattr(clock, "now", lambda: start + 3 * HOUR)
        snoozing.unsnooze(session, ticket, by=ben(session))
        assert ticket.first_response_due_at == before + 3 * HOUR


@pytest.mark.parametrize("mode", ["in_turn", "fewest"])
def test_new_tickets_are_handed_out_evenly_to_who_is_there(desk: Desk, mode: str) -> None:
    people = [cast.ADA.id, cast.BEN.id, cast.CLEO.id]
    set_up(desk, assignment={"mode": mode, "people": people, "away": [cast.CLEO.id]})
    desk.take_in(
        *(letter("Hi", subject=f"Tea {n}", message_id=f"<{n}@mail.example>") for n in range(4))
    )
    with desk.session() as session:
        given = session.scalars(select(Ticket.assignee_id).where(Ticket.number > 100)).all()
        assert sorted(map(str, given)) == [cast.ADA.id] * 2 + [cast.BEN.id] * 2


@pytest.mark.parametrize(
    ("mode", "status"), [("suggest", TicketStatus.OPEN), ("automatic", TicketStatus.SPAM)]
)
def test_what_looks_like_spam_is_said_or_moved(desk: Desk, mode: str, status: TicketStatus) -> None:
    set_up(desk, spam={"mode": mode})
    desk.take_in(letter(QUESTION, X_Spam_Flag="YES"))
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.status, ticket.spam_score) == (status, 60)
        assert ticket.spam_reasons == ["Your mail server flagged it (X-Spam-Flag)"]


def test_a_survey_is_sent_once_as_our_own_automatic_mail(desk: Desk, post: FakeTransport) -> None:
    set_up(desk, survey={"is_on": True, "delay_hours": 1, "every_days": 30})
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        ticket.last_replied_at = clock.now()
        working.close(session, ticket, by=ben(session))
        ticket.closed_at = clock.now() - 2 * HOUR
    for _ in range(2):
        tend(desk)
    with desk.session() as session:
        mail = session.scalars(select(OutboundMail)).one()
        assert (mail.kind, mail.approved_by_id) == (OutboundKind.SURVEY, None)
        assert session.scalars(select(CsatRating.asked_email)).all() == [NILS]
    (sent,) = post.sent
    assert b"Auto-Submitted: auto-generated" in sent.raw
    assert b"/survey/" in sent.raw


def test_nobody_is_asked_by_default(desk: Desk, post: FakeTransport) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session)
        ticket.last_replied_at = clock.now()
        working.close(session, ticket, by=ben(session))
        ticket.closed_at = clock.now() - timedelta(days=2)
    tend(desk)
    assert post.sent == []


def test_who_heard_enough_from_machines_is_not_asked(desk: Desk, post: FakeTransport) -> None:
    set_up(desk, survey={"is_on": True, "delay_hours": 1, "every_days": 30})
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        while ladder.claim(session, NILS):
            pass
        ticket = newest_ticket(session)
        ticket.last_replied_at = clock.now()
        working.close(session, ticket, by=ben(session))
        ticket.closed_at = clock.now() - 2 * HOUR
    tend(desk)
    assert post.sent == []
