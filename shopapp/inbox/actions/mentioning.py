"""Naming a colleague in a note: they find it on their list and get a mail about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.accounts.queries import members
from shopapp.db import Session
from shopapp.inbox.mentions import Person, mentioned
from shopapp.inbox.models import Mention, Ticket, TicketMessage
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail import letters
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

TELL = "inbox.mention"
EXCERPT = 400


def mention(session: Session, note: TicketMessage, *, by: User) -> list[Mention]:
    """Note everybody a note names, except who wrote it, and have them told."""
    team = [member.user for member in members(session, store_of(session))]
    people = [Person(user.id, user.name or "", user.email) for user in team]
    ids = [each for each in mentioned(note.body_text, people) if each != by.id]
    rows = [Mention(ticket_message_id=note.id, user_id=each) for each in ids]
    session.add_all(rows)
    session.flush()
    for row in rows:
        enqueue(
            session,
            TELL,
            store_id=row.store_id,
            arguments={"mention_id": row.id},
            dedupe_key=f"{TELL}:{row.id}",
        )
    return rows


def read(session: Session, row: Mention, *, by: User) -> Mention:
    """Whoever is meant has seen it; anybody else's look changes nothing."""
    if row.user_id == by.id:
        row.seen_at = row.seen_at or clock.now()
        session.flush()
    return row


@handler(TELL)
def tell(context: JobContext, *, mention_id: str) -> None:
    """Put the mail about a mention into the outbox, unless it was read meanwhile."""
    with context.transaction() as session:
        row = session.scalar(
            select(Mention)
            .options(
                joinedload(Mention.user),
                joinedload(Mention.message).joinedload(TicketMessage.ticket),
            )
            .where(Mention.id == mention_id, Mention.seen_at.is_(None))
        )
        if row is not None:
            _write(session, row, row.message.ticket, context)


def _write(session: Session, row: Mention, ticket: Ticket, context: JobContext) -> None:
    store = session.get_one(Store, row.store_id)
    letters.send(
        session,
        "mention.txt",
        to=row.user.email,
        key=f"mention:{row.id}",
        config=context.config,
        by=row.message.author_name,
        number=ticket.number,
        excerpt=row.message.body_text[:EXCERPT],
        link=f"{context.config.base_url}/{store.handle}/inbox/tickets/{ticket.id}",
    )
