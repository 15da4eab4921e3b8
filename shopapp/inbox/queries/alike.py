"""Alike: which tickets hold the words of a mail, by the database's index of words.

SQLite ranks by FTS5's bm25. On PostgreSQL each word is looked up by itself, no further than MANY,
and a ticket counts what its words weigh: the rarer the heavier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, column, func, literal, select, table, values

from shopapp.db import Session
from shopapp.drafts.reading.words import stem, telling
from shopapp.inbox.queries.words import is_postgresql
from shopapp.inbox.searching import tokens
from shopapp.tenancy import store_of

WORDS, SHORTEST = 24, 3  # words of a mail that are looked for, and letters of one
MANY = 1_000  # texts in which a word is looked for on PostgreSQL
TEXTS = 200  # that are taken by rank on SQLite
_WORDS = table("search_words", column("rowid"), column("search_words", String), column("rank"))
_ENTRY = table("search_entry", column("key"), column("ticket_id", String), column("store_id"))


def tickets_alike(session: Session, text: str, most: int) -> Sequence[str]:
    """The ids of at most `most` tickets that share words with `text`, the most alike first."""
    beginnings = _beginnings(text)
    if not beginnings:
        return []
    ranked = _by_word if is_postgresql(session) else _by_rank
    return session.scalars(ranked(session, beginnings).limit(most)).all()


def _beginnings(text: str) -> list[str]:
    """The telling words, each once, as far as all their forms begin alike."""
    found = (token.lower() for word in telling(text) for token in tokens(word))
    return list(dict.fromkeys(filter(None, map(_beginning, found))))[:WORDS]


def _beginning(word: str) -> str:
    root = stem(word)
    start = root if word.startswith(root) else root[:-1]  # "deliveries" and "delivery"
    return start if len(start) >= SHORTEST else ""


def _by_rank(session: Session, beginnings: Sequence[str]) -> Select[Any]:
    asked = " OR ".join(f'"{each}" *' for each in beginnings)
    best = (
        select(_ENTRY.c.ticket_id, _WORDS.c.rank)
        .join_from(_WORDS, _ENTRY, _ENTRY.c.key == _WORDS.c.rowid)
        .where(
            _WORDS.c.search_words.match(f"{{subject body}} : ({asked})"),
            _ENTRY.c.store_id == store_of(session),
        )
        .order_by(_WORDS.c.rank)
        .limit(TEXTS)
        .subquery()
    )
    order = func.min(best.c.rank), best.c.ticket_id.desc()
    return select(best.c.ticket_id).group_by(best.c.ticket_id).order_by(*order)


def _by_word(session: Session, beginnings: Sequence[str]) -> Select[Any]:
    listed = values(column("word", String), name="asked")
    asked = listed.data([(f"'{each}':*",) for each in beginnings])
    held = func.messages_with(asked.c.word, MANY).table_valued(column("ticket_id", String))
    found = held.render_derived(name="found")
    each_once = (
        select(asked.c.word, found.c.ticket_id)
        .join_from(asked, found, literal(True))
        .distinct()
        .subquery()
    )
    count = func.count().over(partition_by=each_once.c.word)
    weighed = select(each_once.c.ticket_id, func.ln(1 + MANY / count).label("weight")).subquery()
    order = func.sum(weighed.c.weight).desc(), weighed.c.ticket_id.desc()
    return select(weighed.c.ticket_id).group_by(weighed.c.ticket_id).order_by(*order)
