"""What Search Console reports of the shops, and the insights the real check makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

from seeds import searches
from seeds.cast import Shop
from seeds.stage import StageClock
from shopapp import clock
from shopapp.accounts import queries as people
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.seo import actions
from shopapp.seo.actions import checking
from shopapp.seo.ctr import fitted
from shopapp.seo.importing import storing
from shopapp.seo.importing.archive import Total
from shopapp.seo.importing.ranges import Range
from shopapp.seo.models import SeoInsight
from shopapp.seo.queries import insights
from shopapp.seo.queries.insights import Filter, View
from shopapp.seo.rules.shapes import Figures, Kind
from shopapp.sheets.importing import Report
from shopapp.tenancy import store_of

_DAYS, _LATE = 28, 2  # a range's length, and how far Google is behind
_UNSEEN = 1.35  # all clicks against those of the queries Google names
_USUAL = fitted(())


def plant(session: Session, shop: Shop, now: datetime) -> None:
    """Two ranges of figures, each checked when it came, and some of what was found worked on."""
    last = now.date() - timedelta(days=_LATE)
    newer = Range(last - timedelta(days=_DAYS - 1), last)
    for days, came in ((newer.before, now - timedelta(days=_DAYS)), (newer, now)):
        with patch.object(clock, "now", StageClock(came - timedelta(hours=3)).now):
            _bring(session, shop, days, is_newer=days == newer)
            checking.check(session)
    members = [each.user for each in people.members(session, store_of(session))]
    _work(session, members, now)
    session.flush()


def _bring(session: Session, shop: Shop, days: Range, *, is_newer: bool) -> None:
    random = Random(f"{shop.handle} {is_newer}")
    total = 0
    for kind, table in searches.OF[shop.handle].items():
        rows = list(_figures(random, shop, kind, table, is_newer))
        total = max(total, sum(row.clicks for row in rows))
        storing.replace(session, kind, days, rows, kept=set(), report=Report(), write=True)
    seen = Total(round(total * _UNSEEN), round(total * _UNSEEN) * 24, 11.8)
    storing.keep_total(session, days, seen, write=True)


def _figures(
    random: Random, shop: Shop, kind: Kind, table: str, is_newer: bool
) -> Iterator[Figures]:
    """Each line: the query or path, its impressions, position, and how willingly it is clicked."""
    for line in table.strip().splitlines():
        name, seen, position, pull = (cell.strip() for cell in line.split("|"))
        place = max(1.0, float(position) + (0 if is_newer else random.uniform(-0.4, 1.1)))
        shown = round(int(seen) * (1 if is_newer else random.uniform(0.75, 1.05)))
        clicks = round(shown * min(0.6, _USUAL.at(place) * float(pull)))
        url = name if kind == "query" else name.replace("~", f"https://{shop.domain}")
        yield Figures(url, clicks, shown, round(place, 2))


def _work(session: Session, members: list[User], now: datetime) -> None:
    """Somebody has begun: one insight in each state, so that no tab is empty."""
    rows = list(_found(session))
    worker, boss = members[-1], members[0]
    if len(rows) > 2:
        actions.start(session, rows[1], by=worker)
        actions.snooze(session, rows[2], until=now + timedelta(days=6), by=boss)
    if len(rows) > 5:
        actions.assign(session, rows[0], to=worker, by=boss)
        actions.resolve(session, rows[4], note="New title and description are online.", by=worker)
        actions.ignore(session, rows[5], reason="We no longer sell this.", by=boss)


def _found(session: Session) -> Iterator[SeoInsight]:
    for view in (View.NOW, View.SOON, View.LATER):
        for row in insights.page(session, view, Filter(), "").rows:
            yield row[0]
