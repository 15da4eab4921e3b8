"""What a quiesced installation holds back, as a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from shopapp.db import Session, new_session
from shopapp.inbox.models import TicketMessage
from shopapp.jobs import queries
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.stores.models import Store
from shopapp.tenancy import store_of, store_transaction

_MOST = 200
_OPEN = (OutboundState.QUEUED, OutboundState.SENDING)


@dataclass(frozen=True, slots=True)
class Held:
    """`waiting` leaves once resumed; about `unknown` a person decides; `elsewhere` is a count."""

    waiting: Sequence[OutboundMail]
    unknown: Sequence[OutboundMail]
    elsewhere: int


def held(session: Session) -> Held:
    """The mail of the session's store, and how many jobs of other stores wait to leave."""
    others = [job for job in queries.held_jobs(session) if job.store_id != store_of(session)]
    unknown = _mails(session, (OutboundState.UNKNOWN,))
    return Held(_mails(session, _OPEN), unknown, len(others))


def tickets(session: Session, mails: Iterable[OutboundMail]) -> Mapping[str, str]:
    """The ticket each of the mails answers, by the mail's id."""
    answers = {mail.ticket_message_id: mail.id for mail in mails if mail.ticket_message_id}
    query = select(TicketMessage.id, TicketMessage.ticket_id)
    found = session.execute(query.where(TicketMessage.id.in_(answers)))
    return {answers[message_id]: ticket_id for message_id, ticket_id in found}


def held_by_store() -> Iterator[tuple[str, Held]]:
    """Each store's handle with what it holds; needs an app context."""
    with closing(new_session()) as session:
        session.reading = True
        stores = session.execute(select(Store.id, Store.handle).order_by(Store.handle)).all()
    for store_id, handle in stores:
        with store_transaction(store_id) as session:
            yield handle, held(session)


def _mails(session: Session, states: Sequence[OutboundState]) -> Sequence[OutboundMail]:
    query = select(OutboundMail).where(OutboundMail.state.in_(states))
    return session.scalars(query.order_by(OutboundMail.not_before).limit(_MOST)).all()
