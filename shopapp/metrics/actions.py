"""The key figures are worked out in the background, every hour and when somebody asks."""

from __future__ import annotations

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.models import Job
from shopapp.jobs.registry import handler
from shopapp.metrics import kpis
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

KPIS = "metrics.kpis"


def ask_for_figures(session: Session) -> Job:
    """Have the store's key figures worked out soon; asking twice does it once."""
    store_id = store_of(session)
    return enqueue(session, KPIS, store_id=store_id, arguments={}, dedupe_key=f"{KPIS}:{store_id}")


@handler(KPIS)
def work_out(context: JobContext) -> None:
    """Work them out for every range."""
    with context.transaction() as session:
        refresh(session)


def refresh(session: Session) -> None:
    """Every commerce figure of every range, with its comparison, into the cache."""
    store = session.get_one(Store, store_of(session))
    today = clock.today(store.timezone)
    spans = [kpis.span(days, today) for days in kpis.RANGES]
    widest = max(spans, key=lambda each: each.days)
    days = kpis.daily(session, kpis.Span(widest.before.first, widest.last), store.timezone)
    sale, order = kpis.first_days(session, store.timezone)
    found = {
        (kpi.key, span): kpis.payload(
            kpi, days, span, sale if kpi in (kpis.NET_SALES, kpis.UNITS) else order
        )
        for kpi in kpis.KPIS
        for span in spans
    }
    kpis.keep(session, found, source="orders", now=clock.now())
