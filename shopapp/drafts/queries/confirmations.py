"""Which facts of a draft a person vouched for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.db import Session
from shopapp.drafts.locking.origins import Pair
from shopapp.drafts.models import FactConfirmation

CHANGE = "change"
"""The kind of a confirmation that keeps a text although its order changed."""
AGE = "age"
"""The kind of one that takes an order for true although it was read long ago: when it was read."""


def confirmations(session: Session, draft_id: str) -> Sequence[FactConfirmation]:
    """Every confirmation of a draft, oldest first."""
    return session.scalars(
        select(FactConfirmation)
        .where(FactConfirmation.ai_draft_id == draft_id)
        .order_by(FactConfirmation.created_at, FactConfirmation.id)
    ).all()


def confirmed(session: Session, draft_id: str) -> frozenset[Pair]:
    """The (family, value) of every fact of a draft that a person vouched for."""
    return frozenset((each.kind, each.value) for each in confirmations(session, draft_id))
