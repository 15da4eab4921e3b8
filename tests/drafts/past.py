"""Drafts of the past for tests: made, concluded through the real actions, with what came after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.actions import concluding
from shopapp.drafts.models import AiDraft, DraftOutcome, DraftState, DraftSubject
from shopapp.inbox.models import Ticket, TicketMessage
from tests import cast

AT = cast.NOON - timedelta(days=30)
DRAFT = "one two three four five six seven eight nine ten"


def draft(session: Session, at: datetime = AT, **values: Any) -> AiDraft:
    """A proposal, by the model m for a return unless `values` say otherwise."""
    usual = {"model": "m", "version": "1", "intent": "return", "state": DraftState.SENT}
    said: dict[str, Any] = {**usual, **values}
    if said["state"] in (DraftState.QUEUED, DraftState.SENT):
        said = {"approved_by_id": cast.BEN.id, "approved_at": at, **said}
    row = AiDraft(
        subject_type=DraftSubject.TICKET,
        subject_id=ticket(session).id,
        content=DRAFT,
        created_at=at,
        **said,
    )
    session.add(row)
    return row


def sent(
    session: Session, final: str = DRAFT, *, by: cast.Person = cast.BEN, **values: Any
) -> AiDraft:
    """A draft that `by` changed into `final` and sent."""
    row = draft(session, **values)
    concluding.approve(session, row, final=final, by=session.get_one(User, by.id))
    concluding.conclude(session, row)
    session.flush()
    return row


def discarded(session: Session, *, by: cast.Person = cast.BEN, **values: Any) -> AiDraft:
    """A draft that `by` threw away."""
    row = draft(session, **values)
    concluding.discard(session, row, reason="tone", final=DRAFT, by=session.get_one(User, by.id))
    session.flush()
    return row


def outcome(session: Session, row: AiDraft | None, at: datetime = AT, **values: Any) -> None:
    """What came after a draft's reply; a message is lent by the cast's ticket."""
    message = TicketMessage(
        ticket=ticket(session),
        author_type="staff",
        direction="out",
        delivery_state="sent",
        sent_at=at,
    )
    session.add(message)
    session.flush()
    session.add(
        DraftOutcome(
            ticket_id=message.ticket_id,
            ticket_message_id=message.id,
            ai_draft_id=row.id if row else None,
            sent_at=at,
            **values,
        )
    )
    session.flush()


def ticket(session: Session) -> Ticket:
    """The first ticket of the cast."""
    return session.scalars(select(Ticket).order_by(Ticket.number).limit(1)).one()
