"""What happened to a connection, kept; nothing here leads to sending mail: drafts note it too."""

from __future__ import annotations

from collections.abc import Mapping

from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session


def record_event(
    session: Session,
    *,
    integration: str,
    status: EventStatus,
    message: str,
    latency_ms: int | None = None,
    detail: Mapping[str, str | int | None] | None = None,
) -> ConnectionEvent:
    """Keep one check or incident of a connection; `message` is plain words without secrets."""
    event = ConnectionEvent(
        integration=integration,
        status=status,
        message=message,
        latency_ms=latency_ms,
        detail=dict(detail) if detail else None,
    )
    session.add(event)
    return event
