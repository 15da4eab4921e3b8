"""The comparison: tickets are put on a side once, and taken out when somebody wants a draft."""

from __future__ import annotations

import hashlib

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.models import Arm, DraftArm
from shopapp.drafts.queries import holding
from shopapp.tenancy import store_of


def assign(session: Session, ticket_id: str, *, intent: str | None = None) -> bool:
    """Put the ticket on a side of the comparison, once; whether it gets no draft.

    `intent` is what its mail asks for, by name. Without a comparison (a share of 0) nothing is
    recorded; a side that was given stands.
    """
    row = holding.arm_of(session, ticket_id)
    if row is None and (share := holding.share(session)):
        drawn = draw(store_of(session), ticket_id)
        arm = Arm.HELD_OUT if drawn < share else Arm.DRAFTED
        row = DraftArm(ticket_id=ticket_id, arm=arm, hold_out=share, intent=intent or "other")
        session.add(row)
        session.flush()
    return row is not None and row.arm is Arm.HELD_OUT and row.left_at is None


def leave(session: Session, ticket_id: str, *, by: User | None = None) -> bool:
    """Somebody wants a draft for a ticket that was to get none; whether it was such a one.

    It counts on neither side from now on: who is chosen for a draft is no longer chance.
    """
    row = holding.arm_of(session, ticket_id)
    if row is None or row.arm is not Arm.HELD_OUT or row.left_at is not None:
        return False
    row.left_at, row.left_by_id = clock.now(), by.id if by else None
    record(session, "comparison.left", row, by=by)
    return True


def draw(store_id: str, ticket_id: str) -> int:
    """A ticket's lot, 0 to 99: the same whenever and wherever it is drawn."""
    lot = hashlib.sha256(f"{store_id}:{ticket_id}".encode()).digest()
    return int.from_bytes(lot[:8], "big") % 100
