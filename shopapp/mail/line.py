"""How the line to the mail server fares: what a delivery says about the connection."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.connectors.errors import AuthFailed, ConnectorError, Misconfigured, Permanent
from shopapp.connectors.mail.shapes import Receipt
from shopapp.connectors.oauth.shapes import ConsentWithdrawn
from shopapp.db import Session
from shopapp.mail import health
from shopapp.mail.models import OutboundMail

INTEGRATION = "smtp"


def note(session: Session, mail: OutboundMail, outcome: Receipt | ConnectorError) -> None:
    """Keep a failure of the connection, and the first delivery that worked after one.

    A mail refused for its own sake (no such recipient, too large) says nothing about the line.
    """
    if isinstance(outcome, ConsentWithdrawn) and mail.mailbox is not None:
        health.note_failure(session, mail.mailbox.id, outcome)
    if isinstance(outcome, Receipt):
        if _is_down(session):
            _keep(session, mail, EventStatus.SUCCESS, "Mail leaves again.", outcome.latency_ms)
    elif not _is_the_mails_own_fault(outcome):
        _keep(session, mail, EventStatus.FAILURE, outcome.message, None)


def _is_the_mails_own_fault(error: ConnectorError) -> bool:
    return isinstance(error, Permanent) and not isinstance(error, (Misconfigured, AuthFailed))


def _is_down(session: Session) -> bool:
    last = session.scalar(
        select(ConnectionEvent.status)
        .where(
            ConnectionEvent.integration == INTEGRATION,
            ConnectionEvent.status != EventStatus.INFO,
        )
        .order_by(ConnectionEvent.created_at.desc(), ConnectionEvent.id.desc())
        .limit(1)
    )
    return last == EventStatus.FAILURE


def _keep(
    session: Session,
    mail: OutboundMail,
    status: EventStatus,
    message: str,
    latency_ms: int | None,
) -> None:
    session.add(
        ConnectionEvent(
            integration=INTEGRATION,
            status=status,
            message=message,
            latency_ms=latency_ms,
            correlation_id=mail.id,
            detail={"transport": mail.transport, "attempt": mail.attempts},
        )
    )
