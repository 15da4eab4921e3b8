"""The inbox's desk: mail comes in, replies go out, on the database with the cast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.inbox.actions import importing, outcomes, posting, sending
from shopapp.inbox.models import Macro, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.jobs import worker
from shopapp.mail import delivery, storing
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox
from tests import cast
from tests.jobs.scaffold import Shop, shop

__all__ = ["Desk", "desk", "drafted", "letter", "post", "shop"]

ADDRESS = "help@harbor.example"
NILS = "nils@mail.example"
QUESTION = "Where is my order #1001? I am still waiting for the parcel."


def letter(
    text: str,
    *,
    sender: str = f"Nils <{NILS}>",
    subject: str = "Where is my parcel?",
    message_id: str = "<first@mail.example>",
    **headers: str,
) -> bytes:
    """A customer's mail; underscores in header names become hyphens."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, subject
    mail["Message-ID"] = message_id
    mail["Date"] = "Fri, 20 Nov 2026 12:30:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


@dataclass(frozen=True)
class Desk:
    """The store Harbor as Ben the agent works it."""

    shop: Shop
    intake: importing.Intake

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.shop.session() as session:
            yield session

    def take_in(self, *letters: bytes) -> importing.Report:
        """Store and read the letters, as an import does."""
        with self.session() as session:
            mailbox = session.scalars(select(Mailbox)).one()
            for number, raw in enumerate(letters):
                storing.store_raw(session, mailbox, raw, origin=f"letter {number}")
        report = importing.Report()
        with self.shop.app.app_context():
            for _ in importing.process_waiting(self.intake, report):
                pass
        return report

    def work(self) -> int:
        """Do every job that is due."""
        return worker.drain(self.shop.app)

    def approve(
        self, session: Session, ticket: Ticket, body: str, *, undo: int = 0, seen: str | None = None
    ) -> TicketMessage:
        """Ben approves what stands in the composer, having seen everything."""
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        sending.approve(
            session,
            reply,
            body=body,
            version=reply.version,
            seen=newest(session, ticket) if seen is None else seen,
            envelope=posting.Envelope(
                session.scalars(select(Mailbox)).one(), timedelta(seconds=undo), self.intake.key
            ),
            by=ben(session),
        )
        return reply


def ben(session: Session) -> User:
    """The agent."""
    return session.get_one(User, cast.BEN.id)


def newest_ticket(session: Session) -> Ticket:
    """The ticket opened last."""
    return session.scalars(select(Ticket).order_by(Ticket.number.desc()).limit(1)).one()


def newest(session: Session, ticket: Ticket) -> str:
    """The id of the message that came in last."""
    question = replies.question(session, ticket)
    return question.id if question else ""


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """A desk with a mailbox and one macro; ticket numbers go on after the cast's."""
    from shopapp.stores.models import Store

    files = Files.of(shop.config, shop.store_id)
    with shop.session() as session:
        session.add(Mailbox(address=ADDRESS, display_name="Harbor Tea", is_default=True))
        session.get_one(Store, shop.store_id).ticket_count = 100
        session.add(
            Macro(
                title="Where is my order",
                body="Hi {{customer.first_name}},\n\nyour order {{order.name}} left with "
                "{{order.carrier}}, tracking number {{order.tracking_number}}.",
                intents=["where-is-my-order", "in-transit"],
            )
        )
    return Desk(shop, importing.Intake(shop.store_id, files, b"k" * 32))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    """The mail server."""
    transport = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: transport)
    assert outcomes.follow
    return transport


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    """A desk where a question came in and its draft is ready."""
    desk.take_in(letter(QUESTION))
    desk.work()
    return desk
