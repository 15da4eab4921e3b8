"""Insights as the list, the detail page and the exports show them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Product
from shopapp.db import Session
from shopapp.seo import urls
from shopapp.seo.models import InsightLane, InsightSeverity, InsightStatus, SeoInsight
from shopapp.seo.models import InsightStatus as S
from shopapp.seo.queries.keysets import Order, Page, paged

LIVE = (S.OPEN, S.IN_PROGRESS, S.SNOOZED)
NOBODY, MINE = "nobody", "me"


class View(enum.StrEnum):
    """The list's tabs: open insights by lane, then the other states."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"
    IN_PROGRESS = "in-progress"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    IGNORED = "ignored"

    @property
    def label(self) -> str:
        """The tab's words: 'In progress'."""
        return self.value.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; '' leaves a thing open. `me` is the person who looks."""

    words: str = ""
    rule: str = ""
    severity: str = ""
    assignee: str = ""
    me: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.words.strip() or self.rule or self.severity or self.assignee)


def page(session: Session, view: View, asked: Filter, cursor: str) -> Page:
    """A page of a view, most at stake first; its rows' first column is the insight."""
    statement = (
        select(SeoInsight)
        .options(joinedload(SeoInsight.assignee))
        .where(_in_view(view), _fitting(asked))
    )
    return paged(session, statement, _order(), cursor)


def counts(session: Session) -> dict[View, int]:
    """How many insights each view holds, in one statement."""
    row = session.execute(
        select(
            *(func.count(case((_in_view(view), SeoInsight.id))).label(view.name) for view in View)
        )
    ).one()
    return {view: getattr(row, view.name) for view in View}


def insight(session: Session, insight_id: str) -> SeoInsight | None:
    """One insight with its assignee."""
    return session.scalar(
        select(SeoInsight)
        .options(joinedload(SeoInsight.assignee))
        .where(SeoInsight.id == insight_id)
    )


def chosen(session: Session, ids: Sequence[str]) -> Sequence[SeoInsight]:
    """The insights with these ids, with their assignees."""
    return session.scalars(
        select(SeoInsight).options(joinedload(SeoInsight.assignee)).where(SeoInsight.id.in_(ids))
    ).all()


def due(session: Session, now: datetime) -> Sequence[SeoInsight]:
    """The snoozed insights whose time has come."""
    return session.scalars(
        select(SeoInsight).where(SeoInsight.status == S.SNOOZED, SeoInsight.snoozed_until <= now)
    ).all()


def known(session: Session, rules: Sequence[str]) -> dict[str, SeoInsight]:
    """The insights of these rules by fingerprint: the live one, else the one that ended last."""
    rows = session.scalars(
        select(SeoInsight)
        .where(SeoInsight.rule.in_(rules))
        .order_by(SeoInsight.status.in_(LIVE), SeoInsight.completed_at, SeoInsight.id)
    )
    return {row.fingerprint: row for row in rows}


def related(session: Session, row: SeoInsight, limit: int = 6) -> Sequence[SeoInsight]:
    """Other insights about the same query or page, newest first."""
    if row.resource_id is None:
        return []
    return session.scalars(
        select(SeoInsight)
        .where(
            SeoInsight.resource_type == row.resource_type,
            SeoInsight.resource_id == row.resource_id,
            SeoInsight.id != row.id,
        )
        .order_by(SeoInsight.detected_at.desc(), SeoInsight.id)
        .limit(limit)
    ).all()


def history(session: Session, row: SeoInsight, limit: int = 60) -> Sequence[AuditEvent]:
    """What happened to the insight, newest first."""
    return session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == row.__tablename__, AuditEvent.subject_id == row.id)
        .order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
        .limit(limit)
    ).all()


def product(session: Session, row: SeoInsight) -> Product | None:
    """The product the insight's page shows, when the catalogue knows its handle."""
    handle = urls.product_handle(row.resource_url or "")
    if handle is None:
        return None
    return session.scalar(select(Product).where(Product.handle == handle).limit(1))


def every(session: Session, view: View, asked: Filter) -> Iterator[SeoInsight]:
    """All insights of a view for an export, most at stake first."""
    order = _order()
    statement = (
        select(SeoInsight)
        .options(joinedload(SeoInsight.assignee))
        .where(_in_view(view), _fitting(asked))
        .order_by(order.value.desc(), order.key.desc())
    )
    yield from session.scalars(statement)


def _order() -> Order:
    """By severity, then by what it may bring."""
    rank = case(
        (SeoInsight.severity == InsightSeverity.CRITICAL, 2_000_000_000.0),
        (SeoInsight.severity == InsightSeverity.WARNING, 1_000_000_000.0),
        else_=0.0,
    )
    stake = rank + func.coalesce(SeoInsight.impact_high, 0.0)
    return Order(stake, SeoInsight.id.expression, descending=True)


def _in_view(view: View) -> ColumnElement[bool]:
    if view in (View.NOW, View.SOON, View.LATER):
        return and_(SeoInsight.status == S.OPEN, SeoInsight.lane == InsightLane(view.value))
    return SeoInsight.status == InsightStatus(view.value.replace("-", "_"))


def _fitting(asked: Filter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if asked.rule:
        parts.append(SeoInsight.rule == asked.rule)
    if asked.severity in set(InsightSeverity):
        parts.append(SeoInsight.severity == InsightSeverity(asked.severity))
    if asked.assignee == NOBODY:
        parts.append(SeoInsight.assignee_id.is_(None))
    elif asked.assignee:
        parts.append(
            SeoInsight.assignee_id == (asked.me if asked.assignee == MINE else asked.assignee)
        )
    text = asked.words.strip()
    if text:
        columns = (SeoInsight.title, SeoInsight.resource_id, SeoInsight.resource_url)
        parts.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return and_(*parts)
