"""Asking an outside service whether it works, with no transaction open, and keeping the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus
from shopapp.connectors.errors import ConnectorError
from shopapp.db import Session
from shopapp.tenancy import store_of, store_transaction


class Answer(Protocol):
    """What a passed test says: how long it took, in milliseconds."""

    @property
    def latency_ms(self) -> int: ...


class Testable(Protocol):
    """Something that can be asked whether it works; raises ConnectorError when it does not."""

    def probe(self) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a connection test; `reason` and `fix` are plain sentences without secrets."""

    status: EventStatus
    reason: str
    fix: str = ""
    latency_ms: int | None = None

    @property
    def words(self) -> str:
        """Reason and fix as sentences; a server's own words often end without a full stop."""
        reason = self.reason if self.reason.endswith((".", "!", "?", "…")) else f"{self.reason}."
        return f"{reason} {self.fix}".strip()

    @property
    def is_good(self) -> bool:
        return self.status is EventStatus.SUCCESS


def probe(session: Session, target: Testable, *, integration: str, place: str, by: str) -> Check:
    """Test `target` for the session's store; the fact outlives a refusal of the request.

    The session's transaction is let go first: nobody waits for a lock while a server thinks.
    """
    store_id = store_of(session)
    session.rollback()
    check = ask(target, place)
    with store_transaction(store_id) as own:
        record_event(
            own,
            integration=integration,
            status=check.status,
            message=check.words,
            latency_ms=check.latency_ms,
            detail={"place": place, "by": by},
        )
    return check


def ask(target: Testable, place: str) -> Check:
    """Test `target` and put the outcome into words; `place` is where it is, for people."""
    try:
        answer = target.probe()
    except ConnectorError as error:
        return Check(EventStatus.FAILURE, error.message, error.fix or "")
    return Check(EventStatus.SUCCESS, f"{place} answers.", latency_ms=answer.latency_ms)
