"""How connections fare: their latest events, and what may be shown of a secret."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.connections.models import ConnectionEvent, Provider, StoreSecret
from shopapp.db import Session
from shopapp.stores.models import StoreSettings

SMTP = "smtp"


def smtp_facts(settings: StoreSettings) -> dict[str, str | int | None]:
    """The saved mail server without its password: host, port, security, username; or nothing."""
    return dict(settings.connection_metadata.get(SMTP, {}))


def latest_events(session: Session, integration: str, limit: int = 20) -> Sequence[ConnectionEvent]:
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
        select(StoreSecret).where(StoreSecret.provider == Provider.MAIL, StoreSecret.name == SMTP)
    )
