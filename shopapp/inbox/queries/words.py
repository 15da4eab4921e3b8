"""Words in the index: which tickets hold them, on SQLite (FTS5) and PostgreSQL (tsvector).

A text is a message or a ticket's own head. All terms have to stand in one text. There are two
ways to ask: `tickets_with` collects, and costs by the number of hits; `holds` looks at one ticket,
and costs by the number of tickets looked at. Rare words want the first, common ones the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    column,
    exists,
    func,
    literal,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from shopapp.columns import CleanText
from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.inbox.searching import Term
from shopapp.tenancy import store_of

_WEIGHTS = {"": "", "subject": "A", "sender": "B", "recipient": "C"}
_WORDS = table("search_words", column("rowid"), column("search_words", String))
_ENTRY = table("search_entry", column("key"), column("ticket_id", String), column("store_id"))
_MESSAGE = table("ticket_message", column("ticket_id"), column("store_id"), column("words"))
_TICKET = table("ticket", column("id"), column("words"))


def tickets_with(session: Session, terms: Sequence[Term], most: int | None = None) -> Select[Any]:
    """The ids of tickets with a text of all `terms`, some of them twice; at most `most` if given."""
    asked = _asked(session, terms)
    if _is_postgresql(session):
        limit = null() if most is None else literal(most)
        found = union_all(
            select(func.messages_with(asked, limit).label("ticket_id")),
            select(func.tickets_with(asked, limit)),
        ).subquery()
        return select(found.c.ticket_id).limit(most)
    return (
        select(_ENTRY.c.ticket_id)
        .join_from(_WORDS, _ENTRY, _ENTRY.c.key == _WORDS.c.rowid)
        .where(_WORDS.c.search_words.match(asked), _ENTRY.c.store_id == store_of(session))
        .limit(most)
    )


def how_many(session: Session, terms: Sequence[Term], most: int) -> ColumnElement[int]:
    """How many texts hold the terms, counted up to `most`: an estimate to choose a way by."""
    return select(func.count()).select_from(
        tickets_with(session, terms, most).subquery()
    ).scalar_subquery()


def holds(session: Session, terms: Sequence[Term]) -> ColumnElement[bool]:
    """Whether the ticket of the row has a text of all `terms`."""
    asked = _asked(session, terms)
    if _is_postgresql(session):
        query = func.to_tsquery("simple", asked, type_=TSQUERY)
        head, message = _TICKET.alias(), _MESSAGE.alias()
        return exists().where(head.c.id == Ticket.id, head.c.words.op("@@")(query)) | exists().where(
            message.c.ticket_id == Ticket.id, message.c.words.op("@@")(query)
        )
    words, entry = _WORDS.alias(), _ENTRY.alias()
    return exists(
        select(1)
        .join_from(entry, words, words.c.rowid == entry.c.key)
        .where(entry.c.ticket_id == Ticket.id, words.c.search_words.match(asked))
    )


def _asked(session: Session, terms: Sequence[Term]) -> ColumnElement[str]:
    """The terms in the index's own language; tokens hold letters and digits alone."""
    write = _for_postgresql if _is_postgresql(session) else _for_sqlite
    return literal((" & " if _is_postgresql(session) else " AND ").join(map(write, terms)), CleanText())


def _for_sqlite(term: Term) -> str:
    phrase = f'"{" ".join(term.tokens)}"{"" if term.is_exact else "*"}'
    return f"{term.field} : {phrase}" if term.field else phrase


def _for_postgresql(term: Term) -> str:
    weight = _WEIGHTS[term.field]
    ends = [f":{weight}" if weight else ""] * len(term.tokens)
    if not term.is_exact:
        ends[-1] = f":*{weight}"
    words = (f"'{token}'{end}" for token, end in zip(term.tokens, ends, strict=True))
    return f"({' <-> '.join(words)})"


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
