"""Writing a reply: begun, revised with every save, thrown away with a reason."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.actions import concluding as drafts
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from shopapp.inbox.actions import attaching
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.inbox.queries import audience, replies
from shopapp.refusals import Stale

LONGEST = 100_000


def begin(
    session: Session,
    ticket: Ticket,
    *,
    body: str,
    by: User | None,
    seeded: AiDraft | None = None,
    recipients: Recipients | None = None,
    **values: str,
) -> TicketMessage:
    """The ticket's one reply in writing: `by` a person, or seeded by an AI draft.

    Without `recipients` it goes to everybody of the message it answers. `values` are further ones
    of the row (kind, subject, id). Raises Stale when somebody else has begun one.
    """
    people = recipients or default_recipients(session, ticket)
    reply = _row(ticket, body, by, people, values)
    try:
        with session.begin_nested():
            session.add(reply)
    except IntegrityError:
        message = "Somebody else has begun a reply to this ticket."
        raise Stale(message) from None
    _keep_revision(session, reply, seeded, by)
    return reply


def revise(
    session: Session,
    reply: TicketMessage,
    *,
    body: str,
    version: int,
    by: User,
    recipients: Recipients | None = None,
) -> TicketMessage:
    """Save what a person typed over the version they had before them; None leaves recipients be.

    Raises Stale when the reply was saved by somebody else since, or is no longer being written.
    """
    check_version(reply, version, by)
    is_moved = recipients is not None and recipients != recipients_of(reply)
    if body == reply.body_text and not is_moved:
        return reply
    if recipients is not None:
        _send_to(reply, recipients)
    reply.body_text = reply.visible_text = body
    reply.author_type, reply.author_id = AuthorType.STAFF, by.id
    reply.author_name = by.name or by.email
    draft = replies.draft_behind(session, reply)
    if draft is not None and draft.state is DraftState.PROPOSED:
        draft.state = DraftState.EDITED
    session.flush()
    _keep_revision(session, reply, draft, by)
    return reply


def restore(session: Session, ticket: Ticket, *, by: User) -> TicketMessage:
    """Bring back what was thrown away last; raises Stale when there is nothing to bring back."""
    draft = replies.newest_draft(session, ticket.id)
    if draft is None or draft.state is not DraftState.DISCARDED or draft.reply_id is None:
        message = "There is no discarded draft to bring back."
        raise Stale(message)
    if replies.in_writing(session, ticket) is not None:
        message = "Somebody else has begun a reply to this ticket."
        raise Stale(message)
    thrown = replies.reply(session, draft.reply_id)
    text = thrown.body_text if thrown else draft.content
    people = recipients_of(thrown) if thrown else None
    reply = begin(session, ticket, body=text, by=by, seeded=draft, recipients=people)
    if thrown is not None:
        attaching.take_over(session, thrown, reply)
    drafts.take_up_again(draft, reply.id)
    ticket.draft_ready = True
    note_event(session, ticket, "brought back", by=by)
    return reply


def discard(session: Session, reply: TicketMessage, *, reason: str, by: User) -> TicketMessage:
    """Throw the reply away; an AI draft behind it learns why."""
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written."
        raise Stale(message)
    reply.delivery_state = DeliveryState.DISCARDED
    ticket = reply.ticket
    ticket.draft_ready = False
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.discard(session, draft, reason=reason, final=reply.body_text, by=by)
    note_event(session, ticket, "discarded", by=by, reason=reason or None)
    record(session, "reply.discarded", reply, by=by, after={"reason": reason})
    return reply


def default_recipients(session: Session, ticket: Ticket) -> Recipients:
    """Everybody of the message a reply would answer, but ourselves; else the customer."""
    return audience.default(session, ticket, replies.question(session, ticket))


def recipients_of(reply: TicketMessage) -> Recipients:
    """Whom a reply goes to as it stands."""
    return audience.of(reply)


def unschedule(ticket: Ticket) -> None:
    """No reply waits for its time any more: the ticket waits for us again."""
    if ticket.scheduled_for is not None and ticket.status is TicketStatus.PENDING:
        ticket.status = TicketStatus.OPEN
    ticket.scheduled_for = None


def check_version(reply: TicketMessage, version: int, by: User) -> None:
    """Raises Stale unless the reply is still being written and `version` is its newest."""
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written."
        raise Stale(message)
    if reply.version != version:
        who = reply.author_name
        message = f"{who} changed this reply while you were writing."
        if reply.author_id == by.id:
            message = "You changed this reply in another tab or on another device."
        raise Stale(message)


def _row(
    ticket: Ticket, body: str, by: User | None, people: Recipients, values: dict[str, str]
) -> TicketMessage:
    return TicketMessage(
        ticket=ticket,
        author_type=AuthorType.STAFF if by else AuthorType.AI,
        author_id=by.id if by else None,
        author_name=(by.name or by.email) if by else "AI draft",
        direction=Direction.OUT,
        recipients=[*people.to],
        cc=[*people.cc],
        bcc=[*people.bcc],
        body_text=body,
        visible_text=body,
        delivery_state=DeliveryState.DRAFT,
        sent_at=clock.now(),
        **{"subject": ticket.subject, **values},
    )


def _send_to(reply: TicketMessage, recipients: Recipients) -> None:
    reply.recipients, reply.cc = [*recipients.to], [*recipients.cc]
    reply.bcc = [*recipients.bcc]


def _keep_revision(
    session: Session, reply: TicketMessage, draft: AiDraft | None, by: User | None
) -> None:
    session.add(
        AiDraftRevision(
            ai_draft_id=draft.id if draft else None,
            ticket_message_id=reply.id,
            version=reply.version,
            body=reply.body_text,
            recipients={"to": reply.recipients, "cc": reply.cc, "bcc": reply.bcc},
            author_id=by.id if by else None,
        )
    )
