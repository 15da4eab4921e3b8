"""Recalling past replies: found by their words, few of them, whatever the store holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from shopapp import clock
from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Macro, Ticket, TicketMessage
from shopapp.inbox.queries import passages, sources
from tests.inbox.desk import Desk, desk, shop

__all__ = ["desk", "shop"]
MAIL = "How do I descale the kettle?"


def answered(desk: Desk, number: int, asked: str, said: str, days: int = 1) -> None:
    """A ticket of long ago: a question and the reply a person sent."""
    moment = clock.now() - timedelta(days=days)
    with desk.session() as session:
        ticket = Ticket(number=900 + number, subject="A question", last_message_at=moment)
        session.add(ticket)
        session.flush()
        for is_ours, text in ((False, asked), (True, said)):
            session.add(
                TicketMessage(
                    ticket_id=ticket.id,
                    author_type=AuthorType.STAFF if is_ours else AuthorType.CUSTOMER,
                    direction=Direction.OUT if is_ours else Direction.IN,
                    delivery_state=DeliveryState.SENT if is_ours else DeliveryState.RECEIVED,
                    message_id=f"<{number}-{is_ours}@mail.example>",
                    in_reply_to=f"<{number}-False@mail.example>" if is_ours else None,
                    body_text=text,
                    visible_text=text,
                    sent_at=moment,
                )
            )


def recalled(desk: Desk, text: str = MAIL) -> list[Passage]:
    with desk.session() as session:
        found = passages.passages(session, text, learns=True)
    return [each for each in found if each.kind is PassageKind.APPROVED_REPLY]


def test_a_reply_of_long_ago_is_found_by_its_words(desk: Desk) -> None:
    answered(desk, 1, "My kettles are full of limescale", "Use vinegar.", days=400)
    for number in range(2, 2 + sources.NEWEST):
        answered(desk, number, "Are you open on Sunday?", "Yes, until noon.")
    old = [each for each in recalled(desk) if each.body == "Use vinegar."]
    assert [each.standing for each in old] == [passages.OLD]
    assert recalled(desk, "") != []
    assert "Use vinegar." not in {each.body for each in recalled(desk, "")}


def test_a_reply_says_which_macro_it_was_made_of(desk: Desk) -> None:
    with desk.session() as session:
        words = "Fill the kettle with vinegar and water, boil it twice, then rinse it well."
        macro = Macro(title="Descaling", body=f"Hi {{{{customer.first_name}}}}, {words}")
        session.add(macro)
        key = macro.id
    answered(desk, 1, MAIL, f"Hi Nils, {words} Greetings")
    answered(desk, 2, MAIL, "We do not sell descaler.")
    assert {each.body[:2]: each.rests_on for each in recalled(desk)} == {"Hi": key, "We": ""}


def test_what_is_read_does_not_grow_with_the_replies(desk: Desk) -> None:
    counts = []
    for numbers in (range(3), range(3, 50)):
        for number in numbers:
            answered(desk, number + 1, f"{MAIL} Number {number}", f"Use vinegar, {number} spoons.")
        found, statements = read(desk)
        counts.append(statements)
        assert len(found) <= 1 + sources.REPLIES
    assert counts[0] == counts[1] <= 6


def read(desk: Desk) -> tuple[tuple[Passage, ...], int]:
    """The passages for MAIL, and how many statements that took."""
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    with desk.session() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        found = passages.passages(session, MAIL, learns=True)
        event.remove(connection, "before_cursor_execute", note)
    return found, len(seen)
