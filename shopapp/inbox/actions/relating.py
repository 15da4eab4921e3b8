"""What a person says about a ticket's relations: these are two matters, this one belongs to it."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connectors.mail.addresses import ascii_address
from shopapp.db import Session
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DistinctTickets, Ticket, TicketParticipant
from shopapp.inbox.queries import threads
from shopapp.refusals import Invalid


def tell_apart(session: Session, ticket: Ticket, other: Ticket, *, by: User) -> None:
    """Never suggest again that the two belong together."""
    known = set(
        session.scalars(
            select(DistinctTickets.other_id).where(DistinctTickets.ticket_id == ticket.id)
        )
    )
    if other.id in known:
        return
    session.add_all(
        DistinctTickets(ticket_id=one.id, other_id=two.id)
        for one, two in ((ticket, other), (other, ticket))
    )
    record(session, "ticket.told apart", ticket, by=by, after={"from": other.number})


def add_participant(session: Session, ticket: Ticket, address: str, *, by: User) -> str:
    """Let mail from `address` join the ticket; the address as it is kept. Raises Invalid."""
    try:
        key = ascii_address(address.strip()).lower()
    except ValueError as error:
        raise Invalid(str(error), "address") from None
    if key in threads.participants(session, [ticket.id])[ticket.id]:
        message = f"{key} takes part in this ticket already."
        raise Invalid(message, "address")
    session.add(TicketParticipant(ticket_id=ticket.id, address=key))
    note_event(session, ticket, "added", by=by, to=key)
    record(session, "ticket.participant added", ticket, by=by)
    return key
