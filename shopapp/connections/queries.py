"""How connections fare: their latest events, and what may be shown of a secret."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.connections.models import ConnectionEvent, Provider, StoreSecret
from shopapp.db import Session


def latest_events(
    session: Session, integration: str, limit: int = 20
) -> Sequence[ConnectionEvent]:
    """The newest events of a connection, newest first."""
    return session.scalars(
        select(ConnectionEvent)
        .where(ConnectionEvent.integration == integration)
        .order_by(ConnectionEvent.created_at.desc(), ConnectionEvent.id.desc())
        .limit(limit)
    ).all()


def mail_secret(session: Session) -> StoreSecret | None:
    """The sealed password of the store's mail server."""
    return session.scalar(
        select(StoreSecret).where(StoreSecret.provider == Provider.MAIL, StoreSecret.name == "smtp")
    )
