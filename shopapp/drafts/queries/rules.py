"""Style rules: those to follow, those to decide on, and what following them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload, undefer

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject, RuleState, StyleRule

FOLLOWED = 20
"""The most rules a draft is asked to follow; more of them would be read as none."""
LISTED = 200
AROUND = timedelta(days=60)
"""How long before and after a rule was accepted its effect is measured."""
_MEASURED = 10_000


@dataclass(frozen=True, slots=True)
class Effect:
    """Median normalised edit distance (0 to 1) and its count, before a rule and since.

    A median is None where there is no draft.
    """

    before: float | None
    n_before: int
    after: float | None
    n_after: int


def style_rules(session: Session, mailbox_id: str | None, intent: str | None) -> tuple[str, ...]:
    """The accepted rules for a draft in this mailbox to this intent, the oldest first."""
    statement = (
        select(StyleRule.text)
        .where(
            StyleRule.state == RuleState.ACCEPTED,
            _holds_for(StyleRule.mailbox_id, mailbox_id),
            _holds_for(StyleRule.intent, intent),
        )
        .order_by(StyleRule.accepted_at, StyleRule.id)
        .limit(FOLLOWED)
    )
    return tuple(session.scalars(statement))


def rule(session: Session, rule_id: str) -> StyleRule | None:
    """One rule with its examples."""
    return session.scalar(
        select(StyleRule).options(selectinload(StyleRule.examples)).where(StyleRule.id == rule_id)
    )


def rules(session: Session) -> Sequence[StyleRule]:
    """The store's rules with their examples, the latest change first."""
    return session.scalars(
        select(StyleRule)
        .options(selectinload(StyleRule.examples))
        .order_by(StyleRule.updated_at.desc(), StyleRule.id.desc())
        .limit(LISTED)
    ).all()


def by_origin(session: Session, origins: Sequence[str]) -> dict[str, StyleRule]:
    """The rules that were proposed in these words, with their examples."""
    found = session.scalars(
        select(StyleRule)
        .options(selectinload(StyleRule.examples))
        .where(StyleRule.origin.in_(origins))
    )
    return {row.origin: row for row in found}


def sent_drafts(session: Session, since: datetime, limit: int) -> Sequence[AiDraft]:
    """The newest drafts to tickets that were sent since then, each with its packet."""
    return session.scalars(
        select(AiDraft)
        .options(undefer(AiDraft.context_packet))
        .where(
            AiDraft.subject_type == DraftSubject.TICKET,
            AiDraft.state == DraftState.SENT,
            AiDraft.created_at >= since,
        )
        .order_by(AiDraft.created_at.desc(), AiDraft.id.desc())
        .limit(limit)
    ).all()


def effects(session: Session, accepted: Sequence[StyleRule]) -> dict[str, Effect]:
    """What each accepted rule changed in the drafts it holds for; one statement for all."""
    moments = [row.accepted_at for row in accepted if row.accepted_at]
    if not moments:
        return {}
    drafts = session.execute(
        select(AiDraft.created_at, AiDraft.mailbox_id, AiDraft.intent, AiDraft.score)
        .where(
            AiDraft.subject_type == DraftSubject.TICKET,
            AiDraft.state == DraftState.SENT,
            AiDraft.created_at >= min(moments) - AROUND,
        )
        .order_by(AiDraft.created_at.desc())
        .limit(_MEASURED)
    ).all()
    measured = [(at, box, intent, score["ned"]) for at, box, intent, score in drafts if score]
    return {row.id: _effect(row, measured) for row in accepted}


def _effect(
    row: StyleRule, drafts: Sequence[tuple[datetime, str | None, str | None, float]]
) -> Effect:
    turn = row.accepted_at or clock.now()
    end = min(row.ended_at or turn + AROUND, turn + AROUND)
    held = [
        (at, ned)
        for at, mailbox_id, intent, ned in drafts
        if row.mailbox_id in (None, mailbox_id) and row.intent in (None, intent)
    ]
    before = [ned for at, ned in held if turn - AROUND <= at < turn]
    after = [ned for at, ned in held if turn <= at < end]
    return Effect(
        median(before) if before else None,
        len(before),
        median(after) if after else None,
        len(after),
    )


def _holds_for(column: InstrumentedAttribute[str | None], value: str | None) -> ColumnElement[bool]:
    return or_(column.is_(None), column == value) if value else column.is_(None)
