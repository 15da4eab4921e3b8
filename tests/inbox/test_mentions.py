"""Mentions: who a note names, that they are told once, and that only they read it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.inbox.actions import mentioning, noting
from shopapp.inbox.mentions import Person, mentioned
from shopapp.inbox.models import Mention, Ticket
from shopapp.mail.models import OutboundMail
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import Desk, ben

ADA = Person("1", "Ada Lovelace", "ada@shop.example")
AD = Person("2", "Ad", "ad@shop.example")
BEN = Person("3", "Ben Moss", "b.moss@shop.example")
BENNO = Person("4", "Ben Noll", "noll@shop.example")
TEAM = (ADA, AD, BEN, BENNO)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Ada please", ["1"]),
        ("@ada lovelace, look", ["1"]),
        ("@ad and @ADA", ["2", "1"]),
        ("@Ben is two people", []),
        ("@ben moss is one", ["3"]),
        ("@b.moss@shop.example", ["3"]),
        ("@noll!", ["4"]),
        ("write to ada@shop.example", []),
        ("@Adam is nobody", []),
        ("@Ada @Ada", ["1"]),
        ("a lone @ and @@", []),
    ],
)
def test_a_note_names(text: str, ids: list[str]) -> None:
    assert mentioned(text, TEAM) == ids


def test_whoever_is_named_finds_it_and_gets_one_mail(
    desk: Desk, sign_in: SignIn, store_session: OpenStore
) -> None:
    with desk.session() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.number)).first()
        assert ticket
        noting.add_note(session, ticket, body="@Ada can you refund? cc @Ben", by=ben(session))
        number = ticket.number
    desk.work()
    with desk.session() as session:
        row = session.scalars(select(Mention)).one()
        key, reading = f"mention:{row.id}", f"/harbor/inbox/mentions/{row.id}/reading"
        assert row.user_id == cast.ADA.id
        letters = session.scalars(
            select(OutboundMail).where(OutboundMail.idempotency_key == key)
        ).all()
        assert [mail.recipients for mail in letters] == [[cast.ADA.email]]
        assert letters[0].subject == f"Ben mentioned you in ticket #{number}"
    ada = sign_in(cast.ADA)
    page = ada.get("/harbor/inbox/mentions").text
    assert "can you refund?" in page
    assert "New" in page
    assert "Nobody has named you yet" in sign_in(cast.CLEO).get("/harbor/inbox/mentions").text
    assert sign_in(cast.BEN).post(reading).status_code == 303
    with store_session("harbor") as session:
        assert session.scalars(select(Mention.seen_at)).one() is None
    assert sign_in(cast.ADA).post(reading).status_code == 303
    with store_session("harbor") as session:
        assert session.scalars(select(Mention.seen_at)).one() is not None


def test_a_mention_read_before_the_mail_is_not_mailed(desk: Desk) -> None:
    with desk.session() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.number)).first()
        assert ticket
        note = noting.add_note(session, ticket, body="@Ada look", by=ben(session))
        row = session.scalars(select(Mention).where(Mention.ticket_message_id == note.id)).one()
        mentioning.read(session, row, by=session.get_one(User, cast.ADA.id))
        key = f"mention:{row.id}"
    desk.work()
    with desk.session() as session:
        assert not session.scalars(
            select(OutboundMail).where(OutboundMail.idempotency_key == key)
        ).all()
