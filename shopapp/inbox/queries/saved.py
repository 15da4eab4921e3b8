"""What the list can be narrowed by, and the bulk changes that can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from shopapp.db import Session
from shopapp.inbox.models import BulkChange, SavedView, Tag, Ticket
from shopapp.mail.models import Mailbox

SOME = 200


def tags(session: Session) -> Sequence[str]:
    """The names of the store's tags."""
    return session.scalars(select(Tag.name).order_by(Tag.name).limit(SOME)).all()


def mailboxes(session: Session) -> Sequence[Mailbox]:
    """The store's mailboxes."""
    return session.scalars(select(Mailbox).order_by(Mailbox.address).limit(SOME)).all()


def bulk_changes(session: Session, me: str, since: datetime) -> Sequence[BulkChange]:
    """What `me` did to several tickets since then and did not take back, newest first."""
    return session.scalars(
        select(BulkChange)
        .where(
            BulkChange.by_id == me,
            BulkChange.created_at > since,
            BulkChange.undone_at.is_(None),
        )
        .order_by(BulkChange.created_at.desc(), BulkChange.id.desc())
        .limit(20)
    ).all()


def bulk_change(session: Session, change_id: str) -> BulkChange | None:
    """One bulk change."""
    return session.scalar(select(BulkChange).where(BulkChange.id == change_id))


def tickets_of(session: Session, ids: Sequence[str]) -> Sequence[Ticket]:
    """The tickets with these ids."""
    return session.scalars(select(Ticket).where(Ticket.id.in_(ids))).all()


def view(session: Session, me: str, view_id: str) -> SavedView | None:
    """One saved view that `me` may see."""
    mine = or_(SavedView.owner_id.is_(None), SavedView.owner_id == me)
    return session.scalar(select(SavedView).where(SavedView.id == view_id, mine))
