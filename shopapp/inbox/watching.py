"""Listening to mailboxes (IMAP IDLE): a quiet thread for each rings the reading when mail comes."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, field

import structlog
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shopapp.config import Config
from shopapp.connections import mailboxes
from shopapp.connections.fetching import fetch_keys
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.mail.imap import ImapMailbox
from shopapp.crypto.keyrings import Keyring
from shopapp.db import new_session
from shopapp.inbox.actions import syncing
from shopapp.mail import queries
from shopapp.stores.models import Store, StoreStatus
from shopapp.tenancy import bind, store_transaction

MOST = 20
"""Mailboxes one process listens to; the others are read by the schedule alone."""
LOOK_SECONDS, WAIT_SECONDS = 60.0, 25.0
PAUSE_SECONDS = 120.0  # after a broken line; the schedule reads meanwhile
log = structlog.get_logger(__name__)


@dataclass
class Watch:
    """The threads of one process, by mailbox."""

    app: Flask
    stop: threading.Event
    ears: dict[str, threading.Thread] = field(default_factory=dict)

    def keep(self) -> None:
        """Listen to the mailboxes there are until told to stop; a thread of its own."""
        with self.app.app_context():
            while not self.stop.is_set():
                try:
                    self._look()
                except SQLAlchemyError as error:
                    log.warning("mailboxes could not be listed", error=type(error).__name__)
                self.stop.wait(LOOK_SECONDS)

    def _look(self) -> None:
        self.ears = {key: ear for key, ear in self.ears.items() if ear.is_alive()}
        for store_id, mailbox_id in _there():
            if mailbox_id not in self.ears and len(self.ears) < MOST:
                ear = threading.Thread(
                    target=self._listen, args=(store_id, mailbox_id), daemon=True
                )
                self.ears[mailbox_id] = ear
                ear.start()

    def _listen(self, store_id: str, mailbox_id: str) -> None:
        """Until the mailbox is disconnected or the line breaks: the next look begins again."""
        with self.app.app_context():
            try:
                server = _server(self.app, store_id, mailbox_id)
                if server is not None:
                    self._hear(server, store_id, mailbox_id)
            except (ConnectorError, SQLAlchemyError) as error:
                log.info("a mailbox is not listened to", error=type(error).__name__)
                self.stop.wait(PAUSE_SECONDS)

    def _hear(self, server: ImapMailbox, store_id: str, mailbox_id: str) -> None:
        with server.visit() as visit:
            visit.open("INBOX")
            while not self.stop.is_set() and mailbox_id in _of(store_id):
                if visit.wait(WAIT_SECONDS):
                    ring(store_id, mailbox_id)


def start(app: Flask, stop: threading.Event) -> Watch:
    """Begin to listen, in threads that end with the process."""
    watch = Watch(app, stop)
    threading.Thread(target=watch.keep, daemon=True).start()
    return watch


def ring(store_id: str, mailbox_id: str) -> None:
    """Have the mailbox read."""
    with store_transaction(store_id) as session:
        if (mailbox := queries.mailbox(session, mailbox_id)) is not None:
            syncing.ring(session, mailbox)


def _there() -> list[tuple[str, str]]:
    """(store, mailbox) of what can be listened to."""
    with closing(new_session()) as session:
        session.reading = True
        alive = Store.status != StoreStatus.ARCHIVED
        stores = session.scalars(select(Store.id).where(alive).order_by(Store.id)).all()
    return [(store_id, mailbox_id) for store_id in stores for mailbox_id in _of(store_id)]


def _of(store_id: str) -> list[str]:
    """The store's mailboxes that work; one that fails is left to the schedule."""
    with closing(new_session()) as session:
        session.reading = True
        bind(session, store_id)
        return [box.id for box in queries.readable(session) if box.failing_since is None]


def _server(app: Flask, store_id: str, mailbox_id: str) -> ImapMailbox | None:
    keyring: Keyring = app.extensions["shopapp_keys"].keyring
    fetch_keys(keyring, store_id)
    with closing(new_session()) as session:
        session.reading = True
        bind(session, store_id)
        mailbox = queries.mailbox(session, mailbox_id)
        if mailbox is None or not mailbox.imap:
            return None
        config: Config = app.config["SHOPAPP"]
        return mailboxes.reader(session, mailbox, keyring=keyring, config=config)
