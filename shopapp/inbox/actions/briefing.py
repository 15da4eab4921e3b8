"""Briefing: what a drafter is told of a ticket, read in one go before anything is asked outside."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.db import Session
from shopapp.drafts.drafters.modelled import Terms
from shopapp.drafts.grounding import Packet
from shopapp.drafts.proposals import Brief, Wish
from shopapp.drafts.queries.writers import language_model
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import packets, said
from shopapp.mail.models import Mailbox
from shopapp.mail.queries import default_mailbox
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.tenancy import store_of

_ANSWER = Wish()


def brief(
    session: Session, ticket: Ticket, question: TicketMessage | None, wish: Wish = _ANSWER
) -> Brief:
    """What is asked of a drafter: the packet with everything it may state, and what is wished."""
    packet = _packet(session, ticket, question)
    return Brief(packet.question, packet.subject, packet, wish)


def terms(session: Session, ticket: Ticket) -> Terms | None:
    """How the store's language model is asked for this ticket; None without one."""
    service = language_model(session)
    if service is None:
        return None
    return Terms(
        service.model,
        service.temperature,
        service.language,
        service.masks_people,
        said.known(session, ticket),
    )


def _packet(session: Session, ticket: Ticket, question: TicketMessage | None) -> Packet:
    store = session.scalars(select(Store).where(Store.id == store_of(session))).one()
    voice = packets.Voice(store, settings(session), _mailbox(session, ticket))
    return packets.packet(session, ticket, voice, question)


def _mailbox(session: Session, ticket: Ticket) -> Mailbox | None:
    own = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    return own or default_mailbox(session)
