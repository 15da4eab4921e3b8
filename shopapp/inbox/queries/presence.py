"""Who has which ticket open, and whether anything in one changed: what polling pages ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.models import DeliveryState, Ticket, TicketEvent, TicketMessage, TicketPresence
from shopapp.inbox.queries.families import family

FRESH = timedelta(seconds=30)
_UNSEEN = (DeliveryState.DRAFT, DeliveryState.DISCARDED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody else who has a ticket open."""

    name: str
    is_replying: bool
    number: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a ticket stands: `mark` grows with every change that its page shows."""

    mark: int
    watchers: Sequence[Watcher]
    merged_into_id: str | None

    @property
    def who(self) -> str:
        """The watchers as one word, to notice when they come and go."""
        words = (f"{each.name}{'*' * each.is_replying}" for each in self.watchers)
        return ",".join(words)[:200]


def pulse(session: Session, ticket_id: str, me: str) -> Pulse | None:
    """The ticket's pulse in one statement; None where there is no such ticket."""
    ids = family(ticket_id)
    shown = TicketMessage.delivery_state.not_in(_UNSEEN)
    messages = select(func.max(TicketMessage.updated_at)).where(
        TicketMessage.ticket_id.in_(ids), shown
    )
    events = select(func.max(TicketEvent.created_at)).where(TicketEvent.ticket_id.in_(ids))
    rows = session.execute(
        select(
            Ticket.merged_into_id,
            Ticket.updated_at,
            messages.scalar_subquery(),
            events.scalar_subquery(),
            TicketPresence.replying_at,
            User.name,
            User.email,
            Ticket.number,
        )
        .outerjoin(TicketPresence, and_(TicketPresence.ticket_id == Ticket.id, _is_here(me)))
        .outerjoin(User, User.id == TicketPresence.user_id)
        .where(Ticket.id == ticket_id)
        .order_by(User.name, User.email)
    ).all()
    if not rows:
        return None
    watchers = [_watcher(row[5:], row[4]) for row in rows if row[6]]
    return Pulse(mark_of(*rows[0][1:4]), watchers, rows[0][0])


def watchers(session: Session, me: str) -> Sequence[Watcher]:
    """Who else has any ticket of the store open, in one statement: for the list."""
    rows = session.execute(
        select(TicketPresence.replying_at, User.name, User.email, Ticket.number)
        .join(User, User.id == TicketPresence.user_id)
        .join(Ticket, Ticket.id == TicketPresence.ticket_id)
        .where(_is_here(me))
        .order_by(Ticket.number, User.name)
        .limit(200)
    )
    return [_watcher(row[1:], row[0]) for row in rows]


def changed_since(session: Session, ticket_id: str, mark: int) -> set[str]:
    """The ids of messages and events of the family that changed after the mark."""
    moment, ids = _EPOCH + timedelta(microseconds=mark), family(ticket_id)
    messages = select(TicketMessage.id).where(
        TicketMessage.ticket_id.in_(ids), TicketMessage.updated_at > moment
    )
    events = select(TicketEvent.id).where(
        TicketEvent.ticket_id.in_(ids), TicketEvent.created_at > moment
    )
    return set(session.scalars(messages.union(events)))


def own(session: Session, ticket_id: str, me: str) -> TicketPresence | None:
    """My own row."""
    return session.scalar(
        select(TicketPresence).where(
            TicketPresence.ticket_id == ticket_id, TicketPresence.user_id == me
        )
    )


def mark_of(*moments: datetime | None) -> int:
    """The newest of the moments, in microseconds since 1970."""
    newest = max(each for each in moments if each is not None)
    return (newest - _EPOCH) // timedelta(microseconds=1)


def _is_here(me: str) -> ColumnElement[bool]:
    return and_(TicketPresence.user_id != me, TicketPresence.seen_at > clock.now() - FRESH)


def _watcher(whose: Sequence[object], replying_at: datetime | None) -> Watcher:
    name, email, number = whose
    is_replying = replying_at is not None and replying_at > clock.now() - FRESH
    return Watcher(str(name or email), is_replying, int(str(number)))
