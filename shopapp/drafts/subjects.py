"""What drafts are for: the areas above say how a draft of theirs is shown, asked and accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.drafters import masking
from shopapp.drafts.exporting.redacting import Known
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.drafts.proposals import Brief, Drafter, Wish


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


@dataclass(frozen=True, slots=True)
class Place:
    """A draft in the shared editor: what it is, where it belongs, and what approving it does.

    `endpoint` with `values` is the page it belongs to; `longest` counts characters for texts that
    have a limit; `locked` says why it cannot be approved now, empty when it can.
    """

    title: str
    back: str
    endpoint: str
    values: Mapping[str, Any]
    verb: str
    consequence: str
    longest: int | None = None
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A text to write: what is asked, by which prompt, and who writes it where no model does.

    `known` are the people that are masked before anything leaves, `longest` counts characters.
    """

    brief: Brief
    embedded: Drafter
    prompt_version: str
    known: masking.Known = field(default_factory=masking.Known)
    longest: int | None = None


class Desk(Protocol):
    """An area whose drafts are edited in the shared editor, each on its own, without a reply."""

    def assignment(self, session: Session, subject_id: str, wish: Wish) -> Assignment:
        """What a drafter is told of the subject as it is now.

        Raises Invalid or Stale where no text is wanted of it.
        """
        ...

    def place(self, session: Session, draft: AiDraft) -> Place | None:
        """None when what the draft was for is gone."""
        ...

    def remarks(self, draft: AiDraft, text: str) -> Sequence[str]:
        """What a person should look at in `text` beside its facts, a sentence each."""
        ...

    def accept(self, session: Session, draft: AiDraft, text: str, by: User) -> str:
        """Do what `by` approved `text` for; says what happened. Raises a Refusal otherwise.

        The area concludes the draft when it is done, at once or later.
        """
        ...

    def take_back(self, session: Session, draft: AiDraft, by: User) -> None:
        """Undo an approval that has not come to its end; raises Stale when it has."""
        ...


_desks: dict[DraftSubject, Desk] = {}
_sources: dict[DraftSubject, Source] = {}


def register(subject: DraftSubject, source: Source) -> None:
    """Say who knows about drafts for `subject`; areas do so when they are imported."""
    _sources[subject] = source


def register_desk(subject: DraftSubject, desk: Desk) -> None:
    """Say whose drafts for `subject` are; areas do so when they are imported."""
    _desks[subject] = desk


def desk(draft: AiDraft) -> Desk | None:
    """Whose the draft is; None for one that is edited elsewhere, as a reply is."""
    return _desks.get(draft.subject_type)


def desk_of(subject: DraftSubject) -> Desk:
    """Whose drafts for `subject` are; raises KeyError for one that is edited elsewhere."""
    return _desks[subject]


def origins(session: Session, drafts: Sequence[AiDraft]) -> dict[str, Origin]:
    """The origin of each draft by its id, whatever it is for."""
    found: dict[str, Origin] = {}
    for subject, source in _sources.items():
        theirs = [draft for draft in drafts if draft.subject_type is subject]
        if theirs:
            found.update(source.origins(session, theirs))
    return found
