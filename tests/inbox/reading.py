"""Reading the inbox's pages in tests: what htmx sends, what a form holds, which rows are shown."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketMessage
from tests.inbox.desk import Desk, letter, newest_ticket

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
INBOX = "/harbor/inbox"
QUESTION = "Where is my order #1001? I am still waiting for the parcel."
TYPED = "Dear Nils,\n\nit is under way.\n\nBen"


def soup(text: str) -> BeautifulSoup:
    """The page as a tree."""
    return BeautifulSoup(text, "html.parser")


def one(tree: Tag, selector: str) -> Tag:
    """The one element that fits."""
    found = tree.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def url(ticket_id: str, *more: str) -> str:
    """The address of a ticket, or of something below it."""
    return "/".join((INBOX, "tickets", ticket_id, *more))


def ask(desk: Desk, **headers: str) -> str:
    """Nils writes and a draft is made; the id of his ticket."""
    desk.take_in(letter(QUESTION, **headers))
    desk.work()
    with desk.session() as session:
        return newest_ticket(session).id


def fields(client: FlaskClient, ticket_id: str, **typed: str) -> dict[str, str]:
    """What the reply form would post, with what a person typed into it."""
    form = one(soup(client.get(url(ticket_id)).text), "form[data-autosave]")
    held = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    body = one(form, "textarea").text.removeprefix("\n")
    return {"body": body, **held, **typed}


def subjects(text: str) -> list[str]:
    """The subjects of the list's rows, from the top."""
    return [link.text for link in soup(text).select("[data-row]")]


def text_of(desk: Desk, ticket_id: str) -> str:
    """What stands in the composer."""
    with desk.session() as session:
        rows = messages(session, ticket_id)
        return next((row.body_text for row in rows if row.delivery_state == "draft"), "")


def messages(session: Session, ticket_id: str) -> list[TicketMessage]:
    """A ticket's messages in the order they were made."""
    rows = select(TicketMessage).where(TicketMessage.ticket_id == ticket_id)
    return list(session.scalars(rows.order_by(TicketMessage.id)))


def plant(session: Session, number: int, **values: Any) -> Ticket:
    """A ticket from nobody in particular."""
    from tests import cast

    ticket = Ticket(
        number=1000 + number,
        subject=f"Question {number:02}",
        customer_name="Nils Holgersson",
        customer_email=f"nils{number}@mail.example",
        preview="My Earl Grey left you a week ago and the tracking page says nothing. Is it lost?",
        last_message_at=cast.NOON.replace(minute=number % 60),
    )
    for name, value in values.items():
        setattr(ticket, name, value)
    session.add(ticket)
    return ticket


def count(text: str, tab: str) -> int:
    """The number beside a tab of the list."""
    found = re.search(rf">{tab}<span class=\"count\">(\d+)</span>", text)
    assert found
    return int(found[1])
