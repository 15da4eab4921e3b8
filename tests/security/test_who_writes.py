"""Who a mail is from and where it may go: strangers, forged references, the shop's own form."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.inbox.models import AuthorType, Direction, Ticket, TicketStatus
from tests.inbox.desk import ADDRESS, NILS, Desk, letter, newest_ticket
from tests.inbox.reading import messages

QUESTION = "Where is my order #1001? I am still waiting for the parcel."
STRANGER = letter(
    "I saw this mail.",
    sender="Mallory <mallory@evil.example>",
    message_id="<m@evil.example>",
    References="<first@mail.example>",
)
AGAIN = letter("Hello?", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")


def test_a_stranger_who_names_a_mail_does_not_lead_its_customer_astray(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    desk.take_in(STRANGER)
    desk.take_in(AGAIN)
    with desk.session() as session:
        of_nils = session.scalars(select(Ticket).where(Ticket.number == 101)).one()
        assert [m.message_id for m in messages(session, of_nils.id)] == [
            "first@mail.example",
            "2@mail.example",
        ]
        assert newest_ticket(session).linked_ticket_id == of_nils.id


def test_the_stranger_goes_on_in_a_ticket_of_their_own(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    desk.take_in(STRANGER)
    more = letter(
        "Well?",
        sender="Mallory <mallory@evil.example>",
        message_id="<m2@evil.example>",
        References="<first@mail.example> <m@evil.example>",
    )
    desk.take_in(more)
    with desk.session() as session:
        assert len(messages(session, newest_ticket(session).id)) == 2


def test_the_shops_own_contact_form_speaks_for_the_customer(desk: Desk) -> None:
    form = letter(QUESTION, sender=f"Harbor Tea <{ADDRESS}>", Reply_To=f"Nils <{NILS}>")
    desk.take_in(form)
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        (message,) = messages(session, ticket.id)[:1]
        assert (ticket.status, ticket.customer_email) == (TicketStatus.OPEN, NILS)
        assert (message.author_type, message.direction) == (AuthorType.CUSTOMER, Direction.IN)
        assert (message.author_name, message.author_email) == ("Nils", NILS)
        assert ticket.draft_ready
