"""Replies being written and the AI drafts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, undefer

from shopapp.db import Session
from shopapp.drafts.models import ASIDE, AiDraft, AiDraftRevision, DraftState, DraftSubject
from shopapp.inbox.models import Attachment, AuthorType, DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries.families import family

LEAVING = (DeliveryState.QUEUED, DeliveryState.SENDING)


def in_writing(session: Session, ticket: Ticket) -> TicketMessage | None:
    """The ticket's reply being written or on its way, with the ticket."""
    return session.scalar(
        select(TicketMessage)
        .options(joinedload(TicketMessage.ticket).joinedload(Ticket.assignee))
        .where(
            TicketMessage.ticket_id == ticket.id,
            TicketMessage.delivery_state.in_((DeliveryState.DRAFT, *LEAVING)),
        )
        .order_by(TicketMessage.id.desc())
        .limit(1)
    )


def question(session: Session, ticket: Ticket) -> TicketMessage | None:
    """The newest message a customer wrote."""
    return session.scalar(
        select(TicketMessage)
        .options(undefer(TicketMessage.body_html))
        .where(
            TicketMessage.ticket_id.in_(family(ticket.id)),
            TicketMessage.author_type == AuthorType.CUSTOMER,
            TicketMessage.delivery_state == DeliveryState.RECEIVED,
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(1)
    )


def answered(session: Session, reply: TicketMessage) -> TicketMessage | None:
    """What a reply answers: the customer's newest message, else our own last; a forward nothing."""
    if reply.kind == "forward":
        return None
    return question(session, reply.ticket) or session.scalar(
        select(TicketMessage)
        .where(
            TicketMessage.ticket_id == reply.ticket_id,
            TicketMessage.delivery_state == DeliveryState.SENT,
            TicketMessage.kind != "forward",
            TicketMessage.id != reply.id,
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(1)
    )


def files(session: Session, reply: TicketMessage) -> Sequence[Attachment]:
    """What is attached to a reply, in the order it was added."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.ticket_message_id == reply.id)
        .order_by(Attachment.created_at, Attachment.id)
    ).all()


def written_since(session: Session, ticket: Ticket, moment: datetime) -> TicketMessage | None:
    """The newest message of a customer that came in after `moment`, whatever its date says."""
    return session.scalar(
        select(TicketMessage)
        .where(
            TicketMessage.ticket_id.in_(family(ticket.id)),
            TicketMessage.author_type == AuthorType.CUSTOMER,
            TicketMessage.delivery_state == DeliveryState.RECEIVED,
            TicketMessage.created_at > moment,
        )
        .order_by(TicketMessage.created_at.desc(), TicketMessage.id.desc())
        .limit(1)
    )


def reply(session: Session, reply_id: str) -> TicketMessage | None:
    """One outgoing message with its ticket."""
    return session.scalar(
        select(TicketMessage)
        .options(joinedload(TicketMessage.ticket).joinedload(Ticket.assignee))
        .where(TicketMessage.id == reply_id)
    )


def newest_draft(session: Session, ticket_id: str) -> AiDraft | None:
    """The newest AI draft made for a ticket; reworks that stand beside it are none."""
    return session.scalar(
        _drafts(ticket_id)
        .where(AiDraft.state.not_in(ASIDE))
        .order_by(AiDraft.created_at.desc(), AiDraft.id.desc())
        .limit(1)
    )


def drafts_of(session: Session, ticket_id: str) -> Sequence[AiDraft]:
    """Every AI draft made for a ticket, newest first; reworks that were not taken are none."""
    return drafts_and_rework(session, ticket_id)[0]


def drafts_and_rework(session: Session, ticket_id: str) -> tuple[Sequence[AiDraft], AiDraft | None]:
    """The same, and the rework beside the reply, in one statement."""
    rows = session.scalars(
        _drafts(ticket_id)
        .where(AiDraft.state != DraftState.SET_ASIDE)
        .order_by(AiDraft.created_at.desc(), AiDraft.id.desc())
    ).all()
    beside = next((row for row in rows if row.state in ASIDE), None)
    return [row for row in rows if row.state not in ASIDE], beside


def _drafts(ticket_id: str) -> Select[AiDraft]:
    return select(AiDraft).where(
        AiDraft.subject_type == DraftSubject.TICKET, AiDraft.subject_id == ticket_id
    )


def draft_behind(session: Session, reply: TicketMessage) -> AiDraft | None:
    """The AI draft that seeded this reply, if one did."""
    return session.scalar(
        select(AiDraft).where(AiDraft.reply_id == reply.id).order_by(AiDraft.id.desc()).limit(1)
    )


def revisions(session: Session, reply: TicketMessage) -> Sequence[AiDraftRevision]:
    """Every saved version of a reply, newest first."""
    return session.scalars(
        select(AiDraftRevision)
        .where(AiDraftRevision.ticket_message_id == reply.id)
        .order_by(AiDraftRevision.version.desc())
    ).all()


def newer_than(session: Session, ticket: Ticket, seen: str) -> Sequence[TicketMessage]:
    """Messages and notes that arrived after the one called `seen`, whenever they were written."""
    mark = session.scalar(
        select(TicketMessage.created_at).where(
            TicketMessage.id == seen, TicketMessage.ticket_id.in_(family(ticket.id))
        )
    )
    shown = (DeliveryState.RECEIVED, DeliveryState.NOTE)
    statement = select(TicketMessage).where(
        TicketMessage.ticket_id.in_(family(ticket.id)),
        TicketMessage.delivery_state.in_(shown),
        TicketMessage.id != seen,
    )
    if mark is not None:
        arrived = TicketMessage.created_at
        statement = statement.where(
            or_(arrived > mark, and_(arrived == mark, TicketMessage.id > seen))
        )
    return session.scalars(statement.order_by(TicketMessage.sent_at)).all()
