"""Macros as their pages and the composer list them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, String, cast, or_, select

from shopapp.columns import clean
from shopapp.db import Session
from shopapp.inbox.models import Macro

OFFERED = 40


def macro(session: Session, macro_id: str) -> Macro | None:
    """One macro."""
    return session.scalar(select(Macro).where(Macro.id == macro_id))


def listed(words: str) -> Select[Macro]:
    """Every macro whose title, text or tags contain `words`."""
    return _matching(select(Macro), words)


def offered(session: Session, words: str) -> Sequence[Macro]:
    """The macros in use that fit, by title; at most OFFERED."""
    in_use = select(Macro).where(Macro.is_active.is_(True))
    return session.scalars(_matching(in_use, words).order_by(Macro.title).limit(OFFERED)).all()


def is_taken(session: Session, title: str, *, by_other_than: str) -> bool:
    """Whether another macro bears this title."""
    other = select(Macro.id).where(Macro.title == title, Macro.id != by_other_than)
    return session.scalar(other.limit(1)) is not None


def _matching(statement: Select[Macro], words: str) -> Select[Macro]:
    text = clean(words).strip()
    if not text:
        return statement
    columns = (Macro.title, Macro.body, cast(Macro.intents, String))
    return statement.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
