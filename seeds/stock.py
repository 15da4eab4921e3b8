"""What was on the shelves and what sold from them: stock, a sales history, and what follows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from seeds import goods
from seeds.cast import Shop
from seeds.catalogue import Catalogue
from seeds.goods import Good
from shopapp.catalog.models import InventoryLevel
from shopapp.db import Session
from shopapp.inventory.models import StockSnapshot
from shopapp.metrics import facts
from shopapp.metrics.importing import SALES_HISTORY
from shopapp.purchasing.actions import measuring
from shopapp.sheets import writing

_DAYS, _REMEMBERED = 150, 60
_GONE = 4  # days for which what is out of stock has been so
_WEEK = (0.9, 0.8, 0.9, 1.0, 1.2, 1.3, 0.9)  # Monday to Sunday


def plant(session: Session, shop: Shop, catalogue: Catalogue, now: datetime) -> None:
    """Five months of sales, two of snapshots, today's stock, and the velocity measured from it."""
    day = now.astimezone(ZoneInfo(shop.timezone)).date()
    table = goods.OF[shop.handle]
    sold = {good.sku: dict(_sold(good, day)) for good in table}
    _import(session, sold)
    for good in table:
        session.add(_level(good, catalogue, now))
        session.add_all(_snapshots(good, sold[good.sku], catalogue, day))
    session.flush()
    facts.refresh_days(session, facts.days_to_refresh(session))
    measuring.measure_at_once(session)


def _sold(good: Good, today: date) -> Iterator[tuple[date, int]]:
    """Units by day, Poisson round the good's usual rate with the week's and a season's swing."""
    chance = Random(f"{good.sku} on the shelf")
    end = today - timedelta(days=_GONE if good.stock == 0 else 0)
    for back in range(_DAYS, 0, -1):
        day = today - timedelta(days=back)
        season = 1 + 0.15 * math.sin((_DAYS - back) / 24)
        units = _poisson(chance, good.daily * _WEEK[day.weekday()] * season)
        if units and day < end:
            yield day, units


def _poisson(chance: Random, mean: float) -> int:
    """A random count (Knuth 1969)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _import(session: Session, sold: Mapping[str, Mapping[date, int]]) -> None:
    """Through the importer, as a shop's own history would come."""
    rows = ((sku, day, units) for sku, days in sold.items() for day, units in days.items())
    text = "".join(writing.lines(("sku", "date", "units"), rows))
    SALES_HISTORY.run(session, text.encode(), {}, write=True, progress=lambda _done, _total: None)


def _level(good: Good, catalogue: Catalogue, now: datetime) -> InventoryLevel:
    return InventoryLevel(
        location_id=catalogue.everywhere.id,
        variant_id=catalogue.variants[good.sku].id,
        available=good.stock,
        on_hand=good.stock,
        as_of=now - timedelta(minutes=12),
    )


def _snapshots(
    good: Good, sold: Mapping[date, int], catalogue: Catalogue, today: date
) -> Iterator[StockSnapshot]:
    """Backwards from today's stock: what sold was there, and deliveries filled the shelf."""
    full, available = good.stock + math.ceil(good.daily * 45), good.stock
    for back in range(1, _REMEMBERED + 1):
        day = today - timedelta(days=back)
        available = min(available + sold.get(day, 0), full)
        yield StockSnapshot(
            location_id=catalogue.everywhere.id,
            variant_id=catalogue.variants[good.sku].id,
            day=day,
            available=available,
        )
