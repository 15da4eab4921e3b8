"""Rating a draft: given, changed and taken back, before it is sent and long after."""

from __future__ import annotations

from dataclasses import asdict

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.learning.ratings import Rating
from shopapp.drafts.models import AiDraft
from shopapp.refusals import Invalid


def rate(session: Session, draft: AiDraft, rating: Rating, *, by: User) -> AiDraft:
    """Keep what `by` thinks of the draft in place of what was thought before.

    `feedback` becomes {"thumb": "up" or "down", "reasons": [...], "tone": 1 to 3 or null,
    "accuracy": the same, "policy": the same, "comment": str, "by": user id, "at": ISO moment}.
    Raises Invalid for a value that cannot be chosen.
    """
    if not rating.fits():
        message = "Choose a thumb first, then say why."
        raise Invalid(message, "thumb")
    before = draft.feedback
    draft.feedback = {
        **asdict(rating),
        "reasons": list(rating.reasons),
        "by": by.id,
        "at": clock.now().isoformat(),
    }
    record(session, "draft.rated", draft, by=by, before=_told(before), after=_told(draft.feedback))
    return draft


def take_back(session: Session, draft: AiDraft, *, by: User) -> AiDraft:
    """Nobody has rated the draft any more."""
    if draft.feedback is not None:
        record(session, "draft.unrated", draft, by=by, before=_told(draft.feedback))
        draft.feedback = None
    return draft


def _told(feedback: dict[str, object] | None) -> dict[str, object]:
    """What the audit log shows; when and by whom it says of itself."""
    return {name: value for name, value in (feedback or {}).items() if name not in ("by", "at")}
