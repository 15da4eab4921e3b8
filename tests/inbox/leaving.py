"""Who works at the desk, and what Ben does in the composer and the outbox."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopapp.inbox.models import Ticket
from shopapp.mail.models import OutboundMail
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, letter
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, url

MONA, BO = "mona@mail.example", "bo@mail.example"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.ADA)


@pytest.fixture
def ticket(desk: Desk) -> str:
    """A ticket with its draft."""
    return ask(desk)


@pytest.fixture
def at_once(desk: Desk) -> None:
    """No undo window."""
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}


def send(client: FlaskClient, ticket: str, **typed: str) -> TestResponse:
    held = fields(client, ticket, **{"body": TYPED, **typed})
    return client.post(url(ticket, "reply", "sending"), data=held, headers=PARTIAL)


def attach(client: FlaskClient, ticket: str, *files: tuple[str, bytes]) -> TestResponse:
    given = [(BytesIO(content), name) for name, content in files]
    data = {**fields(client, ticket, body=TYPED), "files": given}
    return client.post(url(ticket, "reply", "files"), data=data, headers=PARTIAL)


def outbound(desk: Desk) -> list[OutboundMail]:
    with desk.session() as session:
        rows = list(session.scalars(select(OutboundMail).order_by(OutboundMail.id)))
        session.expunge_all()
        return rows


def ticket_row(desk: Desk, ticket: str) -> Ticket:
    with desk.session() as session:
        row = session.get_one(Ticket, ticket)
        session.expunge_all()
        return row


def later(ticket: str, desk: Desk, words: str = "Found it!") -> None:
    """Nils writes again."""
    desk.take_in(letter(words, message_id="<2@mail.example>", In_Reply_To="<first@mail.example>"))
