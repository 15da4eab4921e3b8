"""What waits for a decision, ranked, without what was put off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.home import ranking, sources, standing
from shopapp.home.models import Postponement
from shopapp.home.queries.figures import Figure
from shopapp.home.ranking import Decision
from shopapp.home.standing import Standing
from shopapp.metrics import kpis
from shopapp.stores.models import Store, StoreSettings
from shopapp.stores.registry import limit

PACE = "pace"


def decisions(session: Session, here: Standing) -> list[Decision]:
    """Best first; eight statements, whatever there is."""
    found = sources.everything(session, here)
    off = _postponed(session, here.now)
    return ranking.ranked(each for each in found if not _is_off(each, off))


def standing_of(
    store: Store, settings: StoreSettings, figures: Mapping[tuple[str, int], Figure]
) -> Standing:
    """What the ranking measures against, from the settings and the cached figures."""
    order = figures.get((kpis.AVERAGE.key, 30))
    constant = Decimal(limit(settings, "today_order_value"))
    pace = figures.get((PACE, 30))
    return Standing(
        now=clock.now(),
        today=clock.today(store.timezone),
        currency=store.currency,
        weights=standing.weights(settings),
        overdue_hours=limit(settings, "overdue_hours"),
        average_order=(order.value if order else None) or constant,
        pace=pace.pace if pace else {},
    )


def postponement(session: Session, key: str) -> Postponement | None:
    """When this decision was put off, if it was."""
    return session.scalar(select(Postponement).where(Postponement.decision == key))


def _postponed(session: Session, now: datetime) -> dict[str, datetime]:
    """The decisions put off, and when they were."""
    rows = session.execute(
        select(Postponement.decision, Postponement.updated_at).where(Postponement.until > now)
    )
    return {row.decision: row.updated_at for row in rows}


def _is_off(decision: Decision, off: Mapping[str, datetime]) -> bool:
    """Put off, and nothing new came since."""
    moment = off.get(decision.key)
    return moment is not None and (decision.changed_at is None or decision.changed_at <= moment)
