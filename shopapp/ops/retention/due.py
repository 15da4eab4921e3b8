"""Which rows are over their time: conditions on one table, given a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from shopapp.audit.models import AuditEvent
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.drafts.models import (
    AiDraft,
    AiDraftRevision,
    CallState,
    DraftExport,
    DraftState,
    ExportState,
    ModelCall,
)
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.mail.models import RawMail, RawState
from shopapp.metrics.models import KpiCache

Conditions = Sequence[ColumnElement[bool]]
_OVER = (DraftState.SENT, DraftState.DISCARDED, DraftState.STALE, DraftState.FAILED)
_IN_WRITING = (DeliveryState.DRAFT, DeliveryState.QUEUED, DeliveryState.SENDING)
_CLOSED = (TicketStatus.RESOLVED, TicketStatus.CLOSED, TicketStatus.SPAM, TicketStatus.ARCHIVED)


def drafts(before: datetime) -> Conditions:
    """Drafts nobody works on any more and nobody learns from."""
    return (
        AiDraft.state.in_(_OVER),
        AiDraft.created_at < before,
        AiDraft.reward_score.is_(None),
    )


def revisions(before: datetime) -> Conditions:
    """Saved versions of replies nobody writes any more."""
    writing = select(TicketMessage.id).where(TicketMessage.delivery_state.in_(_IN_WRITING))
    return (
        AiDraftRevision.created_at < before,
        AiDraftRevision.ticket_message_id.is_not(None),
        AiDraftRevision.ticket_message_id.not_in(writing),
    )


def exports(before: datetime) -> Conditions:
    """Exports nobody writes any more."""
    return DraftExport.state != ExportState.WORKING, DraftExport.created_at < before


def calls(before: datetime) -> Conditions:
    """Calls that are over; one under way still holds money. Months keep their sums."""
    return ModelCall.state != CallState.RESERVED, ModelCall.created_at < before


def checks(before: datetime) -> Conditions:
    """All but the newest success and the newest failure of each integration."""
    newer = aliased(ConnectionEvent)
    kept = (EventStatus.SUCCESS, EventStatus.FAILURE)
    is_followed = (
        select(newer.id)
        .where(
            newer.store_id == ConnectionEvent.store_id,
            newer.integration == ConnectionEvent.integration,
            newer.status == ConnectionEvent.status,
            newer.id != ConnectionEvent.id,
            (newer.created_at > ConnectionEvent.created_at)
            | ((newer.created_at == ConnectionEvent.created_at) & (newer.id > ConnectionEvent.id)),
        )
        .exists()
    )
    return (
        ConnectionEvent.created_at < before,
        ConnectionEvent.status.not_in(kept) | is_followed,
    )


def figures(before: datetime) -> Conditions:
    """Figures that went stale."""
    return (KpiCache.expires_at < before,)


def mail(before: datetime) -> Conditions:
    """Mail that was read and still has its bytes; quarantined mail waits for a person."""
    return (
        RawMail.state.in_((RawState.PARSED, RawState.IGNORED)),
        func.coalesce(RawMail.parsed_at, RawMail.created_at) < before,
        RawMail.content.is_not(None) | RawMail.file.is_not(None),
    )


def tickets(before: datetime) -> Conditions:
    """Tickets that are closed and silent."""
    return Ticket.status.in_(_CLOSED), Ticket.last_message_at < before


def flags(before: datetime) -> Conditions:
    """Flags that are closed."""
    over = OrderFlag.status.in_((FlagStatus.RESOLVED, FlagStatus.DISMISSED))
    return over, func.coalesce(OrderFlag.resolved_at, OrderFlag.updated_at) < before


def audit(before: datetime) -> Conditions:
    """Lines of the log."""
    return (AuditEvent.created_at < before,)
