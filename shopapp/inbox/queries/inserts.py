"""What stands ready to be put into a reply: macros, articles and policies that hold some words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select

from shopapp.columns import clean
from shopapp.db import Session
from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.inbox.models import ArticleKind, KnowledgeArticle, Macro

OFFERED = 12
"""So many of each kind are offered at once; words find the others."""


def passages(session: Session, words: str, first: Sequence[str] = ()) -> list[Passage]:
    """Macros and articles in use that hold every one of `words`; those called `first` lead.

    At most OFFERED of each kind.
    """
    found = [
        *(_of_article(row) for row in session.scalars(_holding(KnowledgeArticle, words, first))),
        *(_of_macro(row) for row in session.scalars(_holding(Macro, words, first))),
    ]
    return sorted(found, key=lambda each: each.id not in first)


def passage(session: Session, kind: str, row_id: str) -> Passage | None:
    """The macro or article in use that a key names."""
    model: Any = Macro if kind == PassageKind.MACRO else KnowledgeArticle
    row = session.scalar(select(model).where(model.id == row_id, model.is_active.is_(True)))
    if row is None:
        return None
    return _of_macro(row) if isinstance(row, Macro) else _of_article(row)


def _holding(model: Any, words: str, first: Sequence[str]) -> Select[Any]:
    statement = select(model).where(model.is_active.is_(True))
    for word in clean(words).split():
        held = (column.icontains(word, autoescape=True) for column in (model.title, model.body))
        statement = statement.where(or_(*held))
    return statement.order_by(and_(model.id.not_in(first)), model.title).limit(OFFERED)


def _of_macro(row: Macro) -> Passage:
    return Passage(PassageKind.MACRO, row.id, row.title, row.body)


def _of_article(row: KnowledgeArticle) -> Passage:
    is_policy = row.kind is ArticleKind.POLICY
    kind = PassageKind.POLICY if is_policy else PassageKind.ARTICLE
    return Passage(kind, row.id, row.title, row.body)
