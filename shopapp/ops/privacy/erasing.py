"""Emptying the person's own rows: what is left says that something was bought, not by whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, delete, func, inspect, select, update

from shopapp import clock
from shopapp.columns import Json
from shopapp.db import Session, Versioned
from shopapp.drafts.models import AiDraft, AiDraftRevision, FactConfirmation, StyleExample
from shopapp.inbox.models import (
    Attachment,
    DeliveryState,
    GapExample,
    MessageAlias,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.mail.models import OutboundMail, OutboundState, RawMail
from shopapp.ops.privacy import audit, coverage, own
from shopapp.ops.privacy.people import Person
from shopapp.ops.retention.forgetting import forgettable_files
from shopapp.refusals import Stale

NOBODY = "Redacted"
_LEAVING = (OutboundState.QUEUED, OutboundState.SENDING)
_UNSENT = (DeliveryState.DRAFT, DeliveryState.QUEUED)
_DELETED = (
    StyleExample,
    GapExample,
    AiDraftRevision,
    FactConfirmation,
    AiDraft,
    Attachment,
    MessageAlias,
)


def erase(session: Session, person: Person) -> tuple[dict[str, int], list[str], list[str]]:
    """Empty or delete what is theirs: counts by table, hashes of files and Message-IDs to unlink.

    Raises Stale while a mail to the person is on its way.
    """
    _call_back(session, person)
    rows = own.rows_of(person)
    files = forgettable_files(session, person.messages, person.raw_mails)
    letters = session.scalars(select(OutboundMail.message_id).where(rows[OutboundMail])).all()
    counts = {model.__tablename__: _count(session, model, rows[model]) for model in rows}
    audit.rewrite(session, rows[own.models()["audit_event"]], lambda _: None)
    _run(session, update(RawMail).where(rows[RawMail]).values(file=None))
    for model in _DELETED:
        _run(session, delete(model).where(rows[model]))
    for table, columns in coverage.ERASED.items():
        model = own.models()[table]
        if table != "audit_event":
            _run(session, update(model).where(rows[model]).values(_empty(model, columns)))
    _close(session, person)
    counts.pop("order_line")  # what was bought stays
    return counts, files, list(letters)


def _call_back(session: Session, person: Person) -> None:
    """What has not left will not; what is being handed over cannot be called back."""
    theirs = OutboundMail.id.in_(person.letters)
    states = session.scalars(
        select(OutboundMail.state).where(theirs, OutboundMail.state.in_(_LEAVING)).with_for_update()
    ).all()
    if OutboundState.SENDING in states:
        message = "A mail to this person is being sent right now: try again in a minute."
        raise Stale(message)
    waiting = update(OutboundMail).where(theirs, OutboundMail.state == OutboundState.QUEUED)
    _run(session, waiting.values(state=OutboundState.CANCELLED))
    unsent = update(TicketMessage).where(
        TicketMessage.id.in_(person.messages), TicketMessage.delivery_state.in_(_UNSENT)
    )
    _run(session, unsent.values(delivery_state=DeliveryState.DISCARDED))


def _close(session: Session, person: Person) -> None:
    """Nobody can answer a ticket without an address."""
    closing = update(Ticket).where(Ticket.id.in_(person.tickets))
    closed_at = func.coalesce(Ticket.closed_at, clock.now())
    values = {"status": TicketStatus.CLOSED, "draft_ready": False, "subject": NOBODY}
    _run(session, closing.values(closed_at=closed_at, **values))


def _empty(model: Any, columns: tuple[str, ...]) -> dict[Any, Any]:
    values = {own.attribute(model, column): _nothing(model, column) for column in columns}
    if issubclass(model, Versioned):
        values[model.version] = model.version + 1  # whoever has it open must not write it back
    return values


def _nothing(model: Any, name: str) -> Any:
    column = inspect(model).local_table.c[name]
    if column.nullable:
        return None
    if isinstance(column.type, Json):
        return [] if str(column.type.shape).startswith("list") else {}
    return b"" if isinstance(column.type, LargeBinary) else ""


def _count(session: Session, model: Any, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(which)) or 0


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
