"""Which rows of each table are the person's own."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, inspect, or_, select

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Customer, Fulfillment, Order, OrderLine
from shopapp.db import Base
from shopapp.drafts.models import (
    AiDraft,
    AiDraftRevision,
    DraftSubject,
    FactConfirmation,
    StyleExample,
)
from shopapp.flags.models import OrderFlag
from shopapp.inbox.models import (
    Attachment,
    CsatRating,
    GapExample,
    MessageAlias,
    Ticket,
    TicketEvent,
    TicketMessage,
)
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.ops.database import load_models
from shopapp.ops.privacy.people import Person


def rows_of(person: Person) -> dict[Any, ColumnElement[bool]]:
    """The condition for the person's rows, by model."""
    return {
        Customer: Customer.id.in_(person.customers),
        Order: Order.id.in_(person.orders),
        OrderLine: OrderLine.order_id.in_(person.orders),
        Fulfillment: Fulfillment.order_id.in_(person.orders),
        Ticket: Ticket.id.in_(person.tickets),
        TicketMessage: TicketMessage.id.in_(person.messages),
        TicketEvent: TicketEvent.ticket_id.in_(person.tickets),
        CsatRating: CsatRating.ticket_id.in_(person.tickets),
        MessageAlias: MessageAlias.ticket_id.in_(person.tickets),
        Attachment: Attachment.ticket_message_id.in_(person.messages),
        RawMail: RawMail.id.in_(person.raw_mails),
        OutboundMail: OutboundMail.id.in_(person.letters),
        **_drafts(person),
        OrderFlag: or_(
            OrderFlag.order_id.in_(person.orders),
            OrderFlag.shopify_order_id.in_(person.shopify_orders),
            OrderFlag.ticket_id.in_(person.tickets),
        ),
        AuditEvent: AuditEvent.subject_id.in_(person.everything),
    }


def _drafts(person: Person) -> dict[Any, ColumnElement[bool]]:
    about = AiDraft.subject_id.in_(person.tickets) & (AiDraft.subject_type == DraftSubject.TICKET)
    drafts = select(AiDraft.id).where(about)
    return {
        AiDraftRevision: or_(
            AiDraftRevision.ticket_message_id.in_(person.messages),
            AiDraftRevision.ai_draft_id.in_(drafts),
        ),
        StyleExample: StyleExample.ai_draft_id.in_(drafts),
        GapExample: GapExample.ticket_id.in_(person.tickets),
        FactConfirmation: FactConfirmation.ai_draft_id.in_(drafts),
        AiDraft: about,
    }


@cache
def models() -> dict[str, Any]:
    """The models by the names of their tables."""
    load_models()
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]


def attribute(model: Any, column: str) -> Any:
    """The attribute of `model` for a column of its table."""
    mapper = inspect(model)
    return getattr(model, mapper.get_property_by_column(mapper.local_table.c[column]).key)


def attributes(model: Any) -> list[Any]:
    """Every column of `model`, also those that are loaded late."""
    return [attribute(model, column.name) for column in inspect(model).local_table.columns]
