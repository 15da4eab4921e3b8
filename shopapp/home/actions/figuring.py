"""The inbox's key figures and the team's pace, worked out in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.home.models import Postponement
from shopapp.home.pace import medians
from shopapp.home.queries.figures import FIRST_RESPONSE, SENT_UNCHANGED
from shopapp.home.queries.handled import deeds
from shopapp.home.queries.waiting import PACE
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, TicketMessage
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.metrics import kpis
from shopapp.metrics.kpis import Span
from shopapp.money import exact
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

FIGURES = "home.figures"
_READ = 10_000
"""Replies of half a year that are looked at, the newest of them."""
_AS_IS = "as_is"


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement on one day of the store."""

    day: date
    number: Decimal


def ask_for_figures(session: Session) -> None:
    """Have the inbox's figures worked out soon; asking twice does it once."""
    store_id = store_of(session)
    enqueue(session, FIGURES, store_id=store_id, arguments={}, dedupe_key=f"{FIGURES}:{store_id}")


@handler(FIGURES)
def work_out(context: JobContext) -> None:
    """Work them out, and forget postponements that are over."""
    with context.transaction() as session:
        refresh(session)
        over = clock.now() - timedelta(days=1)
        session.execute(delete(Postponement).where(Postponement.until < over))


def refresh(session: Session) -> None:
    """First response, unchanged drafts and the team's pace into the cache."""
    now, store = clock.now(), session.get_one(Store, store_of(session))
    zone = ZoneInfo(store.timezone)
    spans = [kpis.span(days, clock.today(store.timezone)) for days in kpis.RANGES]
    since = datetime.combine(min(each.before.first for each in spans), time(), zone)
    measured = {
        FIRST_RESPONSE.key: (_first_responses(session, since, zone), _middle, "No first replies"),
        SENT_UNCHANGED.key: (_unchanged(session, since, zone), _share, "No AI drafts sent"),
    }
    found = {
        (key, span): _payload(samples, span, summary, said)
        for key, (samples, summary, said) in measured.items()
        for span in spans
    }
    pace = medians(deeds(session, now - timedelta(days=60)))
    found[PACE, kpis.span(30, clock.today(store.timezone))] = {"pace": pace}
    kpis.keep(session, found, source="inbox", now=now)


def _payload(
    samples: Sequence[Sample],
    span: Span,
    summary: Callable[[Sequence[Decimal]], Decimal],
    said: str,
) -> dict[str, Any]:
    def over(wanted: Iterable[date]) -> Decimal | None:
        days = set(wanted)
        numbers = [each.number for each in samples if each.day in days]
        return summary(numbers) if numbers else None

    value = over(_days(span))
    series = [over([day]) for day in _days(span)] if value is not None else []
    reason = "" if value is not None else f"{said} in these days."
    return kpis.told(value, over(_days(span.before)), series, reason)


def _first_responses(session: Session, since: datetime, zone: ZoneInfo) -> list[Sample]:
    """Minutes from a ticket's first mail of a customer to our first reply that left after it."""
    asked = (
        select(TicketMessage.ticket_id, func.min(TicketMessage.sent_at).label("at"))
        .where(
            TicketMessage.author_type == AuthorType.CUSTOMER,
            TicketMessage.delivery_state == DeliveryState.RECEIVED,
        )
        .group_by(TicketMessage.ticket_id)
        .subquery()
    )
    rows = session.execute(
        select(asked.c.at, func.min(TicketMessage.sent_at).label("answered"))
        .join(asked, asked.c.ticket_id == TicketMessage.ticket_id)
        .where(
            asked.c.at >= since,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.delivery_state == DeliveryState.SENT,
            TicketMessage.sent_at >= asked.c.at,
        )
        .group_by(asked.c.ticket_id, asked.c.at)
        .order_by(asked.c.at.desc())
        .limit(_READ)
    )
    return [
        Sample(
            row.at.astimezone(zone).date(),
            exact(Decimal(str((row.answered - row.at).total_seconds() / 60))),
        )
        for row in rows
    ]


def _unchanged(session: Session, since: datetime, zone: ZoneInfo) -> list[Sample]:
    """100 for an AI draft that was sent as it stood, 0 for one that was changed first."""
    rows = session.execute(
        select(AiDraft.approved_at, AiDraft.edit_class)
        .where(
            AiDraft.subject_type == DraftSubject.TICKET,
            AiDraft.state == DraftState.SENT,
            AiDraft.approved_at >= since,
        )
        .order_by(AiDraft.approved_at.desc())
        .limit(_READ)
    )
    return [
        Sample(row.approved_at.astimezone(zone).date(), Decimal(100 * (row.edit_class == _AS_IS)))
        for row in rows
    ]


def _middle(numbers: Sequence[Decimal]) -> Decimal:
    return exact(median(numbers))


def _share(numbers: Sequence[Decimal]) -> Decimal:
    return exact(sum(numbers, Decimal(0)) / len(numbers))


def _days(span: Span) -> Iterable[date]:
    return (span.first + timedelta(days=at) for at in range(span.days))
