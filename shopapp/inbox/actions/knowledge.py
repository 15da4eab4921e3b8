"""Writing articles and policies: changed, archived, brought back."""

from __future__ import annotations

from dataclasses import dataclass

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions import resting
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.inbox.queries import knowledge as queries
from shopapp.refusals import Invalid, Stale


@dataclass(frozen=True, slots=True)
class Typed:
    """An article as typed; `body` is Markdown."""

    title: str
    body: str
    kind: ArticleKind = ArticleKind.ARTICLE
    url: str = ""
    is_active: bool = True


class Overtaken(Stale):
    """Somebody else saved the article meanwhile."""


def create(session: Session, typed: Typed, *, by: User | None) -> KnowledgeArticle:
    """Add an article; raises Invalid for a title that is taken."""
    _check(session, typed, "")
    row = add(session, typed)
    session.flush()
    record(session, "article.created", row, by=by, after=_told(row))
    return row


def change(
    session: Session, row: KnowledgeArticle, typed: Typed, *, version: int, by: User
) -> KnowledgeArticle:
    """Save an article over the version it was opened at; raises Overtaken, Invalid."""
    if row.version != version:
        message = "Somebody changed this article while you were writing."
        raise Overtaken(message)
    _check(session, typed, row.id)
    replace(session, row, typed, by=by)
    return row


def replace(session: Session, row: KnowledgeArticle, typed: Typed, *, by: User | None) -> None:
    """Put `typed` in place of the article whatever its version is, with a line of who did it."""
    before = _told(row)
    rewrite(session, row, typed)
    record(session, "article.changed", row, by=by, before=before, after=_told(row))


def archive(session: Session, row: KnowledgeArticle, *, by: User | None) -> None:
    """Take an article out of use; it is kept, and drafts that wait and rest on it are made anew."""
    _use(session, row, False, by=by)
    resting.text_changed(session, row.id, f"The {row.kind} “{row.title}” is no longer in use.")


def restore(session: Session, row: KnowledgeArticle, *, by: User) -> None:
    """Put an archived article back into use."""
    _use(session, row, True, by=by)


def add(session: Session, typed: Typed) -> KnowledgeArticle:
    """A new article, not yet flushed; the caller has seen to its title."""
    row = KnowledgeArticle()
    _fill(row, typed)
    session.add(row)
    return row


def rewrite(session: Session, row: KnowledgeArticle, typed: Typed) -> None:
    """Put `typed` in place of the article; drafts that wait and rest on its text hear of it."""
    is_new = (row.body, row.kind) != (typed.body, typed.kind) or row.is_active > typed.is_active
    _fill(row, typed)
    if is_new:
        resting.text_changed(session, row.id, f"The {row.kind} “{row.title}” changed.")


def _use(session: Session, row: KnowledgeArticle, is_active: bool, *, by: User | None) -> None:
    before = {"is_active": row.is_active}
    row.is_active = is_active
    name = "article.restored" if is_active else "article.archived"
    record(session, name, row, by=by, before=before, after={"is_active": is_active})


def _check(session: Session, typed: Typed, own_id: str) -> None:
    if queries.is_taken(session, typed.title, by_other_than=own_id):
        message = "Another article has this title. Choose one that tells them apart."
        raise Invalid(message, "title")


def _fill(row: KnowledgeArticle, typed: Typed) -> None:
    row.title, row.body, row.kind = typed.title, typed.body, typed.kind
    row.url, row.is_active = typed.url or None, typed.is_active


def _told(row: KnowledgeArticle) -> dict[str, str | None]:
    return {"title": row.title, "body": row.body, "kind": row.kind.value, "url": row.url}
