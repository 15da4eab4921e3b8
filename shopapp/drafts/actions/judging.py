"""Judging: what a person says of a text that a draft rested on."""

from __future__ import annotations

from sqlalchemy import Select, select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.grounding import PassageKind
from shopapp.drafts.models import AiDraft, SourceFeedback, Verdict
from shopapp.refusals import Invalid


def judge(
    session: Session, draft: AiDraft, source_id: str, verdict: Verdict, *, by: User
) -> SourceFeedback:
    """Say what a draft's source was worth; a second word replaces the first.

    Raises Invalid for a text that the draft did not rest on.
    """
    source = next((each for each in draft.sources if each["id"] == source_id), None)
    if source is None:
        message = "The draft does not rest on this text any more. Open the menu again."
        raise Invalid(message)
    row = session.scalar(_of(draft, source_id, by)) or SourceFeedback(
        ai_draft_id=draft.id,
        source_id=source_id,
        kind=PassageKind(source["kind"]),
        user_id=by.id,
    )
    row.verdict, row.is_settled = verdict, False
    session.add(row)
    session.flush()
    after = {"source": str(source["title"]), "verdict": verdict.value}
    record(session, "source.judged", draft, by=by, after=after)
    return row


def _of(draft: AiDraft, source_id: str, by: User) -> Select[SourceFeedback]:
    said = SourceFeedback
    return select(said).where(
        said.ai_draft_id == draft.id, said.source_id == source_id, said.user_id == by.id
    )
