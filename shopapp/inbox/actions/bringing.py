"""Bringing articles and policies in files: what would happen to each, then all of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shopapp.db import Session
from shopapp.inbox.actions import knowledge as actions
from shopapp.inbox.actions import withdrawing
from shopapp.inbox.bringing import Entry, entries
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.inbox.queries import knowledge
from shopapp.sheets.importing import Field, Importer, Progress, Report
from shopapp.sheets.refusing import Unreadable

SHOWN = 200
_EVERY = 50


@dataclass(slots=True)
class _Bringing:
    """Files on their way in; `taken` are the titles this import has met."""

    session: Session
    kind: ArticleKind
    write: bool
    known: dict[str, KnowledgeArticle]
    report: Report = field(default_factory=Report)
    taken: set[str] = field(default_factory=set)
    done: list[tuple[KnowledgeArticle, withdrawing.Before]] = field(default_factory=list)

    def take(self, number: int, entry: Entry) -> None:
        """Count what becomes of an entry, and do it when asked to."""
        self.report.rows += 1
        trouble = entry.trouble
        if not trouble and entry.title in self.taken:
            trouble = f"“{entry.title}” is here twice: only the first is taken."
        if trouble:
            self.report.refuse(number, entry.where, trouble)
            return
        self.taken.add(entry.title)
        self._put(entry)

    def _put(self, entry: Entry) -> None:
        row = self.known.get(entry.title)
        typed = self._typed(entry, row)
        fate, counted = _fate(row, typed)
        self.report.count(counted)
        kept = {"Title": entry.title, "Becomes": fate, "Kind": typed.kind.value.capitalize()}
        self.report.keep({**kept, "From": entry.where, "Text": entry.body}, SHOWN)
        if not self.write or fate == "Same":
            return
        before = withdrawing.told(row) if row else None
        if row is None:
            row = actions.add(self.session, typed)
        else:
            actions.rewrite(self.session, row, typed)
        self.done.append((row, before))

    def _typed(self, entry: Entry, row: KnowledgeArticle | None) -> actions.Typed:
        """What the file does not say stays as it is."""
        kind = ArticleKind(entry.kind) if entry.kind else row.kind if row else self.kind
        url = entry.url or (row.url or "" if row else "")
        return actions.Typed(entry.title, entry.body, kind, url, row.is_active if row else True)


def _fate(row: KnowledgeArticle | None, typed: actions.Typed) -> tuple[str, str]:
    if row is None:
        return "New", "new articles"
    same = (row.body, row.kind, row.url or "") == (typed.body, typed.kind, typed.url)
    return ("Same", "unchanged articles") if same else ("Changed", "updated articles")


def bring(
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Say what a zip of files would bring, or bring it; an article of the same title is updated."""
    kind = ArticleKind(options.get("are") or ArticleKind.ARTICLE)
    bringing = _Bringing(session, kind, write, knowledge.by_title(session))
    splits = options.get("split") == "headings"
    for number, entry in enumerate(entries(content, splits=splits), 1):
        bringing.take(number, entry)
        if not number % _EVERY:
            progress(number, None)
    if not bringing.report.rows:
        raise Unreadable("There is no file in it. Choose Markdown, HTML or CSV files.")
    session.flush()  # new articles get their ids
    bringing.report.changes = [withdrawing.change(row, before) for row, before in bringing.done]
    return bringing.report


KNOWLEDGE = Importer(
    "knowledge",
    "Articles and policies",
    "Markdown, HTML or CSV files, alone, several at once or in a zip.",
    (
        Field(
            "are",
            "They are",
            "select",
            hint="Where a file does not say so itself.",
            choices=(("article", "Articles: they explain"), ("policy", "Policies: they bind us")),
            value="article",
        ),
        Field(
            "split",
            "A file becomes",
            "select",
            choices=(("whole", "One article"), ("headings", "One for each second-level heading")),
            value="whole",
        ),
    ),
    bring,
    is_sheet=False,
    is_many=True,
    undo=withdrawing.withdraw,
)
