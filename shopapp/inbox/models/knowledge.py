"""Macro and KnowledgeArticle: what the store says, written once."""

from __future__ import annotations

import enum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned
from shopapp.tenancy import StoreOwned


class Macro(StoreOwned, Versioned, Base):
    """A reply people wrote once, with variables like {{customer.first_name}}."""

    __tablename__ = "macro"
    __table_args__ = (UniqueConstraint("store_id", "title"),)

    title: Mapped[str]
    body: Mapped[str]
    intents: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    is_active: Mapped[bool] = mapped_column(default=True)


class ArticleKind(enum.StrEnum):
    """A policy binds the store; an article explains."""

    ARTICLE = "article"
    POLICY = "policy"


class KnowledgeArticle(StoreOwned, Versioned, Base):
    """A policy or an answer the store stands by. `body` is Markdown."""

    __tablename__ = "knowledge_article"
    __table_args__ = (UniqueConstraint("store_id", "title"),)

    title: Mapped[str]
    body: Mapped[str]
    kind: Mapped[ArticleKind] = mapped_column(
        choice(ArticleKind, "kind"),
        default=ArticleKind.ARTICLE,
        server_default=ArticleKind.ARTICLE,
    )
    url: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
