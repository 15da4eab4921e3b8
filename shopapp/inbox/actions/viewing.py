"""Saved views: made from the list as it stands, renamed, moved, removed; and what was read."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.models import SavedView, Ticket, TicketRead
from shopapp.refusals import Invalid, NotAllowed

LONGEST_NAME, LONGEST_QUERY, MOST = 40, 800, 50


def save_view(session: Session, *, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keep the list's query string under a name; raises Invalid."""
    taken = session.scalar(select(func.count()).select_from(SavedView)) or 0
    if taken >= MOST:
        message = f"There are {MOST} saved views already: delete one first."
        raise Invalid(message, "name")
    kept = urlencode([pair for pair in parse_qsl(query[:LONGEST_QUERY]) if pair[0] != "after"])
    view = SavedView(name=_named(name), query=kept, position=taken)
    view.owner_id = None if is_shared else by.id
    session.add(view)
    session.flush()
    record(session, "view.saved", view, by=by, after={"shared": is_shared})
    return view


def rename_view(
    session: Session, view: SavedView, *, name: str, by: User, is_admin: bool
) -> SavedView:
    """Give the view another name; raises Invalid, and NotAllowed for somebody else's."""
    _check(view, by, is_admin)
    view.name = _named(name)
    record(session, "view.renamed", view, by=by)
    return view


def move_up(session: Session, view: SavedView, *, by: User, is_admin: bool) -> None:
    """Change places with the view before it, as its owner sees them."""
    _check(view, by, is_admin)
    before = session.scalar(
        select(SavedView)
        .where(SavedView.position < view.position)
        .order_by(SavedView.position.desc())
        .limit(1)
    )
    if before is not None:
        before.position, view.position = view.position, before.position


def delete_view(session: Session, view: SavedView, *, by: User, is_admin: bool) -> None:
    """Forget the view; the tickets are not touched. Raises NotAllowed for somebody else's."""
    _check(view, by, is_admin)
    record(session, "view.deleted", view, by=by)
    session.delete(view)


def mark_read(session: Session, ticket: Ticket, *, by: User) -> None:
    """`by` has seen all of the ticket that there is now."""
    row = session.scalar(
        select(TicketRead).where(TicketRead.ticket_id == ticket.id, TicketRead.user_id == by.id)
    )
    if row is None:
        row = TicketRead(ticket_id=ticket.id, user_id=by.id)
        session.add(row)
    row.seen_at = clock.now()


def _named(name: str) -> str:
    said = " ".join(name.split())
    if not said:
        message = "Give the view a name."
        raise Invalid(message, "name")
    if len(said) > LONGEST_NAME:
        message = f"A view's name has {LONGEST_NAME} characters at most."
        raise Invalid(message, "name")
    return said


def _check(view: SavedView, by: User, is_admin: bool) -> None:
    """One's own views, and for admins the shared ones."""
    if view.owner_id != by.id and not (view.owner_id is None and is_admin):
        message = "Only an admin changes a view everybody sees."
        raise NotAllowed(message)
