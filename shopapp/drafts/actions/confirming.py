"""Vouching for a fact of a draft that its packet does not support, or for a changed order."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, FactConfirmation
from shopapp.drafts.queries.confirmations import AGE, CHANGE
from shopapp.drafts.reading.facts import Fact
from shopapp.refusals import Invalid

LONGEST = 300


def confirm(session: Session, draft: AiDraft, fact: Fact, *, reason: str, by: User) -> None:
    """Write down that `by` vouches for `fact`; once is enough. Raises Invalid without a reason."""
    said = " ".join(reason.split())[:LONGEST]
    if not said:
        message = f"Say how you know “{fact.text}”, then confirm it."
        raise Invalid(message, "reason")
    _keep(session, draft, (fact.family, fact.value), text=fact.text, reason=said, by=by)


def accept_change(
    session: Session, draft: AiDraft, order_hash: str, *, told: str, by: User
) -> None:
    """Write down that `by` keeps the text although its order changed to what `order_hash` names."""
    _keep(session, draft, (CHANGE, order_hash), text=told, reason="Kept as written", by=by)


def accept_age(session: Session, draft: AiDraft, read_at: str, *, told: str, by: User) -> None:
    """Write down that `by` takes the order as it was read at `read_at` for true, old as that is."""
    _keep(session, draft, (AGE, read_at), text=told, reason="Still right", by=by)


def _keep(
    session: Session, draft: AiDraft, pair: tuple[str, str], *, text: str, reason: str, by: User
) -> None:
    kind, value = pair
    row = FactConfirmation(
        ai_draft_id=draft.id,
        ticket_message_id=draft.reply_id,
        kind=kind,
        value=value,
        text=text,
        reason=reason,
        confirmed_by_id=by.id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # a colleague or a second click was faster
        return
    after = {"kind": kind, "value": value, "text": text, "reason": reason, "draft": draft.id}
    record(session, "fact.confirmed", row, by=by, after=after)
