"""The rate ladder: how often an address may hear from us without a person having written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.mail.models import AutomaticMail

STEPS = ((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))
"""(mails, minutes): at most so many in any stretch of so long."""


def may_send(sent: Sequence[datetime], now: datetime) -> bool:
    """Whether one more mail to an address that got ours at `sent` keeps to every step."""
    return all(
        sum(now - timedelta(minutes=minutes) < each <= now for each in sent) < most
        for most, minutes in STEPS
    )


def claim(session: Session, address: str, *, answers: str = "normal") -> bool:
    """Whether an automatic mail may go to `address` now; if so, it is counted.

    `answers` is the kind of the message it answers: only a `normal` one is ever answered, for two
    machines would thank each other for ever.
    """
    to, now = address.strip().lower(), clock.now()
    if answers != "normal" or not to or not may_send(_recent(session, to, now), now):
        return False
    session.add(AutomaticMail(address=to, created_at=now))
    session.flush()
    return True


def _recent(session: Session, address: str, now: datetime) -> Sequence[datetime]:
    longest = timedelta(minutes=max(minutes for _, minutes in STEPS))
    return session.scalars(
        select(AutomaticMail.created_at)
        .where(AutomaticMail.address == address, AutomaticMail.created_at > now - longest)
        .order_by(AutomaticMail.created_at.desc())
        .limit(STEPS[-1][0])
    ).all()
