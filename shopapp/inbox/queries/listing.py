"""One page of the ticket list: a view, narrowed by a search, in one of four orders."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload

from shopapp.db import Session
from shopapp.inbox.excerpts import excerpt
from shopapp.inbox.models import (
    DeliveryState,
    Priority,
    Ticket,
    TicketMessage,
    TicketRead,
    TicketStatus,
)
from shopapp.inbox.queries import words
from shopapp.inbox.queries.conditions import conditions, named
from shopapp.inbox.queries.tabs import Standpoint, View, branches, in_view
from shopapp.inbox.searching import Search

SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([no])(-?\d{1,18})\.([A-Za-z0-9_-]{1,64})")
_SHOWN = 400  # characters of a text around the hit


class Sort(enum.StrEnum):
    """The list's orders; all but the newest are for tickets that are still worked on."""

    NEWEST = "newest"
    WAITING = "waiting"
    PRIORITY = "priority"
    DUE = "due"


LABELS = {
    Sort.NEWEST: "Newest first",
    Sort.WAITING: "Waiting longest",
    Sort.PRIORITY: "Most urgent",
    Sort.DUE: "Due next",
}
_RANKS = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2, Priority.URGENT: 3}
_VALUES: dict[Sort, tuple[Any, bool]] = {
    Sort.NEWEST: (Ticket.last_message_at, True),
    Sort.WAITING: (func.coalesce(Ticket.waiting_since, Ticket.last_message_at), False),
    Sort.PRIORITY: (case(_RANKS, value=Ticket.priority), True),
    Sort.DUE: (
        func.coalesce(
            Ticket.next_response_due_at,
            Ticket.first_response_due_at,
            Ticket.resolution_due_at,
            literal(_NEVER, Ticket.last_message_at.type),
        ),
        False,
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the list; `found` is how many texts hold the searched words."""

    view: View
    at: Standpoint
    search: Search
    zone: str
    sort: Sort = Sort.NEWEST
    cursor: str = ""
    found: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as the list shows it, with the piece of text that was found."""

    ticket: Ticket
    is_unread: bool
    excerpt: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page with the cursors of its neighbours (None at an end)."""

    lines: Sequence[Line]
    previous: str | None
    next: str | None


def page(session: Session, wanted: Wanted) -> Page:
    """The page at the cursor, in one statement; an unreadable cursor gives the first page."""
    back, edge = _decoded(wanted)
    keys = _keys(session, wanted, back, edge)
    rows = list(session.execute(_filled(session, wanted, keys, back)))
    if edge is not None and not rows:
        return page(session, _first(wanted))
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if back:
        rows.reverse()
    return Page(
        [_line(row, wanted) for row in rows],
        previous=_encoded("n", rows[0]) if rows and (more if back else edge) else None,
        next=_encoded("o", rows[-1]) if rows and (back or more) else None,
    )


def ids(session: Session, wanted: Wanted, most: int) -> Sequence[str]:
    """The ids of all tickets of the list, newest first, `most` of them."""
    rows = _matching(session, wanted, in_view(wanted.view, wanted.at))
    return session.scalars(
        rows.with_only_columns(Ticket.id).order_by(Ticket.last_message_at.desc()).limit(most)
    ).all()


def matching(session: Session, wanted: Wanted) -> Select[Any]:
    """The keys of all tickets of the list."""
    return _matching(session, wanted, in_view(wanted.view, wanted.at))


def _keys(session: Session, wanted: Wanted, back: bool, edge: tuple[Any, str] | None) -> Any:
    """Key and sorting value of the page's tickets and one more: each branch by its own index."""
    value, falls = _VALUES[wanted.sort]
    falls = falls is not back
    parts: list[Select[Any]] = []
    for branch in branches(wanted.view, wanted.at):
        rows = _narrowed(session, wanted, branch)
        if edge is not None:
            rows = rows.where(_beyond(value, edge, falls))
        parts += _with_words(session, wanted, rows, falls)
    return (union(*parts) if len(parts) > 1 else parts[0]).subquery()


def _with_words(
    session: Session, wanted: Wanted, rows: Select[Any], falls: bool
) -> Iterator[Select[Any]]:
    """The first of the rows that hold the words.

    Common ones are looked for in the first rows alone; if that was too few, the index is asked.
    """
    found, order = _indexed(session, wanted, rows), (_VALUES[wanted.sort][0], Ticket.id)
    if words.is_common(session, wanted.found):
        near = _in_order(rows, order, falls).limit(words.WALK).subquery()
        walked = _in_order(
            select(near).where(_holds(session, wanted, near.c.id)),
            (near.c.sorted_by, near.c.id),
            falls,
        )
        kept = walked.limit(SIZE + 1).cte()
        yield select(kept)
        found = found.where(_number(kept) <= SIZE, _number(near) == words.WALK)
    yield select(_in_order(found, order, falls).limit(SIZE + 1).subquery())


def _in_order(rows: Select[Any], columns: Sequence[Any], falls: bool) -> Select[Any]:
    return rows.order_by(*(each.desc() if falls else each.asc() for each in columns))


def _number(rows: Any) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _filled(session: Session, wanted: Wanted, keys: Any, back: bool) -> Select[Any]:
    falls = _VALUES[wanted.sort][1] is not back
    read = and_(TicketRead.ticket_id == Ticket.id, TicketRead.user_id == wanted.at.me)
    rows = (
        select(Ticket, keys.c.sorted_by, TicketRead.seen_at, _text(session, wanted.search))
        .join(keys, keys.c.id == Ticket.id)
        .outerjoin(TicketRead, read)
        .options(joinedload(Ticket.assignee))
    )
    return _in_order(rows, (keys.c.sorted_by, keys.c.id), falls).limit(SIZE + 1)


def _matching(session: Session, wanted: Wanted, among: ColumnElement[bool]) -> Select[Any]:
    rows = _narrowed(session, wanted, among)
    if words.is_common(session, wanted.found):
        return rows.where(_holds(session, wanted, Ticket.id))
    return _indexed(session, wanted, rows)


def _narrowed(session: Session, wanted: Wanted, among: ColumnElement[bool]) -> Select[Any]:
    """All that is asked but the words."""
    return select(Ticket.id, _VALUES[wanted.sort][0].label("sorted_by")).where(
        among, *conditions(session, wanted.search, wanted.at, wanted.zone)
    )


def _indexed(session: Session, wanted: Wanted, rows: Select[Any]) -> Select[Any]:
    search = wanted.search
    if not search.terms:
        return rows
    found = union_all(words.holding(session, search.terms), *named(search))
    return rows.where(Ticket.id.in_(found))


def _holds(session: Session, wanted: Wanted, ticket: Any) -> ColumnElement[bool]:
    those = (ticket.in_(each) for each in named(wanted.search))
    return or_(words.holds(session, wanted.search.terms, ticket), *those)


def _text(session: Session, search: Search) -> ColumnElement[Any]:
    """The newest text of the ticket with all the words, from shortly before the first of them."""
    looked_for = [each.lower() for each in search.marked][:4]
    if not looked_for:
        return null()
    place = func.strpos if words.is_postgresql(session) else func.instr
    body = TicketMessage.body_text
    start = place(func.lower(body), looked_for[0]) - 60
    return (
        select(func.substr(body, case((start > 1, start), else_=1), _SHOWN))
        .where(
            TicketMessage.ticket_id == Ticket.id,
            TicketMessage.delivery_state.not_in((DeliveryState.DRAFT, DeliveryState.DISCARDED)),
            *(body.icontains(word, autoescape=True) for word in looked_for),
        )
        .order_by(TicketMessage.sent_at.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
        .label("found_text")
    )


def _line(row: Any, wanted: Wanted) -> Line:
    ticket, _, seen_at, text = row
    is_unread = ticket.status is TicketStatus.OPEN and (
        seen_at is None or seen_at < ticket.last_message_at
    )
    return Line(ticket, is_unread, excerpt(text, wanted.search.marked) if text else ())


def _beyond(value: Any, edge: tuple[Any, str], falls: bool) -> ColumnElement[bool]:
    last, key = edge
    if falls:
        return or_(value < last, and_(value == last, Ticket.id < key))
    return or_(value > last, and_(value == last, Ticket.id > key))


def _encoded(way: str, row: Any) -> str:
    value = row.sorted_by
    if isinstance(value, datetime):
        value = (value - _EPOCH) // timedelta(microseconds=1)
    return f"{way}{value}.{row[0].id}"


def _decoded(wanted: Wanted) -> tuple[bool, tuple[Any, str] | None]:
    """Whether the page lies before the edge, and the edge; (False, None) for the first page."""
    read = _CURSOR.fullmatch(wanted.cursor)
    if read is None:
        return False, None
    value: Any = int(read[2])
    if wanted.sort is not Sort.PRIORITY:
        try:
            value = _EPOCH + timedelta(microseconds=value)
        except OverflowError:
            return False, None
    return read[1] == "n", (value, read[3])


def _first(wanted: Wanted) -> Wanted:
    return Wanted(wanted.view, wanted.at, wanted.search, wanted.zone, wanted.sort, "", wanted.found)
