"""Figures and insights for the tests: planted in a store, then checked by the real check."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.seo.actions.checking import Checked, check
from shopapp.seo.importing import storing
from shopapp.seo.importing.ranges import Range
from shopapp.seo.models import SeoInsight
from shopapp.seo.rules.shapes import Figures, Kind
from shopapp.sheets.importing import Report
from tests import cast

FIRST = Range(date(2026, 8, 1), date(2026, 8, 28))
SITE = "https://harbor.example"
CROWD = Figures("loose leaf tea", 220, 2_000, 3.0)
GREEN = Figures("green tea", 9, 1_000, 11.0)
WHITE = Figures("white tea", 5, 900, 12.0)
SELDOM = Figures("earl grey", 10, 2_000, 3.2)


def later(weeks: int) -> Range:
    """The range that begins four times `weeks` weeks after the first."""
    gap = timedelta(days=28 * weeks)
    return Range(FIRST.first + gap, FIRST.last + gap)


def bring(session: Session, days: Range, *rows: Figures, kind: Kind = "query") -> None:
    """Make these (and one common query) the figures of the range."""
    every = [*rows, CROWD] if kind == "query" else rows
    storing.replace(session, kind, days, every, kept=set(), report=Report(), write=True)
    session.flush()


def checked(session: Session, days: Range, *rows: Figures) -> Checked:
    """Bring the figures and check them."""
    bring(session, days, *rows)
    return check(session)


def about(session: Session, resource: str, rule: str = "striking-distance") -> SeoInsight:
    """The one insight of a rule about a query or page."""
    return session.scalars(
        select(SeoInsight).where(SeoInsight.rule == rule, SeoInsight.resource_id == resource)
    ).one()


def ben(session: Session) -> User:
    """The agent."""
    return session.get_one(User, cast.BEN.id)


def plant(session: Session, rows: int = 3) -> list[str]:
    """Insights made of `rows` queries in striking distance; their ids, most at stake first."""
    names = [f"tea number {number:03}" for number in range(rows)]
    bring(session, FIRST, *(Figures(name, 9, 1_000 + at, 11.0) for at, name in enumerate(names)))
    check(session)
    found = session.scalars(select(SeoInsight).order_by(SeoInsight.impact_high.desc()))
    ids = [row.id for row in found]
    session.commit()
    return ids
