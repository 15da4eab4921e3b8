"""Connections whose latest check failed: what depends on them stands still."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.home.ranking import Decision, Hold, Kind
from shopapp.home.standing import Standing, lasted

NAMES = {
    "smtp": "Outgoing mail",
    "imap": "Incoming mail",
    "shopify": "Shopify",
    "gsc": "Search Console",
    "ga4": "Google Analytics",
    "bing": "Bing",
    "llm": "The language model",
    "mcp": "MCP",
    "storage": "Backup storage",
}


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """One row for each connection that is broken at the moment; mere notes do not count."""
    later = aliased(ConnectionEvent)
    is_later = or_(
        later.created_at > ConnectionEvent.created_at,
        and_(later.created_at == ConnectionEvent.created_at, later.id > ConnectionEvent.id),
    )
    newer = select(later.id).where(
        later.integration == ConnectionEvent.integration,
        later.status != EventStatus.INFO,
        is_later,
    )
    rows = session.scalars(
        select(ConnectionEvent)
        .where(ConnectionEvent.status == EventStatus.FAILURE, ~newer.exists())
        .order_by(ConnectionEvent.created_at)
        .limit(most)
    )
    return (_decision(row, standing) for row in rows)


def _decision(event: ConnectionEvent, standing: Standing) -> Decision:
    kind, _, whose = event.integration.partition(":")
    name = NAMES.get(kind, kind.upper()) + (f" of {whose}" if whose else "")
    broken = lasted(standing.days_since(event.created_at) * 24)
    return Decision(
        key=f"{Kind.CONNECTION}:{event.integration}",
        kind=Kind.CONNECTION,
        title=f"{name} does not work",
        why=f"{event.message.rstrip('.')}, {broken} ago",
        proposal="Test the connection and repair it",
        verb="Repair",
        stake=Decimal(0),
        chance=1.0,
        minutes=standing.weights.repair_minutes,
        since=event.created_at,
        hold=Hold.CONNECTION,
        changed_at=event.created_at,
        is_done_here=False,
    )
