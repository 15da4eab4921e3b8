"""Articles and policies as their pages list them, and what their drafts came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, String, cast, func, or_, select

from shopapp.columns import clean
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState, SourceFeedback, Verdict
from shopapp.inbox.models import ArticleKind, KnowledgeArticle


@dataclass(frozen=True, slots=True)
class Usage:
    """How many drafts rested on a source, how many of them were sent, the last one, the verdicts.

    `verdicts` counts what was said since its text was changed last.
    """

    drafts: int
    sent: int
    last_at: datetime | None
    verdicts: dict[Verdict, int]


def article(session: Session, article_id: str) -> KnowledgeArticle | None:
    """One article or policy."""
    return session.scalar(select(KnowledgeArticle).where(KnowledgeArticle.id == article_id))


def by_title(session: Session) -> dict[str, KnowledgeArticle]:
    """Every article and policy."""
    return {row.title: row for row in session.scalars(select(KnowledgeArticle))}


def listed(words: str, kind: ArticleKind | None, *, archived: bool) -> Select[KnowledgeArticle]:
    """The articles in use or archived, of a kind, whose title, text or address has `words`."""
    found = select(KnowledgeArticle).where(KnowledgeArticle.is_active.is_(not archived))
    if kind is not None:
        found = found.where(KnowledgeArticle.kind == kind)
    text = clean(words).strip()
    columns = (KnowledgeArticle.title, KnowledgeArticle.body, KnowledgeArticle.url)
    said = or_(*(column.icontains(text, autoescape=True) for column in columns))
    return found.where(said) if text else found


def is_taken(session: Session, title: str, *, by_other_than: str) -> bool:
    """Whether another article bears this title."""
    other = select(KnowledgeArticle.id).where(
        KnowledgeArticle.title == title, KnowledgeArticle.id != by_other_than
    )
    return session.scalar(other.limit(1)) is not None


def usage(session: Session, source_id: str) -> Usage:
    """What became of the drafts that rested on a macro, an article or a policy."""
    sent = func.count().filter(AiDraft.state == DraftState.SENT)
    drafts, went, last = session.execute(
        select(func.count(), sent, func.max(AiDraft.created_at)).where(rests_on(source_id))
    ).one()
    said = session.execute(
        select(SourceFeedback.verdict, func.count())
        .where(SourceFeedback.source_id == source_id, SourceFeedback.is_settled.is_(False))
        .group_by(SourceFeedback.verdict)
    ).all()
    return Usage(drafts, went, last, {row.verdict: row[1] for row in said})


def waiting(session: Session, source_id: str) -> Sequence[AiDraft]:
    """The drafts in the composers that rest on a source."""
    in_hand = (DraftState.PROPOSED, DraftState.EDITED)
    return session.scalars(
        select(AiDraft).where(AiDraft.state.in_(in_hand), rests_on(source_id))
    ).all()


def rests_on(source_id: str) -> ColumnElement[bool]:
    """Whether a draft names the source; ids are unlike any other text a draft holds."""
    return cast(AiDraft.sources, String).contains(f'"{source_id}"', autoescape=True)


def verdicts_of(session: Session, draft_id: str, user_id: str) -> Sequence[Row[str, Verdict]]:
    """What a person said of a draft's sources."""
    return session.execute(
        select(SourceFeedback.source_id, SourceFeedback.verdict).where(
            SourceFeedback.ai_draft_id == draft_id, SourceFeedback.user_id == user_id
        )
    ).all()
