"""Later: a decision stays off Today until a moment, or until something new comes."""

from __future__ import annotations

from datetime import datetime

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.home.models import Postponement
from shopapp.home.queries.waiting import postponement
from shopapp.refusals import Invalid


def postpone(session: Session, key: str, *, until: datetime, by: User) -> Postponement:
    """Put the decision off; raises Invalid for a moment that is past."""
    if until <= clock.now():
        message = "Choose a time that is still to come."
        raise Invalid(message, "until")
    row = postponement(session, key)
    before = row.until.isoformat() if row else None
    if row is None:
        row = Postponement(decision=key)
        session.add(row)
    row.until, row.postponed_by_id = until, by.id
    row.updated_at = clock.now()
    session.flush()
    record(
        session,
        "decision.postponed",
        row,
        by=by,
        before={"until": before},
        after={"decision": key, "until": until.isoformat()},
    )
    return row


def recall(session: Session, key: str, *, by: User) -> None:
    """Bring the decision back at once; one that was never put off is left as it is."""
    row = postponement(session, key)
    if row is None:
        return
    record(session, "decision.recalled", row, by=by, before={"decision": key})
    session.delete(row)
    session.flush()
