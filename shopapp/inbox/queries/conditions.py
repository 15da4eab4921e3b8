"""A search's operators as conditions on tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, union_all

from shopapp.accounts.models import User
from shopapp.catalog.models import Order, OrderLine
from shopapp.db import Session
from shopapp.inbox.models import Attachment, Tag, Ticket, TicketMessage, TicketRead, TicketTag
from shopapp.inbox.models import TicketStatus as S
from shopapp.inbox.queries import words
from shopapp.inbox.queries.tabs import Standpoint, is_overdue
from shopapp.inbox.searching import Condition, Search, Term, tokens
from shopapp.mail.models import Mailbox

SOME = 500  # addresses that one order name or SKU leads to
NOBODY = ("nobody", "none", "")
_STATUSES = {"waiting": (S.PENDING,), "closed": (S.CLOSED, S.RESOLVED)}


def conditions(
    session: Session, search: Search, at: Standpoint, zone: str
) -> Iterator[ColumnElement[bool]]:
    """One for each operator, one for ticket numbers; words are the list's own affair."""
    if search.numbers:
        yield Ticket.number.in_(search.numbers)
    for each in search.conditions:
        found = _READ[each.name](session, each, at, zone)
        yield not_(found) if each.is_without else found
    for term in search.without:
        yield not_(words.holds(session, (term,)))


def named(search: Search) -> list[Select[Any]]:
    """The ids of the tickets of the order, the SKU, the tag or the number that was typed alone."""
    said = search.alone
    if not said:
        return []
    typed = "-".join(search.terms[0].tokens)
    buyers = or_(
        Order.name.in_((said, f"#{said}")),
        Order.id.in_(
            select(OrderLine.order_id)
            .where(OrderLine.sku.in_({said, typed, said.upper(), typed.upper()}))
            .limit(SOME)
        ),
    )
    of_order = select(Ticket.id).where(
        Ticket.customer_email.in_(
            select(Order.email).where(buyers, Order.email.is_not(None), Order.email != "")
        )
    )
    tagged = (
        select(TicketTag.ticket_id)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(Tag.name == said.lower())
    )
    found = [of_order, tagged]
    if said.isascii() and said.isdigit() and len(said) < 10:
        found.append(select(Ticket.id).where(Ticket.number == int(said)))
    return found


def _order(session: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    """Linked with the order, from its customer, or naming it in a text."""
    bare = str(asked.value).lstrip("#")
    named = Order.name.in_((bare, f"#{bare}"))
    buyers = select(Order.email).where(named, Order.email.is_not(None), Order.email != "")
    linked = select(Order.shopify_id).where(named)
    found = [
        select(Ticket.id).where(Ticket.shopify_order_id.in_(linked)),
        select(Ticket.id).where(Ticket.customer_email.in_(buyers)),
    ]
    if cut := tokens(bare):
        found.append(words.holding(session, (Term(cut, is_exact=True),)))
    return Ticket.id.in_(union_all(*found))


def _tag(_session: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    return Ticket.id.in_(
        select(TicketTag.ticket_id)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(Tag.name == str(asked.value).lower().lstrip("#"))
    )


def _status(_s: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    named = str(asked.value)
    return Ticket.status.in_(_STATUSES.get(named) or (S(named),))


def _priority(_s: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    return Ticket.priority == asked.value


def _assignee(_s: Session, asked: Condition, at: Standpoint, _zone: str) -> ColumnElement[bool]:
    """`me`, `nobody`, a member's id, or a part of a name or an address."""
    named = str(asked.value)
    if named.lower() in NOBODY:
        return Ticket.assignee_id.is_(None)
    if named.lower() == "me":
        return Ticket.assignee_id == at.me
    members = select(User.id).where(
        or_(
            User.id == named,
            User.name.icontains(named, autoescape=True),
            User.email.icontains(named, autoescape=True),
        )
    )
    return and_(Ticket.assignee_id.is_not(None), Ticket.assignee_id.in_(members))


def _mailbox(_s: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    named = str(asked.value)
    those = select(Mailbox.id).where(
        or_(
            Mailbox.id == named,
            Mailbox.address.icontains(named, autoescape=True),
            Mailbox.display_name.icontains(named, autoescape=True),
        )
    )
    return and_(Ticket.mailbox_id.is_not(None), Ticket.mailbox_id.in_(those))


def _has(_s: Session, asked: Condition, _at: Standpoint, _zone: str) -> ColumnElement[bool]:
    if asked.value == "draft":
        return Ticket.draft_ready.is_(True)
    return exists(
        select(Attachment.id)
        .join(TicketMessage, TicketMessage.id == Attachment.ticket_message_id)
        .where(TicketMessage.ticket_id == Ticket.id, Attachment.is_inline.is_(False))
    )


def _is(_s: Session, asked: Condition, at: Standpoint, _zone: str) -> ColumnElement[bool]:
    if asked.value == "overdue":
        return is_overdue(at)
    return not_(
        exists(
            select(TicketRead.id).where(
                TicketRead.ticket_id == Ticket.id,
                TicketRead.user_id == at.me,
                TicketRead.seen_at >= Ticket.last_message_at,
            )
        )
    )


def _before(_s: Session, asked: Condition, _at: Standpoint, zone: str) -> ColumnElement[bool]:
    return Ticket.last_message_at < midnight(asked.value, zone)


def _after(_s: Session, asked: Condition, _at: Standpoint, zone: str) -> ColumnElement[bool]:
    return Ticket.last_message_at >= midnight(asked.value, zone)


def midnight(day: str | date, zone: str) -> datetime:
    """The beginning of a day in a store's time zone, in UTC."""
    when = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(when, time.min, ZoneInfo(zone)).astimezone(UTC)


_READ: dict[str, Callable[[Session, Condition, Standpoint, str], ColumnElement[bool]]] = {
    "order": _order,
    "tag": _tag,
    "status": _status,
    "priority": _priority,
    "assignee": _assignee,
    "mailbox": _mailbox,
    "has": _has,
    "is": _is,
    "before": _before,
    "after": _after,
}
