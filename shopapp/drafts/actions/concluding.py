"""An AI draft's life in the database: proposed, approved, sent or discarded, and scored."""

from __future__ import annotations

from dataclasses import asdict

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.learning.diff import opcodes
from shopapp.drafts.learning.reward import Score, score
from shopapp.drafts.models import AiDraft, DraftState


def approve(session: Session, draft: AiDraft, *, final: str, by: User) -> AiDraft:
    """A person approved `final`, which this draft seeded; it is on its way."""
    draft.state = DraftState.QUEUED
    draft.approved = True
    draft.approved_by_id = draft.agent_id = by.id
    draft.approved_at = clock.now()
    draft.final_text = final
    return draft


def withdraw(session: Session, draft: AiDraft) -> AiDraft:
    """The approval was taken back, or the mail could not leave: being edited again."""
    draft.state = DraftState.EDITED
    draft.approved = False
    draft.approved_by_id = draft.agent_id = draft.approved_at = draft.final_text = None
    return draft


def take_up_again(draft: AiDraft, reply_id: str) -> AiDraft:
    """A discarded draft is being edited again, as the reply `reply_id`."""
    draft.state = DraftState.EDITED
    draft.reply_id = reply_id
    draft.discard_reason = draft.diff = draft.edit_class = None
    draft.reward_score = draft.score = draft.agent_id = None
    draft.ned = draft.kept = draft.facts_changed = None
    return draft


def conclude(session: Session, draft: AiDraft) -> AiDraft:
    """The approved text was sent: keep the difference and the reward."""
    draft.state = DraftState.SENT
    _learn(draft, draft.final_text or "", score(draft.content, draft.final_text or "", sent=True))
    return draft


def discard(
    session: Session, draft: AiDraft, *, reason: str, final: str, by: User | None = None
) -> AiDraft:
    """A person threw the draft away; `final` is what they had made of it by then."""
    draft.state = DraftState.DISCARDED
    draft.agent_id = by.id if by else None
    draft.discard_reason = reason
    draft.final_text = None
    _learn(draft, final, score(draft.content, final, sent=False))
    return draft


def _learn(draft: AiDraft, final: str, measured: Score) -> None:
    draft.diff = opcodes(draft.content, final)
    draft.edit_class = measured.edit_class.value
    draft.reward_score = measured.reward
    draft.ned, draft.kept = measured.ned, measured.kept
    draft.facts_changed = measured.facts_changed
    draft.score = {**asdict(measured), "edit_class": measured.edit_class.value}
