"""Two at once: one mail read twice, one reply approved twice, a person and a machine together."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.drafts.drafters import embedded
from shopapp.inbox.actions import importing, receiving, replying, sending, ticketing, working
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.jobs import ledger
from shopapp.mail.models import OutboundMail, RawMail
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, ben, letter, newest_ticket
from tests.inbox.reading import PARTIAL, messages, url
from tests.mail.posting import hurry

QUESTION = "Where is my order #1001? I am still waiting for the parcel."
AGAIN = letter("Hello?", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do the works at the same time; what each returned."""
    done: list[Any] = [None] * len(works)

    def do(number: int) -> None:
        done[number] = works[number]()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return done


def meet(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    """Let two threads wait for each other at `place.name`; a lock may keep the second away."""
    barrier, step = threading.Barrier(2), getattr(place, name)

    def wait(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)
        return step(*args, **kwargs)

    monkeypatch.setattr(place, name, wait)


def once(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, first: Callable[[], None]) -> None:
    """Let somebody else be faster, the first time `place.name` is called."""
    step, waiting = getattr(place, name), [first]

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if waiting:
            waiting.pop()()
        return step(*args, **kwargs)

    monkeypatch.setattr(place, name, overtaken)


def test_a_mail_that_two_workers_read_becomes_one_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "process_waiting", lambda *_: ())
    desk.take_in(letter(QUESTION))
    monkeypatch.undo()
    meet(monkeypatch, receiving, "receive")
    report = importing.Report()

    def read() -> None:
        with desk.shop.app.app_context():
            for _ in importing.process_waiting(desk.intake, report):
                pass

    together(read, read)
    with desk.session() as session:
        assert len(messages(session, newest_ticket(session).id)) == 1
    assert (report.parsed, report.quarantined) == (1, 0)


def test_two_people_who_approve_at_once_send_one_reply(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        reply, seen = replies.in_writing(session, ticket), messages(session, ticket.id)[0].id
        assert reply is not None
        place = url(ticket.id, "reply/sending")
        form = {"body": reply.body_text, "version": f"{reply.id}:{reply.version}", "seen": seen}
    meet(monkeypatch, sending, "_address")

    def approve(client: FlaskClient) -> Callable[[], int]:
        return lambda: client.post(place, data=form, headers=PARTIAL).status_code

    answers = together(approve(sign_in(cast.ADA)), approve(sign_in(cast.BEN)))
    assert answers.count(200) >= 1
    assert set(answers) <= {200, 409}
    with desk.session() as session:
        assert len(session.scalars(select(OutboundMail)).all()) == 1


@pytest.mark.dialects("postgresql")  # SQLite has one writer at a time
def test_a_mail_overtaken_by_an_agent_is_read_again_not_put_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(letter(QUESTION))

    def assign() -> None:
        with desk.session() as session:
            newest_ticket(session).assignee_id = cast.BEN.id

    once(monkeypatch, ticketing, "move_on", assign)
    report = desk.take_in(AGAIN)
    assert (report.parsed, report.quarantined) == (1, 0)
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.assignee_id == cast.BEN.id
        assert len(messages(session, ticket.id)) == 2


@pytest.mark.dialects("postgresql")
def test_a_person_who_begins_while_the_machine_drafts_keeps_the_composer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(letter(QUESTION))

    def begin() -> None:
        with desk.session() as session:
            replying.begin(session, newest_ticket(session), body="Mine", by=ben(session))

    once(monkeypatch, embedded, "compose", begin)
    desk.work()
    hurry(desk.shop)
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        written = replies.in_writing(session, ticket)
        assert written is not None
        assert written.body_text == "Mine"
        assert not ticket.draft_ready


@pytest.mark.dialects("postgresql")
def test_an_agent_overtaken_by_a_mail_is_told_so(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session).id

    def write_again() -> None:
        desk.take_in(AGAIN)

    once(monkeypatch, working, "close", write_again)
    answer = sign_in(cast.BEN).post(url(ticket, "closing"), headers=PARTIAL)
    assert answer.status_code == 409
    with desk.session() as session:
        assert session.get_one(Ticket, ticket).status == "open"


def test_a_mail_that_was_read_is_not_read_again(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        (raw_id,) = session.scalars(select(RawMail.id))
        arguments = {"raw_id": raw_id}
        ledger.enqueue(session, importing.READ, store_id=desk.shop.store_id, arguments=arguments)
    desk.work()
    with desk.session() as session:
        assert session.scalars(
            select(TicketMessage.raw_mail_id).filter_by(raw_mail_id=raw_id)
        ).one()
