"""Shadow mode in the inbox: nothing is sent, each draft is measured by the real reply."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.db import Session
from shopapp.drafts.learning import reward
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.retrieving import intents
from shopapp.inbox.models import ShadowComparison, Ticket, TicketMessage
from shopapp.inbox.queries import replies, shadows
from shopapp.mail.models import Mailbox
from shopapp.mail.shadowing import refuse_shadow

_READ = 20_000  # characters of each text that are compared
_WRITTEN = (DraftState.PROPOSED, DraftState.EDITED, DraftState.STALE)


def refuse(session: Session, ticket: Ticket) -> None:
    """Raises Shadowed when the ticket came to a mailbox in shadow mode."""
    refuse_shadow(_mailbox(session, ticket))


def is_watched(session: Session, ticket: Ticket) -> bool:
    """Whether the ticket came to a mailbox in shadow mode."""
    mailbox = _mailbox(session, ticket)
    return mailbox is not None and bool(mailbox.is_shadow)


def compare(session: Session, ticket: Ticket) -> ShadowComparison | None:
    """Measure the ticket's draft by the reply the team sent from elsewhere, once both are there."""
    if not is_watched(session, ticket):
        return None
    draft = replies.newest_draft(session, ticket.id)
    if draft is None or draft.state not in _WRITTEN or not draft.content:
        return None
    question = session.get(TicketMessage, draft.ticket_message_id)
    real = shadows.real_reply(session, question) if question else None
    if question is None or real is None or shadows.is_compared(session, real):
        return None
    return _kept(session, draft, question, real)


def _kept(
    session: Session, draft: AiDraft, question: TicketMessage, real: TicketMessage
) -> ShadowComparison:
    measured = reward.score(draft.content[:_READ], real.visible_text[:_READ], sent=True)
    row = ShadowComparison(
        ticket_id=real.ticket_id,
        ai_draft_id=draft.id,
        ticket_message_id=real.id,
        intent=_intent(question),
        distance=measured.ned,
        kept=measured.kept,
        edit_class=measured.edit_class.value,
    )
    session.add(row)
    session.flush()
    return row


def _intent(question: TicketMessage) -> str:
    """The first of what the mail asks for, by name; 'other' when nothing is recognised."""
    asked = intents.intents(f"{question.subject}\n{question.visible_text}"[:_READ])
    return min((one.value for one in asked), default="other")


def _mailbox(session: Session, ticket: Ticket) -> Mailbox | None:
    if ticket.mailbox_id is None:
        return None
    return session.scalar(select(Mailbox).where(Mailbox.id == ticket.mailbox_id))
