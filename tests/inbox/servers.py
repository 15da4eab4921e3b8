"""A desk whose mailbox lies on a real server: mail is delivered there, and read by the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from shopapp.connections import mailboxes
from shopapp.db import Session
from shopapp.inbox.actions import syncing
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.mail import ledgers
from shopapp.mail.models import Mailbox, MailEntry, MailFolder, RawMail, RawState
from tests.inbox.desk import ADDRESS, Desk, letter
from tests.servers.dovecot import ImapServer

PASSWORD = "a kettle of brass"


@dataclass(frozen=True)
class Post:
    """The desk, its server, and the mailbox between them."""

    desk: Desk
    server: ImapServer

    def deliver(self, *numbers: int, folder: str = "INBOX", **headers: str) -> None:
        """Customers' mails, told apart by their numbers."""
        for number in numbers:
            raw = letter(f"Mail number {number}.", message_id=f"<{number}@mail.example>", **headers)
            self.server.deliver(ADDRESS, raw, folder)

    def sync(self, *, thorough: bool = False, address: str = ADDRESS) -> Mailbox:
        """Read the mailbox, as the job does; how it fares then."""
        with self.desk.session() as session:
            syncing.ring(session, self.mailbox(session, address), thorough=thorough)
        self.desk.work()
        with self.desk.session() as session:
            found = self.mailbox(session, address)
            session.expunge(found)
            return found

    def mailbox(self, session: Session, address: str = ADDRESS) -> Mailbox:
        return session.scalars(select(Mailbox).where(Mailbox.address == address)).one()

    def connect(self, address: str = ADDRESS, **changes: Any) -> None:
        """Let `address` be read from the server, with its password in the vault."""
        stored = {"host": self.server.host, "port": self.server.tls_port, "security": "tls"}
        with self.desk.session() as session:
            row = session.scalar(select(Mailbox).where(Mailbox.address == address))
            row = row or Mailbox(address=address)
            session.add(row)
            row.imap = stored | {"username": address, "since": ""} | changes
            session.flush()
            keyring = self.desk.shop.app.extensions["shopapp_keys"].keyring
            mailboxes.keep_password(session, mailboxes.imap_name(row), PASSWORD, keyring=keyring)

    def folder(self, name: str = "INBOX", address: str = ADDRESS) -> MailFolder:
        with self.desk.session() as session:
            box = self.mailbox(session, address)
            found = session.scalars(
                select(MailFolder).where(MailFolder.name == name, MailFolder.mailbox_id == box.id)
            ).one()
            session.expunge(found)
            return found

    def ledger(self, address: str = ADDRESS) -> ledgers.Line:
        """The mailbox's whole ledger; it must balance."""
        with self.desk.session() as session:
            made = ledgers.ledger(session, self.mailbox(session, address).id)
            assert all(line.is_balanced for _, line in made.lines), made.lines
            return made.total

    def counts(self) -> dict[str, int]:
        """Rows that matter, and messages by their Message-ID beyond the first."""
        with self.desk.session() as session:
            ids = select(TicketMessage.message_id).where(TicketMessage.raw_mail_id.is_not(None))
            total = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
            unique = (
                session.scalar(select(func.count()).select_from(ids.distinct().subquery())) or 0
            )
            return {
                "raw": session.scalar(select(func.count(RawMail.id))) or 0,
                "entries": session.scalar(select(func.count(MailEntry.id))) or 0,
                "read": session.scalar(
                    select(func.count(RawMail.id)).where(RawMail.state == RawState.PARSED)
                )
                or 0,
                "messages": total,
                "twice": total - unique,
                "tickets": session.scalar(select(func.count(Ticket.id))) or 0,
            }


@pytest.fixture
def post_office(desk: Desk, imap_server: ImapServer) -> Post:
    """The desk's mailbox on the server, empty and connected."""
    imap_server.add_user(ADDRESS, PASSWORD)
    made = Post(desk, imap_server)
    made.connect()
    return made
