"""Deciding on style rules: accepted (as they are, edited, scoped), rejected, reverted."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.models import RuleState, StyleRule
from shopapp.refusals import Invalid, Stale

LONGEST = 300


def accept(
    session: Session,
    row: StyleRule,
    *,
    text: str,
    version: int,
    by: User,
    mailbox_id: str | None = None,
    intent: str | None = None,
) -> StyleRule:
    """Let drafts follow the rule as `text`, in one mailbox or for one intent where given.

    Also changes a rule that is followed already, and takes up one that was rejected or reverted.
    Raises Invalid for an empty or too long text, Stale when somebody decided meanwhile.
    """
    _check(row, version)
    said = " ".join(text.split())
    if not said:
        message = "Write the rule as a sentence."
        raise Invalid(message, "text")
    if len(said) > LONGEST:
        message = f"A rule has at most {LONGEST} characters; this one has {len(said)}."
        raise Invalid(message, "text")
    before = _told(row)
    is_new = row.state is not RuleState.ACCEPTED or said != row.text
    row.text, row.mailbox_id, row.intent = said, mailbox_id, intent
    row.accepted_at = clock.now() if is_new else row.accepted_at
    return _decided(session, row, RuleState.ACCEPTED, by, before)


def reject(session: Session, row: StyleRule, *, version: int, by: User) -> StyleRule:
    """Never propose it again; raises Stale when somebody decided meanwhile."""
    _check(row, version, RuleState.PROPOSED)
    return _decided(session, row, RuleState.REJECTED, by, _told(row))


def revert(session: Session, row: StyleRule, *, version: int, by: User) -> StyleRule:
    """Follow it no longer from now on; raises Stale when somebody decided meanwhile."""
    _check(row, version, RuleState.ACCEPTED)
    before = _told(row)
    _decided(session, row, RuleState.REVERTED, by, before)
    row.ended_at = clock.now()
    return row


def _check(row: StyleRule, version: int, *states: RuleState) -> None:
    if row.version != version or (states and row.state not in states):
        message = "Somebody decided on this rule meanwhile. Look at it again."
        raise Stale(message)


def _decided(
    session: Session, row: StyleRule, state: RuleState, by: User, before: dict[str, str | None]
) -> StyleRule:
    row.state, row.decided_by_id, row.ended_at = state, by.id, None
    session.flush()
    record(session, f"style_rule.{state.value}", row, by=by, before=before, after=_told(row))
    return row


def _told(row: StyleRule) -> dict[str, str | None]:
    return {
        "state": row.state.value,
        "text": row.text,
        "mailbox": row.mailbox_id,
        "intent": row.intent,
    }
