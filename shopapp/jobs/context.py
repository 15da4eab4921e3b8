"""What a handler is given: short fenced transactions on its store, progress, configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from shopapp.config import Config
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session, new_session
from shopapp.jobs import ledger
from shopapp.tenancy import bind


class Postponed(Exception):
    """Raised by a handler: nothing to do before `until`. That is no failure."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


class JobContext:
    """One attempt at one job. Nothing outside is called while a transaction is open."""

    def __init__(
        self,
        claim: ledger.Claim,
        config: Config,
        keyring: Keyring,
        lease: timedelta = ledger.LEASE,
    ) -> None:
        self.claim = claim
        self.config = config
        self.keyring = keyring
        self._lease = lease
        self._open: Session | None = None

    @property
    def is_in_transaction(self) -> bool:
        return self._open is not None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A fresh session bound to the job's store; commits at its end, rolls back on an error.

        Raises LostLease, before anything is read, when the job is no longer this worker's.
        """
        if self._open is not None:
            message = "a job has one transaction at a time"
            raise RuntimeError(message)
        with closing(new_session()) as session:
            try:
                self._open = session
                self._begin(session)
                yield session
                session.commit()
            finally:
                self._open = None

    def progress(self, done: int, total: int | None = None) -> None:
        """Show that `done` steps of `total` are behind us; inside a transaction, with its commit.

        Raises LostLease.
        """
        if self._open is not None:
            ledger.note_progress(self._open, self.claim, done, total)
        else:
            with self.transaction() as session:
                ledger.note_progress(session, self.claim, done, total)

    def _begin(self, session: Session) -> None:
        if self.claim.store_id is not None:
            bind(session, self.claim.store_id)
        ledger.hold(session, self.claim, self._lease)
