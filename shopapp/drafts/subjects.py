"""What drafts are for: the areas above say how a draft of theirs is shown, asked and accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.drafts.redacting import Known


@dataclass(frozen=True, slots=True)
class Origin:
    """What a draft answered, whose it is, and who is named in it.

    Rows of one `customer` stay together; `question` is what was asked in plain words, empty when
    nobody knows any more.
    """

    question: str
    subject: str
    customer: str
    known: Known


class Source(Protocol):
    """An area that drafts are made for, as the export asks it."""

    def origins(self, session: Session, drafts: Sequence[AiDraft]) -> Mapping[str, Origin]:
        """By the draft's id; a draft that is missing belongs to nothing any more."""
        ...


_sources: dict[DraftSubject, Source] = {}


def register(subject: DraftSubject, source: Source) -> None:
    """Say who knows about drafts for `subject`; areas do so when they are imported."""
    _sources[subject] = source


def origins(session: Session, drafts: Sequence[AiDraft]) -> dict[str, Origin]:
    """The origin of each draft by its id, whatever it is for."""
    found: dict[str, Origin] = {}
    for subject, source in _sources.items():
        theirs = [draft for draft in drafts if draft.subject_type is subject]
        if theirs:
            found.update(source.origins(session, theirs))
    return found
