"""How each connection's last check went."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from shopapp import clock
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.home.sources.connections import NAMES
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, warning
from shopapp.ops.doctor.wording import counted, span

_SETTINGS = "Test it in Settings, Connections."


def latest(case: Case) -> Finding:
    """The last check of every connection of every store passed."""
    events = list(_last_checks(case))
    if not events:
        return unknown("No connection has been tested yet.", _SETTINGS)
    broken = [event for event in events if event.status is EventStatus.FAILURE]
    if not broken:
        return ok(f"The last check of {counted(len(events), 'connection')} passed.")
    worst = max(broken, key=lambda event: event.created_at)
    age = span(clock.now() - worst.created_at)
    name = NAMES.get(worst.integration, worst.integration)
    sentence = f"{name} failed {age} ago: {worst.message}"
    others = len(broken) - 1
    more = f" {others} more {'fails' if others == 1 else 'fail'}." if others else ""
    return warning(sentence + more, _SETTINGS)


def _last_checks(case: Case) -> Iterator[ConnectionEvent]:
    """The newest event that was a check, by store and integration."""
    is_check = ConnectionEvent.status != EventStatus.INFO
    for store_id in case.stores:
        with case.session(store_id) as session:
            names = session.scalars(select(ConnectionEvent.integration).distinct()).all()
            for name in names:
                query = select(ConnectionEvent).where(ConnectionEvent.integration == name, is_check)
                newest = query.order_by(ConnectionEvent.created_at.desc()).limit(1)
                yield from session.scalars(newest)
