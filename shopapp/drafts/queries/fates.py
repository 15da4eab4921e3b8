"""What became of drafts, counted in the database."""

from __future__ import annotations

from sqlalchemy import func, select

from shopapp.db import Session
from shopapp.drafts.models import AiDraft
from shopapp.drafts.reward import EditClass


def by_class(session: Session) -> dict[EditClass, int]:
    """How many concluded drafts fell in each class, all classes in their order."""
    rows = session.execute(
        select(AiDraft.edit_class, func.count())
        .where(AiDraft.edit_class.is_not(None))
        .group_by(AiDraft.edit_class)
    )
    counts = {row[0]: row[1] for row in rows}
    return {each: counts.get(each.value, 0) for each in EditClass}
