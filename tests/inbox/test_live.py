"""Open pages: who is there, what is new, and a send that stops for what was not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.inbox.actions import attending, joining, noting, replying, sending, working
from shopapp.inbox.models import TicketPresence
from shopapp.inbox.queries import presence
from shopapp.inbox.queries import tickets as queries
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import Desk, ben, letter, newest_ticket
from tests.inbox.reading import INBOX, PARTIAL, ask, one, soup, url
from tests.inbox.test_queries_per_page import fill, statements

PULSE_STATEMENTS = 3


def pulse_url(client: FlaskClient, ticket_id: str) -> str:
    """Where the ticket's page asks what is new."""
    page = soup(client.get(url(ticket_id)).text)
    related = client.get(str(one(page, "#related")["hx-get"]), headers=PARTIAL)
    return str(one(soup(related.text), "#pulse")["hx-get"])


def test_a_quiet_ticket_answers_204_in_three_statements(
    app: Flask, sign_in: SignIn, store_session: OpenStore
) -> None:
    ticket, client = fill(store_session, 1, 3), sign_in(cast.BEN)
    address = pulse_url(client, ticket)
    with statements(app) as seen:
        assert client.get(address, headers=PARTIAL).status_code == 204
    assert len(seen) <= PULSE_STATEMENTS, seen
    assert client.get(url("nobody", "pulse"), headers=PARTIAL).status_code == 404


def test_a_new_message_comes_with_the_pulse_once(desk: Desk, sign_in: SignIn) -> None:
    ticket, client = ask(desk), sign_in(cast.BEN)
    address = pulse_url(client, ticket)
    desk.take_in(letter("And now?", message_id="<2@x>", In_Reply_To="<first@mail.example>"))
    answer = soup(client.get(address, headers=PARTIAL).text)
    assert "And now?" in one(answer, "article.msg").text
    assert not answer.select("textarea")
    assert client.get(str(one(answer, "#pulse")["hx-get"]), headers=PARTIAL).status_code == 204


def test_a_colleague_is_seen_and_forgotten(desk: Desk, sign_in: SignIn) -> None:
    ticket, client, ada = ask(desk), sign_in(cast.BEN), sign_in(cast.ADA)
    address = pulse_url(client, ticket)
    assert ada.post(url(ticket, "presence"), headers=PARTIAL).status_code == 204
    answer = soup(client.get(address, headers=PARTIAL).text)
    assert "Ada is viewing" in one(answer, "[data-watch]").text
    assert "Ada is viewing" in client.get(f"{INBOX}/presence", headers=PARTIAL).text
    ada.post(url(ticket, "reply"), data={"body": "Dear Nils", "version": "", "seen": ""})
    with desk.session() as session:
        row = session.scalars(select(TicketPresence)).one()
        row.seen_at = row.replying_at = clock.now() - presence.FRESH
    gone = soup(client.get(str(one(answer, "#pulse")["hx-get"]), headers=PARTIAL).text)
    assert one(gone, "[data-watch]").text.strip() == ""


def test_presence_is_written_every_ten_seconds_at_most(desk: Desk) -> None:
    ask(desk)
    with desk.session() as session:
        ticket, person = newest_ticket(session), ben(session)
        assert attending.attend(session, ticket, by=person)
        assert not attending.attend(session, ticket, by=person)
        assert attending.attend(session, ticket, by=person, replying=True)
        row = session.scalars(select(TicketPresence)).one()
        row.seen_at = clock.now() - timedelta(seconds=11)
        assert attending.attend(session, ticket, by=person)


def test_a_send_stops_for_what_a_colleague_did(desk: Desk) -> None:
    ask(desk)
    desk.take_in(letter("Other", message_id="<o@x>", subject="Another thing"))
    desk.work()
    with desk.session() as session:
        ticket, ada = newest_ticket(session), session.get_one(User, cast.ADA.id)
        reply = replying.begin(session, ticket, body="Hello", by=ben(session))
        seen = queries.conversation(session, ticket).last_seen
        working.assign(session, ticket, to=ada, by=ben(session))
        working.close(session, ticket, by=ada)
        working.reopen(session, ticket, by=ada)
        noting.add_note(session, ticket, body="Do not promise a date.", by=ada)
        with pytest.raises(sending.Unseen) as stop:
            desk.approve(session, ticket, "Hello Nils", seen=seen)
        assert stop.value.news == [
            "Ada noted: “Do not promise a date.”",
            "Ada closed the ticket.",
            "Ada reopened the ticket.",
        ]
        seen = queries.conversation(session, ticket).last_seen
        desk.approve(session, ticket, "Hello Nils", seen=seen)
        assert reply.body_text == "Hello Nils"


def test_a_send_stops_for_a_merge(desk: Desk) -> None:
    first = ask(desk)
    desk.take_in(letter("Other", message_id="<o@x>", subject="Another thing"))
    desk.work()
    with desk.session() as session:
        ticket, ada = newest_ticket(session), session.get_one(User, cast.ADA.id)
        seen = queries.conversation(session, ticket).last_seen
        source = queries.ticket(session, first)
        assert source is not None
        joining.merge(session, source, into=ticket, by=ada)
        replying.begin(session, ticket, body="Hello", by=ben(session))
        with pytest.raises(sending.Unseen) as stop:
            desk.approve(session, ticket, "Hello Nils", seen=seen)
        assert "Ada merged another ticket into this one." in stop.value.news
