"""Delivery: one mail from the outbox to a mail server, exactly once or an honest "unknown"."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.orm.exc import StaleDataError

from shopapp import clock
from shopapp.connections import mailboxes
from shopapp.connections.fetching import fetch_keys
from shopapp.connectors.errors import ConnectorError, Misconfigured, Unknown
from shopapp.connectors.mail.shapes import Receipt, TransportProtocol
from shopapp.db import Session
from shopapp.jobs.backoff import pause
from shopapp.jobs.context import JobContext, Postponed
from shopapp.jobs.registry import handler
from shopapp.mail import enclosing, line, looking
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.mail.outbox import DELIVER
from shopapp.mail.states import announce, may_be_handed_over, move, on_outcome

__all__ = ["deliver", "on_outcome"]

MAX_ATTEMPTS = 10
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)
_REPEATS = 6

Outcome = Receipt | ConnectorError


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail that is ours to hand over, read before the transaction was let go."""

    transport: TransportProtocol
    raw: bytes
    envelope_from: str
    recipients: tuple[str, ...]
    message_id: str
    enclosures: list[dict[str, Any]]


@handler(DELIVER, leaves=True)
def deliver(context: JobContext, *, mail_id: str) -> None:
    """Take the mail, hand it over with no transaction open, then write down what happened."""
    fetch_keys(context.keyring, context.claim.store_id or "")
    with context.transaction() as session:
        letter = _take(session, context, mail_id)
    if letter is None:
        return
    outcome = _hand_over(letter, context)
    again = _settled(context, mail_id, outcome)
    if again is not None:
        raise Postponed(again)


def _take(session: Session, context: JobContext, mail_id: str) -> _Letter | None:
    """The mail, now `sending`; None when there is nothing (more) to do. Raises Postponed."""
    mail = _row(session, mail_id)
    if mail is None or mail.state not in (OutboundState.QUEUED, OutboundState.SENDING):
        return None
    if mail.state == OutboundState.QUEUED and mail.not_before > clock.now():
        raise Postponed(mail.not_before)
    if mail.state == OutboundState.QUEUED and not may_be_handed_over(session, mail):
        return None
    try:
        transport = mailboxes.transport(
            session, keyring=context.keyring, config=context.config, mailbox=mail.mailbox
        )
    except Misconfigured as error:
        _settle(session, mail, _interrupted() if _is_sending(mail) else error)
        return None
    if _is_sending(mail) and not _may_repeat(mail, transport):
        _settle(session, mail, _interrupted())
        return None
    return _letter(mail, transport) if _begun(session, mail, transport) else None


def _hand_over(letter: _Letter, context: JobContext) -> Outcome:
    try:
        files = enclosing.read(context.config, context.claim.store_id or "", letter.enclosures)
        raw = enclosing.enclosed(letter.raw, letter.message_id, files)
        return letter.transport.deliver(
            raw, letter.envelope_from, letter.recipients, letter.message_id
        )
    except ConnectorError as error:
        return error


def _settled(context: JobContext, mail_id: str, outcome: Outcome) -> datetime | None:
    """Commit the outcome, again if another writer was in the way: it must not get lost."""
    for repeat in range(_REPEATS):
        try:
            with context.transaction() as session:
                mail = _row(session, mail_id)
                return _settle(session, mail, outcome) if mail and _is_sending(mail) else None
        except (StaleDataError, OperationalError):
            if repeat == _REPEATS - 1:
                raise
            time.sleep(0.1 * 2**repeat)
    return None


def _settle(session: Session, mail: OutboundMail, outcome: Outcome) -> datetime | None:
    """Write `outcome` into the mail, tell the listeners; the next attempt's time if there is one.

    A temporary failure is tried MAX_ATTEMPTS times, over some hours.
    """
    now, start = clock.now(), mail.state
    again: datetime | None = None
    if isinstance(outcome, Receipt):
        move(session, mail, start, OutboundState.SENT, sent_at=now, last_error=_left_out(outcome))
    elif isinstance(outcome, Unknown):
        move(session, mail, start, OutboundState.UNKNOWN, last_error=_sentence(outcome))
        looking.look_soon(session, mail)
    elif outcome.permanent or mail.attempts >= MAX_ATTEMPTS:
        move(session, mail, start, OutboundState.FAILED, last_error=_sentence(outcome))
    else:
        again = now + pause(mail.attempts, first=_FIRST, longest=_LONGEST)
        move(
            session,
            mail,
            start,
            OutboundState.QUEUED,
            not_before=again,
            last_error=_sentence(outcome),
        )
    line.note(session, mail, outcome)
    announce(session, mail)
    return again


def _row(session: Session, mail_id: str) -> OutboundMail | None:
    return session.scalar(
        select(OutboundMail)
        .where(OutboundMail.id == mail_id)
        .options(undefer(OutboundMail.content), joinedload(OutboundMail.mailbox))
    )


def _is_sending(mail: OutboundMail) -> bool:
    """An earlier worker stopped between taking this mail and writing down what became of it."""
    return mail.state == OutboundState.SENDING


def _may_repeat(mail: OutboundMail, transport: TransportProtocol) -> bool:
    """Only where delivering twice leaves one mail, and only by the way it was begun."""
    return transport.is_idempotent and mail.transport == transport.name


def _begun(session: Session, mail: OutboundMail, transport: TransportProtocol) -> bool:
    is_ours = move(
        session,
        mail,
        mail.state,
        OutboundState.SENDING,
        attempts=mail.attempts + 1,
        transport=transport.name,
    )
    if is_ours:
        announce(session, mail)
    return is_ours


def _letter(mail: OutboundMail, transport: TransportProtocol) -> _Letter:
    return _Letter(
        transport,
        mail.content,
        mail.envelope_from,
        tuple(mail.recipients),
        mail.message_id,
        mail.enclosures,
    )


def _interrupted() -> Unknown:
    return Unknown(
        "The worker stopped while it handed this mail over, so nobody knows whether it left.",
        fix="Look in the Sent folder or ask the recipient before sending it again.",
    )


def _sentence(error: ConnectorError) -> str:
    return " ".join(filter(None, (error.message, error.fix)))


def _left_out(receipt: Receipt) -> str | None:
    refused = "; ".join(f"{address} ({reason})" for address, reason in receipt.refused.items())
    return f"Not delivered to: {refused}" if refused else None
