"""The circuit breaker: a service that failed often is left alone for a while, by all processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from shopapp import clock
from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus
from shopapp.connectors.errors import Temporary
from shopapp.db import Session
from shopapp.drafts.models import ModelService

LLM = "llm"  # the integration's name in ConnectionEvent
MOST_FAILURES = 5
_LONGEST = timedelta(minutes=15)


class CircuitOpen(Temporary):
    """The service failed again and again; it is asked again at `until`."""

    def __init__(self, until: datetime) -> None:
        minutes = max(1, round((until - clock.now()) / timedelta(minutes=1)))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            f"The language model failed several times and is left alone for about {wait}.",
            fix="Test it in Settings, AI drafts.",
        )
        self.until = until


def admit(session: Session, service: ModelService, *, patience: timedelta) -> None:
    """Let a call through, or raise CircuitOpen.

    When the pause is over one call probes the service, whichever process is first; the others
    wait until it has answered, or for `patience`, should its worker die.
    """
    seen = service.opened_until
    if seen is None:
        return
    now = clock.now()
    if seen > now:
        raise CircuitOpen(seen)
    is_first = session.scalars(
        update(ModelService)
        .where(ModelService.id == service.id, ModelService.opened_until == seen)
        .values(opened_until=now + patience)
        .returning(ModelService.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if is_first is None:
        raise CircuitOpen(now + patience)


def succeeded(session: Session, service_id: str, *, latency_ms: int | None = None) -> None:
    """The service answered: failures are forgotten, and an open circuit closes."""
    failed = session.scalars(
        update(ModelService)
        .where(ModelService.id == service_id, ModelService.failures > 0)
        .values(failures=0, opened_until=None)
        .returning(ModelService.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if failed is not None:
        _note(session, EventStatus.SUCCESS, "The language model answers again.", latency_ms)


def failed(session: Session, service_id: str, message: str, *, latency_ms: int | None) -> None:
    """The service failed: the fifth time in a row opens the circuit, longer with each time."""
    count = session.scalars(
        update(ModelService)
        .where(ModelService.id == service_id)
        .values(failures=ModelService.failures + 1)
        .returning(ModelService.failures)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if count is None:
        return
    if count >= MOST_FAILURES:
        session.execute(
            update(ModelService)
            .where(ModelService.id == service_id)
            .values(opened_until=clock.now() + pause(count))
            .execution_options(synchronize_session=False)
        )
    _note(session, EventStatus.FAILURE, message, latency_ms)


def pause(failures: int) -> timedelta:
    """How long to leave the service alone after so many failures in a row: 1, 2, 4 … 15 minutes."""
    doublings = min(failures - MOST_FAILURES, 10)
    return min(timedelta(minutes=float(2**doublings)), _LONGEST)


def _note(session: Session, status: EventStatus, message: str, latency_ms: int | None) -> None:
    record_event(session, integration=LLM, status=status, message=message, latency_ms=latency_ms)
