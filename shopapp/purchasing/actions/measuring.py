"""Measuring: each variant's velocity, reorder point and suggested quantity, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shopapp import clock
from shopapp.catalog.actions import everywhere
from shopapp.db import Session
from shopapp.inventory import actions, queries, reorder, velocity, wording
from shopapp.inventory.queries import Article
from shopapp.inventory.reorder import Arrival
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job
from shopapp.jobs.registry import handler
from shopapp.purchasing.queries import supply
from shopapp.purchasing.queries.supply import Supply
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

JOB, AFTERWARDS = "purchasing.measure", "purchasing.plan"
QUIET = timedelta(days=7)
_TOGETHER = 500
_RISKS = {"stockout_low": 0.1, "projected_stockout_date": 0.5, "stockout_high": 0.9}

_UNDECIDED: dict[str, Any] = {
    **dict.fromkeys(("days_of_cover", *_RISKS, "reorder_point", "safety_stock")),
    "recommended_reorder_quantity": 0,
    "reasons": [],
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run: for which day, at which location, over how many variants."""

    day: date
    is_today: bool
    location_id: str
    total: int


def request(session: Session) -> Job:
    """Have the store measured soon; a measurement that waits or runs is kept."""
    store_id = store_of(session)
    return ledger.enqueue(session, JOB, store_id=store_id, arguments={}, dedupe_key=key(store_id))


def key(store_id: str) -> str:
    """What keeps two measurements of a store apart."""
    return f"{JOB}:{store_id}"


@handler(JOB)
def measure(context: JobContext, as_of: str | None = None) -> None:
    """Measure every variant, for the ISO date `as_of` or the day that follows from the sales.

    Each batch is a short transaction; a run that was broken off is begun again. Planning follows.
    """
    with context.transaction() as session:
        run = begin(session, date.fromisoformat(as_of) if as_of else None)
    after, done = "", 0
    while True:
        with context.transaction() as session:
            batch = measure_batch(session, run, after)
            done += len(batch)
            context.progress(done, max(run.total, done))
        if not batch:
            break
        after = batch[-1]
    with context.transaction() as session:
        actions.forget_velocities(session, day=run.day)
        store_id = store_of(session)
        ledger.enqueue(
            session,
            AFTERWARDS,
            store_id=store_id,
            arguments={},
            dedupe_key=f"{AFTERWARDS}:{store_id}",
        )


def measure_at_once(session: Session) -> Measurement:
    """The same in the caller's transaction, without planning."""
    run, after = begin(session), ""
    while batch := measure_batch(session, run, after):
        after = batch[-1]
    actions.forget_velocities(session, day=run.day)
    return run


def begin(session: Session, as_of: date | None = None) -> Measurement:
    """What is to be measured.

    That is today, unless sales ended longer ago than a shop goes without any: then it is the day
    after the last sale, because an old history would look like a shop that sells nothing.
    """
    today = clock.today(session.get_one(Store, store_of(session)).timezone)
    day = min(as_of or day_to_measure(supply.last_sale(session), today), today)
    return Measurement(day, day == today, everywhere(session).id, queries.count(session))


def day_to_measure(last_sale: date | None, today: date) -> date:
    """`today`, or the day after the last sale when that is more than a week ago."""
    is_old = last_sale is not None and today - last_sale > QUIET
    return last_sale + timedelta(days=1) if last_sale and is_old else today


def measure_batch(session: Session, run: Measurement, after: str) -> Sequence[str]:
    """Measure the variants behind the id `after`; their ids, none at the end."""
    batch = queries.articles(
        session, as_of=run.day, is_today=run.is_today, after=after, size=_TOGETHER
    )
    if not batch:
        return []
    first, last = batch[0].variant_id, batch[-1].variant_id
    known = supply.supplies(session, first, last)
    leads = {variant: each.lead for variant, each in known.items()}
    coming = supply.arrivals(session, first, last, as_of=run.day, leads=leads)
    rows = [
        row
        for each in batch
        for row in _rows(run, each, known[each.variant_id], coming.get(each.variant_id, ()))
    ]
    actions.write_velocities(session, rows, day=run.day)
    return [each.variant_id for each in batch]


def _rows(
    run: Measurement, article: Article, supply: Supply, arrivals: Sequence[Arrival]
) -> Iterator[dict[str, Any]]:
    """The columns of the rate that is used (window 0) and of the rates beside it."""
    found = velocity.measured(article.history)
    same: dict[str, Any] = {
        "location_id": run.location_id,
        "variant_id": article.variant_id,
        "sku": article.sku,
        "current_inventory": article.available or 0,
        "incoming": sum(each.units for each in arrivals),
        "method": reorder.METHOD,
        **_UNDECIDED,
    }
    for window in found.windows:
        yield same | _rate(window.days, window.rate, None, window.in_stock_days)
    used = _rate(0, found.rate, found.sd, found.in_stock_days)
    yield same | used | _decided(run, article, supply, arrivals, found)


def _rate(days: int, rate: float, sd: float | None, in_stock_days: int) -> dict[str, Any]:
    return {
        "window_days": days,
        "average_daily_sales": rate,
        "demand_sd": sd,
        "in_stock_days": in_stock_days,
    }


def _decided(
    run: Measurement,
    article: Article,
    supply: Supply,
    arrivals: Sequence[Arrival],
    found: velocity.Velocity,
) -> dict[str, Any]:
    case = _case(article, supply, sum(each.units for each in arrivals), found)
    return {
        "days_of_cover": case.cover,
        "reorder_point": case.levels.point,
        "safety_stock": case.levels.safety,
        "recommended_reorder_quantity": case.suggestion.quantity,
        "reasons": wording.reasons(case),
        **_stockouts(run.day, article.available, found, arrivals),
    }


def _case(
    article: Article, supply: Supply, incoming: int, found: velocity.Velocity
) -> wording.Case:
    levels = reorder.levels(found.rate, found.sd, supply.lead)
    wanted, cover = reorder.Suggestion(0, 0), None
    if article.available is not None:
        cover = reorder.days_of_cover(article.available, found.rate)
    if article.available is not None and not article.is_discontinued:
        wanted = reorder.suggested(
            article.available, incoming, levels, minimum=supply.minimum, pack=supply.pack
        )
    return wording.Case(
        found,
        article.available,
        incoming,
        cover,
        supply.lead,
        levels,
        wanted,
        supply.minimum,
        supply.pack,
        article.is_discontinued,
    )


def _stockouts(
    day: date, available: int | None, found: velocity.Velocity, arrivals: Sequence[Arrival]
) -> dict[str, date | None]:
    """Low, middle and high: by normal approximation, 10, 50 and 90 % have sold out by then."""
    if available is None:
        return {}
    left = {
        name: reorder.days_until_empty(available, found.rate, found.sd, arrivals, risk=risk)
        for name, risk in _RISKS.items()
    }
    return {name: day + timedelta(days=days - 1) if days else None for name, days in left.items()}
