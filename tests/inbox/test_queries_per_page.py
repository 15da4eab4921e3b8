"""What a page costs: SQL statements and bytes, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from shopapp.db import db
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, TicketMessage
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import INBOX, PARTIAL, plant, url

LIST_STATEMENTS, TICKET_STATEMENTS, PANEL_STATEMENTS = 5, 7, 8
LIST_BYTES, TICKET_BYTES, FRAGMENT_BYTES = 35_000, 15_000, 8_000


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements of a request; what begins and binds a transaction is not the page's."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def fill(open_store: OpenStore, tickets: int, messages: int) -> str:
    """Plant tickets, the first of them with messages; its id."""
    with open_store("harbor") as session:
        rows = [plant(session, number) for number in range(tickets)]
        rows[0].assignee_id = cast.BEN.id
        session.flush()
        session.add_all(letter(rows[0].id, number) for number in range(messages))
        ticket_id = rows[0].id
        session.commit()
    return ticket_id


def letter(ticket_id: str, number: int) -> TicketMessage:
    """A short message, as the eleventh of a conversation is."""
    words = f"Thank you for number {number}. And where is the next one?"
    return TicketMessage(
        ticket_id=ticket_id,
        author_type=AuthorType.CUSTOMER,
        author_name="Nils Holgersson",
        author_email="nils@mail.example",
        direction=Direction.IN,
        body_text=words,
        visible_text=words,
        threading_reason="References name a mail we know",
        delivery_state=DeliveryState.RECEIVED,
        sent_at=cast.NOON.replace(minute=number),
    )


@pytest.mark.parametrize("tickets", [3, 60])
def test_a_list_asks_the_database_five_times_at_most(
    app: Flask, sign_in: SignIn, store_session: OpenStore, tickets: int
) -> None:
    fill(store_session, tickets, 1)
    ben = sign_in(cast.BEN)
    with statements(app) as seen:
        assert ben.get(INBOX).status_code == 200
    assert len(seen) == LIST_STATEMENTS, seen


@pytest.mark.parametrize("messages", [2, 40])
def test_a_ticket_asks_the_database_seven_times_at_most(
    app: Flask, sign_in: SignIn, store_session: OpenStore, messages: int
) -> None:
    ticket = fill(store_session, 1, messages)
    ben = sign_in(cast.BEN)
    for headers in ({}, PARTIAL):
        with statements(app) as seen:
            assert ben.get(url(ticket), headers=headers).status_code == 200
        assert len(seen) == TICKET_STATEMENTS, seen


def test_the_customer_panel_is_its_own_request(
    app: Flask, sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        row = plant(session, 1, customer_email="nils@mail.example")
        session.flush()
        ticket = row.id
        session.commit()
    ben = sign_in(cast.BEN)
    with statements(app) as seen:
        assert "Order #1001" in ben.get(url(ticket, "customer"), headers=PARTIAL).text
    assert len(seen) == PANEL_STATEMENTS, seen


def test_a_full_list_is_no_more_than_35_kilobytes(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    fill(store_session, 60, 1)
    text = sign_in(cast.BEN).get(INBOX).text
    assert text.count("data-row>") == 50
    assert len(text.encode()) <= LIST_BYTES


def test_a_conversation_of_ten_short_messages_is_small(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ticket = fill(store_session, 1, 10)
    ben = sign_in(cast.BEN)
    assert len(ben.get(url(ticket)).data) <= TICKET_BYTES
    assert len(ben.get(url(ticket, "composer"), headers=PARTIAL).data) <= FRAGMENT_BYTES
