"""Knowledge: articles and policies, listed, written, previewed, archived."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.learning.diff import marked
from shopapp.inbox.actions import knowledge as actions
from shopapp.inbox.forms import ArticleForm
from shopapp.inbox.markdown import rendered
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.inbox.queries import knowledge as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.judging import told
from shopapp.refusals import Invalid
from shopapp.web import paging
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

LIST, ROWS = "inbox/knowledge.html", "inbox/_knowledge_rows.html"
PAGE, PART = "inbox/article.html", "inbox/_article.html"
PREVIEW = "inbox/_article_preview.html"
LONGEST = 200
KINDS = (
    (ArticleKind.ARTICLE.value, "Article: it explains"),
    (ArticleKind.POLICY.value, "Policy: it binds us"),
)
COMPARED = 20_000  # characters of two texts that are compared word by word
WRITERS = (Role.ADMIN, Role.AGENT)


@inbox.get("/knowledge")
@allow(*WRITERS)
def knowledge() -> Response:
    """The articles and policies, newest change first."""
    here, words = scope(), request.args.get("q", "")[:LONGEST]
    shown = request.args.get("show", "")
    kind = ArticleKind(shown) if shown in set(ArticleKind) else None
    page = paging.keyset(
        here.session,
        queries.listed(words, kind, archived=shown == "archived"),
        (KnowledgeArticle.updated_at, KnowledgeArticle.id),
        lambda row: (row.updated_at, row.id),
        request.args.get("after", ""),
    )
    return show(
        LIST,
        ROWS,
        rows=page.rows,
        words=words,
        shown=shown if kind or shown == "archived" else "",
        next_url=_beside(words, shown, page.older),
        previous_url=_beside(words, shown, page.newer),
    )


@inbox.get("/knowledge/new")
@allow(*WRITERS)
def article_new() -> Response:
    """An empty form."""
    kind = request.args.get("kind", "")
    return show(PAGE, PART, **_page(None, ArticleForm(kind=kind or ArticleKind.ARTICLE.value)))


@inbox.post("/knowledge")
@allow(*WRITERS)
def article_creation() -> Response:
    """Add an article."""
    here, form = scope(), ArticleForm()
    if "preview" in request.form:
        return _previewed(None, form)
    try:
        if form.validate():
            row = actions.create(here.session, _typed(form), by=here.user)
            return moved(url_for("inbox.knowledge"), say=f"“{row.title}” added")
    except Invalid as refusal:
        form.refuse(refusal)
    return invalid(PAGE, PART, **_page(None, form))


@inbox.get("/knowledge/<article_id>")
@allow(*EVERYONE)
def article(article_id: str) -> Response:
    """One article, to change or, for who may not, to read: sources of drafts lead here."""
    row = load(article_id)
    form = ArticleForm(
        title=row.title,
        body=row.body,
        kind=row.kind.value,
        url=row.url or "",
        version=str(row.version),
    )
    return show(PAGE, **_page(row, form))


@inbox.post("/knowledge/<article_id>")
@allow(*WRITERS)
def article_change(article_id: str) -> Response:
    """Save the article."""
    here, row, form = scope(), load(article_id), ArticleForm()
    if "preview" in request.form:
        return _previewed(row, form)
    try:
        if form.validate():
            typed = _typed(form, row.is_active)
            actions.change(here.session, row, typed, version=form.number, by=here.user)
            return moved(url_for("inbox.knowledge"), say=f"“{row.title}” saved")
    except actions.Overtaken:
        return conflict(PAGE, PART, **_page(row, form, is_conflict=True))
    except Invalid as refusal:
        form.refuse(refusal)
    return invalid(PAGE, PART, **_page(row, form))


@inbox.post("/knowledge/<article_id>/archive")
@allow(*WRITERS)
def article_archive(article_id: str) -> Response:
    """Take the article out of use."""
    here, row = scope(), load(article_id)
    actions.archive(here.session, row, by=here.user)
    return moved(url_for("inbox.knowledge"), say=f"“{row.title}” archived")


@inbox.post("/knowledge/<article_id>/restoration")
@allow(*WRITERS)
def article_restoration(article_id: str) -> Response:
    """Put the article back into use."""
    here, row = scope(), load(article_id)
    actions.restore(here.session, row, by=here.user)
    return moved(url_for("inbox.article", article_id=row.id), say=f"“{row.title}” is in use again")


def load(article_id: str) -> KnowledgeArticle:
    """The article, or 404."""
    row: KnowledgeArticle = found(queries.article(scope().session, article_id))
    return row


def _typed(form: ArticleForm, is_active: bool = True) -> actions.Typed:
    kind = ArticleKind(form.kind.data or ArticleKind.ARTICLE)
    return actions.Typed(
        form.title.data or "", form.body.data or "", kind, form.url.data or "", is_active
    )


def _previewed(row: KnowledgeArticle | None, form: ArticleForm) -> Response:
    """What was typed as it will be read: beside the form, or without scripts the page with both."""
    return show(PAGE, PREVIEW, **_page(row, form))


def _page(
    row: KnowledgeArticle | None, form: ArticleForm, *, is_conflict: bool = False
) -> dict[str, Any]:
    """What the article's templates need; a conflict shows what was saved beside what was typed."""
    to = "inbox.article_change" if row else "inbox.article_creation"
    mine, theirs = form.body.data or "", row.body if row else ""
    return {
        "article": row,
        "url": url_for(to, article_id=row.id) if row else url_for(to),
        "form": form,
        "kinds": KINDS,
        "problems": form.problems,
        "preview": Markup(rendered(mine)),  # noqa: S704 - nh3 has cleaned it
        "difference": marked(mine[:COMPARED], theirs[:COMPARED]) if is_conflict else [],
        "newest": row.version if row else 0,
        "usage": queries.usage(scope().session, row.id) if row else None,
        "told": told,
    }


def _beside(words: str, shown: str, cursor: str | None) -> str | None:
    """The address of the page at a cursor."""
    if not cursor:
        return None
    return url_for("inbox.knowledge", q=words or None, show=shown or None, after=cursor)
