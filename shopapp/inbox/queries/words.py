"""Words in the index: which tickets hold them, on SQLite (FTS5) and PostgreSQL (tsvector).

A text is a message or a ticket's own head; all terms have to stand in one text. When a word is
common, PostgreSQL walks along the list and looks at each ticket, because collecting costs by the
number of hits; FTS5 is quick at collecting and slow at looking, so there the newest hits are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    column,
    func,
    literal,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG

from shopapp.columns import CleanText
from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.inbox.searching import Term
from shopapp.tenancy import store_of

NEWEST = 50_000  # texts that are looked at on SQLite
COMMON = 4_000  # hits from which on PostgreSQL walks
WALK = 1_000  # tickets it looks at before it collects all the same
_WEIGHTS = {"": "", "subject": "A", "sender": "B", "recipient": "C"}
_WORDS = table("search_words", column("rowid"), column("search_words", String))
_ENTRY = table("search_entry", column("key"), column("ticket_id", String), column("store_id"))
_MESSAGE = table("ticket_message", column("ticket_id"), column("lexemes"))
_TICKET = table("ticket", column("id"), column("lexemes"))


def hits(session: Session, terms: Sequence[Term]) -> ColumnElement[int]:
    """How many texts hold the terms, counted no further than it matters."""
    asked = _asked(session, terms)
    if is_postgresql(session):
        found = _collected(asked, COMMON).limit(COMMON)
    else:
        found = select(_WORDS.c.rowid).where(_WORDS.c.search_words.match(asked)).limit(NEWEST + 1)
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def is_cut(session: Session, found: int) -> bool:
    """Whether so many texts hold the terms that only the newest are looked at."""
    return not is_postgresql(session) and found > NEWEST


def is_common(session: Session, found: int) -> bool:
    """Whether so many texts hold the terms that `holds`, ticket by ticket, is the quicker way."""
    return is_postgresql(session) and found >= COMMON


def holding(session: Session, terms: Sequence[Term]) -> Select[Any]:
    """The ids of the tickets with the terms, found by the index."""
    asked = _asked(session, terms)
    if is_postgresql(session):
        return _collected(asked, None)
    newest = (
        select(_WORDS.c.rowid.label("key"))
        .where(_WORDS.c.search_words.match(asked))
        .order_by(_WORDS.c.rowid.desc())
        .limit(NEWEST)
        .subquery()
    )
    return (
        select(_ENTRY.c.ticket_id)
        .join_from(newest, _ENTRY, _ENTRY.c.key == newest.c.key)
        .where(_ENTRY.c.store_id == store_of(session))
    )


def holds(session: Session, terms: Sequence[Term], ticket: Any = Ticket.id) -> ColumnElement[bool]:
    """Whether the ticket with that id (the row's, unless given) has a text with all `terms`."""
    asked = _asked(session, terms)
    if is_postgresql(session):
        query = func.to_tsquery(cast(literal("simple"), REGCONFIG), asked)
        head, message = _TICKET.alias(), _MESSAGE.alias()
        found = union_all(
            select(literal(1)).where(head.c.id == ticket, head.c.lexemes.op("@@")(query)),
            select(literal(1)).where(
                message.c.ticket_id == ticket, message.c.lexemes.op("@@")(query)
            ),
        ).limit(1)  # a scalar with a limit is asked ticket by ticket, never for all at once
        return found.scalar_subquery().is_not(None)
    is_one: ColumnElement[bool] = ticket.in_(
        select(_ENTRY.c.ticket_id)
        .join_from(_WORDS, _ENTRY, _ENTRY.c.key == _WORDS.c.rowid)
        .where(_WORDS.c.search_words.match(asked))
    )
    return is_one


def is_postgresql(session: Session) -> bool:
    """Whether the database is PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def _collected(asked: ColumnElement[str], most: int | None) -> Select[Any]:
    limit = null() if most is None else literal(most)
    found = union_all(
        select(func.messages_with(asked, limit).label("ticket_id")),
        select(func.tickets_with(asked, limit)),
    ).subquery()
    return select(found.c.ticket_id)


def _asked(session: Session, terms: Sequence[Term]) -> ColumnElement[str]:
    """The terms in the index's own language; tokens hold letters and digits alone."""
    if is_postgresql(session):
        return literal(" & ".join(map(_for_postgresql, terms)), CleanText())
    return literal(" AND ".join(map(_for_sqlite, terms)), CleanText())


def _for_sqlite(term: Term) -> str:
    phrase = f'"{" ".join(term.tokens)}"{"" if term.is_exact else " *"}'
    return f"{term.field} : {phrase}" if term.field else phrase


def _for_postgresql(term: Term) -> str:
    weight = _WEIGHTS[term.field]
    ends = [f":{weight}" if weight else ""] * len(term.tokens)
    if not term.is_exact:
        ends[-1] = f":*{weight}"
    words = (f"'{token}'{end}" for token, end in zip(term.tokens, ends, strict=True))
    return f"({' <-> '.join(words)})"
