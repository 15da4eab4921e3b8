"""A mail transport in memory, for tests: it fails on demand and looks around before it sends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.mail.shapes import Probe, Receipt


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail that arrived."""

    raw: bytes
    envelope_from: str
    recipients: tuple[str, ...]
    message_id: str


class FakeTransport:
    """Mail into `sent`; `look_around` runs before every call and may raise.

    A test passes, say, a check that no database transaction is open.
    """

    name = "fake"

    def __init__(
        self, *, look_around: Callable[[], None] | None = None, is_idempotent: bool = False
    ) -> None:
        self.sent: list[Delivery] = []
        self.is_idempotent = is_idempotent
        self._look_around = look_around or (lambda: None)
        self._failures: deque[tuple[ConnectorError, bool]] = deque()

    def fail_next(self, *errors: ConnectorError, after_delivery: bool = False) -> None:
        """Let the next calls end in `errors`, one each, the mail having arrived or not."""
        self._failures.extend((error, after_delivery) for error in errors)

    def deliver(
        self, raw: bytes, envelope_from: str, recipients: Sequence[str], message_id: str
    ) -> Receipt:
        """Keep the mail, or fail as told."""
        self._look_around()
        error, is_after = self._failures.popleft() if self._failures else (None, True)
        if is_after:
            self._keep(Delivery(raw, envelope_from, tuple(recipients), message_id))
        if error:
            raise error
        return Receipt(tuple(recipients), {}, "250 kept in memory", 0)

    def probe(self) -> Probe:
        """A fine connection, or the next failure."""
        self._look_around()
        if self._failures:
            raise self._failures.popleft()[0]
        return Probe(0, "fake", (), secure=True)

    def _keep(self, delivery: Delivery) -> None:
        known = {one.message_id for one in self.sent}
        if not (self.is_idempotent and delivery.message_id in known):
            self.sent.append(delivery)
