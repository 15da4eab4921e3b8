"""Rules, what they look at, and what they have done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.drafts.reading.words import language
from shopapp.drafts.retrieving.intents import intents
from shopapp.inbox import hours, rules
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    InboxRule,
    Macro,
    RuleRun,
    Ticket,
    TicketMessage,
    TicketStatus,
    Trigger,
)
from shopapp.inbox.queries import desk
from shopapp.mail.models import Mailbox

_KEPT = "inbox.rules"


def in_order(session: Session) -> Sequence[InboxRule]:
    """Every rule of the store in the order in which they act."""
    return session.scalars(select(InboxRule).order_by(InboxRule.position, InboxRule.id)).all()


def active(session: Session, trigger: Trigger) -> list[InboxRule]:
    """The rules that are switched on, read once a session."""
    kept = session.info.get(_KEPT)
    if kept is None:
        kept = session.info[_KEPT] = [each for each in in_order(session) if each.is_active]
    return [each for each in cast(list[InboxRule], kept) if each.trigger is trigger]


def rule(session: Session, rule_id: str) -> InboxRule | None:
    """One rule."""
    return session.get(InboxRule, rule_id)


def runs(session: Session) -> dict[str, int]:
    """How often each rule acted, by its id."""
    rows = session.execute(select(RuleRun.rule_id, func.count()).group_by(RuleRun.rule_id))
    return dict(rows.all())


def proposed_macro(session: Session, ticket: Ticket) -> tuple[Macro, str] | None:
    """The macro in use that a rule proposed last, and the name of that rule."""
    found = session.execute(
        select(Macro, InboxRule.name)
        .join(RuleRun, RuleRun.macro_id == Macro.id)
        .join(InboxRule, InboxRule.id == RuleRun.rule_id)
        .where(RuleRun.ticket_id == ticket.id, Macro.is_active.is_(True))
        .order_by(RuleRun.id.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def tried_messages(session: Session, trigger: Trigger, since: datetime) -> Sequence[str]:
    """The ids of the messages a rule of this trigger would have looked at, newest first."""
    first = (
        select(func.min(TicketMessage.id))
        .where(TicketMessage.ticket_id == Ticket.id, TicketMessage.direction == Direction.IN)
        .correlate(Ticket)
        .scalar_subquery()
    )
    opening = TicketMessage.id == first
    return session.scalars(
        select(TicketMessage.id)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(
            TicketMessage.created_at >= since,
            TicketMessage.direction == Direction.IN,
            TicketMessage.delivery_state == DeliveryState.RECEIVED,
            opening if trigger is Trigger.NEW else TicketMessage.author_type == AuthorType.CUSTOMER,
            ~opening if trigger is Trigger.REPLY else Ticket.id.is_not(None),
        )
        .order_by(TicketMessage.id.desc())
    ).all()


def messages_with_tickets(session: Session, ids: Sequence[str]) -> Sequence[tuple[Any, Any]]:
    """These messages, each with its ticket."""
    return cast(
        Sequence[tuple[Any, Any]],
        session.execute(
            select(TicketMessage, Ticket)
            .join(Ticket, Ticket.id == TicketMessage.ticket_id)
            .where(TicketMessage.id.in_(ids))
        ).all(),
    )


def silent(session: Session, rule: InboxRule, before: datetime, limit: int) -> Sequence[Ticket]:
    """Open tickets whose customer waits since before that moment, and that the rule has not met."""
    met = select(RuleRun.id).where(
        RuleRun.rule_id == rule.id,
        RuleRun.ticket_id == Ticket.id,
        RuleRun.created_at >= Ticket.waiting_since,
    )
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.status == TicketStatus.OPEN,
            Ticket.waiting_since < before,
            Ticket.merged_into_id.is_(None),
            ~met.exists(),
        )
        .order_by(Ticket.waiting_since, Ticket.id)
        .limit(limit)
    ).all()


def facts(session: Session, ticket: Ticket, message: TicketMessage) -> rules.Facts:
    """What conditions ask about, each looked up when it is asked for first."""
    known: dict[str, Any] = {}

    def fact(name: str) -> Any:
        if name not in known:
            known[name] = _FACTS[name](session, ticket, message)
        return known[name]

    return fact


Fact = Callable[[Session, Ticket, TicketMessage], Any]


def _order(session: Session, ticket: Ticket) -> Order | None:
    if not ticket.shopify_order_id:
        return None
    return session.scalar(select(Order).where(Order.shopify_id == ticket.shopify_order_id))


def _customer(session: Session, ticket: Ticket) -> Customer | None:
    return session.get(Customer, ticket.customer_id) if ticket.customer_id else None


def _mailbox(session: Session, ticket: Ticket) -> str:
    mailbox = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    return mailbox.address if mailbox else ""


def _is_first(session: Session, ticket: Ticket, message: TicketMessage) -> bool:
    earlier = select(TicketMessage.id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.id < message.id
    )
    return session.scalar(earlier.limit(1)) is None


_FACTS: dict[str, Fact] = {
    "from": lambda _s, _t, m: m.author_email,
    "to": lambda _s, _t, m: ", ".join([*m.recipients, *(m.cc or ())]),
    "subject": lambda _s, _t, m: m.subject,
    "body": lambda _s, _t, m: m.visible_text or m.body_text,
    "mailbox": lambda s, t, _m: _mailbox(s, t),
    "first": _is_first,
    "open_hours": lambda s, _t, m: hours.is_open(m.sent_at, desk.calendar(s)),
    "intent": lambda _s, _t, m: intents(f"{m.subject}\n{m.visible_text[: rules.READ]}"),
    "language": lambda _s, _t, m: language(m.visible_text[: rules.READ]),
    "spam_score": lambda _s, t, _m: t.spam_score or 0,
    "has_order": lambda _s, t, _m: t.shopify_order_id,
    "order_status": lambda s, t, _m: getattr(_order(s, t), "fulfillment_status", ""),
    "order_value": lambda s, t, _m: getattr(_order(s, t), "total", None),
    "customer_tag": lambda s, t, _m: getattr(_customer(s, t), "tags", ()),
    "customer_spent": lambda s, t, _m: getattr(_customer(s, t), "lifetime_value", None),
    "customer_orders": lambda s, t, _m: getattr(_customer(s, t), "order_count", None),
}
