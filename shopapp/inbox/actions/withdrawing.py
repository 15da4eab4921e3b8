"""Withdrawing what an import brought: new articles are archived, old texts come back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import knowledge as actions
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.inbox.queries import knowledge
from shopapp.sheets.importing import Change, Undone

Before = dict[str, str | None] | None


def told(row: KnowledgeArticle) -> dict[str, str | None]:
    """What an import may change of an article."""
    return {"body": row.body, "kind": row.kind.value, "url": row.url}


def change(row: KnowledgeArticle, before: Before) -> Change:
    """What it takes to undo what was done to an article."""
    return Change(row.id, before, _mark(row))


def withdraw(session: Session, changes: Sequence[Change], *, by: User | None) -> Undone:
    """Take back every change to an article that is still as the import left it."""
    rows = {row.id: row for row in knowledge.by_title(session).values()}
    removed = restored = 0
    left_alone: list[str] = []
    for each in changes:
        row = rows.get(each.row_id)
        if row is None:
            continue
        if _mark(row) != each.left_as:
            left_alone.append(row.title)
        elif each.before is not None:
            actions.replace(session, row, _typed(row, each.before), by=by)
            restored += 1
        elif row.is_active:
            actions.archive(session, row, by=by)
            removed += 1
    return Undone(removed, restored, tuple(left_alone))


def _typed(row: KnowledgeArticle, before: dict[str, str | None]) -> actions.Typed:
    kind = ArticleKind(before["kind"] or "")
    return actions.Typed(row.title, before["body"] or "", kind, before["url"] or "", row.is_active)


def _mark(row: KnowledgeArticle) -> str:
    """Tells an article's words from all others; whether it is in use is no part of them."""
    words = json.dumps([row.title, *told(row).values()])
    return hashlib.sha256(words.encode()).hexdigest()
