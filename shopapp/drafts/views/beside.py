"""A rework beside the text it is of, whatever that is for: the panel, the menu that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopapp.db import Session
from shopapp.drafts.actions import reworking
from shopapp.drafts.drafters.prompting import LANGUAGES
from shopapp.drafts.drafters.stored import CAN
from shopapp.drafts.forms import REWORKS
from shopapp.drafts.learning.diff import marked
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.proposals import Rework
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.making import Making
from shopapp.drafts.queries.writers import language_model

SENT = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """What left for one draft, when and to which model."""

    at: datetime
    model: str
    messages: list[dict[str, str]]


def panel(draft: AiDraft, text: str, made: Making) -> dict[str, Any]:
    """The rework `draft` as its panel shows it beside `text`; of one given up no half of it."""
    reworked = "" if made.given_up else draft.content
    return {
        "name": _named(draft.wish or {}),
        "is_written": draft.state is not DraftState.REWORKING or bool(made.given_up),
        "given_up": made.given_up,
        "waits": made.waits,
        "text": reworked,
        "changes": marked(text, reworked) if reworked else [],
        "why": draft.reason,
        "error": draft.error or "",
        "has_moved": reworking.has_moved(draft, text),
    }


def menu(session: Session) -> dict[str, Any]:
    """What can be asked for, by whoever drafts for this store."""
    has_model = language_model(session) is not None
    return {
        "has_model": has_model,
        "languages": LANGUAGES,
        "reworks": {
            value: text
            for value, text in REWORKS.items()
            if value != Rework.TRANSLATE and (has_model or value in CAN)
        },
    }


def sent(session: Session, subject: DraftSubject, subject_id: str) -> list[Sent]:
    """What left for the newest drafts of a subject."""
    drafts = queries.asked_for(session, subject, subject_id, SENT)
    return [Sent(each.created_at, each.model, each.asked or []) for each in drafts]


def _named(wish: dict[str, Any]) -> str:
    """What was asked for: in the person's own words, if there are any."""
    said = str(wish.get("instruction") or "")
    return f"“{said}”" if said else REWORKS.get(str(wish.get("rework")), "")
