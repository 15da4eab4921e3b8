"""The list's fixed tabs: which tickets each holds, and how many."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.inbox.models import TicketStatus as S

MOST = 1_000  # a count stops here and is shown as 999+, so that it never costs more


class View(enum.StrEnum):
    """The list's tabs."""

    OPEN = "open"
    DRAFT_READY = "draft-ready"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    SPAM = "spam"
    ALL = "all"

    @property
    def label(self) -> str:
        """The tab's words: 'Draft ready'."""
        return self.value.replace("-", " ").capitalize()

    @property
    def statuses(self) -> tuple[S, ...]:
        """The statuses of its tickets; () for all of them."""
        return _STATUSES.get(self, (S.OPEN,))


_STATUSES: dict[View, tuple[S, ...]] = {
    View.WAITING: (S.PENDING,),
    View.SNOOZED: (S.SNOOZED,),
    View.CLOSED: (S.CLOSED, S.RESOLVED),
    View.SPAM: (S.SPAM,),
    View.ALL: (),
}


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Who looks at the list, when, and since when a ticket must wait to be overdue."""

    me: str
    now: datetime
    overdue_since: datetime


def in_view(view: View, at: Standpoint) -> ColumnElement[bool]:
    """The tickets of a view; merged ones are in none."""
    among = Ticket.status.in_(view.statuses) if view.statuses else true()
    return and_(among, _narrowed(view, at), Ticket.merged_into_id.is_(None))


def branches(view: View, at: Standpoint) -> Sequence[ColumnElement[bool]]:
    """The same, cut by status: each has an index that gives its newest first."""
    rest = and_(_narrowed(view, at), Ticket.merged_into_id.is_(None))
    return [and_(Ticket.status == status, rest) for status in view.statuses] or [rest]


def is_overdue(at: Standpoint) -> ColumnElement[bool]:
    """Open, and waiting longer than the store allows, or past what was promised."""
    waits_since = func.coalesce(Ticket.waiting_since, Ticket.last_message_at)
    return and_(
        Ticket.status == S.OPEN,
        or_(
            waits_since < at.overdue_since,
            Ticket.first_response_due_at < at.now,
            Ticket.next_response_due_at < at.now,
        ),
    )


def counted(view: View, at: Standpoint) -> ColumnElement[int]:
    """How many tickets a view holds, up to MOST; oldest first, because those are overdue."""
    rows = select(Ticket.id).where(in_view(view, at))
    if view is View.OVERDUE:
        rows = rows.order_by(Ticket.last_message_at)
    return up_to_most(rows)


def up_to_most(rows: Any) -> ColumnElement[int]:
    """The number of rows of a select, up to MOST, as a column."""
    few = rows.limit(MOST).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def counts(
    session: Session, at: Standpoint, *more: ColumnElement[int]
) -> tuple[dict[View, int], Sequence[int]]:
    """How many tickets each view holds, and `more` numbers, in one statement."""
    views = (counted(view, at) for view in View)
    row = session.execute(select(*views, *more)).one()
    return dict(zip(View, row, strict=False)), row[len(View) :]


def _narrowed(view: View, at: Standpoint) -> ColumnElement[bool]:
    if view is View.DRAFT_READY:
        return Ticket.draft_ready.is_(True)
    if view is View.MINE:
        return Ticket.assignee_id == at.me
    if view is View.UNASSIGNED:
        return Ticket.assignee_id.is_(None)
    return is_overdue(at) if view is View.OVERDUE else true()
