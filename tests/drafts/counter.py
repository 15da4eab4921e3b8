"""The outfitter's counter: past conversations in a store's database, where drafts look for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert

from shopapp import clock, ids
from shopapp.db import Session
from shopapp.drafts.grounding import Passage
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.inbox.models import TicketStatus as S
from shopapp.tenancy import store_of

Rows = dict[str, Any]
FIRST = 10_000
"""The number of the first ticket."""


def keep(session: Session, past: Iterable[tuple[int, Passage]]) -> None:
    """Plant for each numbered reply its ticket, closed that many times 20 minutes ago."""
    talks = [_talk(store_of(session), number, reply) for number, reply in past]
    for at, table in enumerate((Ticket.__table__, TicketMessage.__table__)):
        assert isinstance(table, Table)
        session.connection().execute(insert(table), [row for talk in talks for row in talk[at]])


def _talk(store_id: str, number: int, reply: Passage) -> tuple[list[Rows], list[Rows]]:
    moment = clock.now() - timedelta(minutes=20 * number + 60)
    stamps = {"store_id": store_id, "created_at": moment, "updated_at": moment}
    ticket = {
        **stamps,
        "id": ids.new_id(),
        "number": FIRST + number,
        "subject": "A question",
        "status": S.CLOSED,
        "last_message_at": moment,
    }
    return [ticket], _letters({**stamps, "ticket_id": ticket["id"]}, number, reply)


def _letters(stamps: Rows, number: int, reply: Passage) -> list[Rows]:
    """The mail and its answer."""
    common = {**stamps, "subject": "A question", "sent_at": stamps["created_at"]}
    question = {
        **common,
        "id": ids.new_id(),
        "message_id": f"<{number}@mail.example>",
        "in_reply_to": None,
        "author_type": AuthorType.CUSTOMER,
        "direction": Direction.IN,
        "delivery_state": DeliveryState.RECEIVED,
        "body_text": reply.question,
        "visible_text": reply.question,
    }
    answer = {
        **question,
        "id": ids.new_id(),
        "message_id": f"<re-{number}@mail.example>",
        "in_reply_to": question["message_id"],
        "author_type": AuthorType.STAFF,
        "direction": Direction.OUT,
        "delivery_state": DeliveryState.SENT,
        "body_text": reply.body,
        "visible_text": reply.body,
    }
    return [question, answer]
