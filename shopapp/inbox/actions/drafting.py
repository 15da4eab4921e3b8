"""The AI draft of a ticket: asked for when mail arrives, made in the background."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.actions import writing
from shopapp.drafts.actions.writing import Commission, Written
from shopapp.drafts.drafters import embedded
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.proposals import NothingFits
from shopapp.drafts.queries import making
from shopapp.drafts.queries.writers import language_model
from shopapp.drafts.reading.words import language
from shopapp.inbox.actions import briefing, comparing, replying, shadowing
from shopapp.inbox.models import AuthorType, DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies, said
from shopapp.inbox.queries.withheld import withheld
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid, Stale
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

DRAFT = "inbox.draft"
_STEPS = 3  # read, written, kept
_MOVED_ON = "The conversation moved on while this was written."
_BEGUN = "Somebody began to write while this was written."
_DONE_WITH = "The ticket was closed while this was written."


def ask_for_draft(session: Session, ticket: Ticket, question: TicketMessage) -> None:
    """Have a draft that answers `question` made in the background; asking twice makes one."""
    if why_none(session, ticket) or _is_busy(session, ticket):
        return
    if comparing.holds_out(session, ticket, question):
        return
    draft = replies.newest_draft(session, ticket.id)
    if draft is None or draft.state is not DraftState.DRAFTING:
        draft = opened(session, ticket, question)
        session.add(draft)
        session.flush()
    enqueue(
        session,
        DRAFT,
        store_id=store_of(session),
        arguments={"ticket_id": ticket.id, "draft_id": draft.id},
        dedupe_key=making.key(DRAFT, draft.id),
        max_attempts=making.ATTEMPTS,
    )


def opened(
    session: Session, ticket: Ticket, question: TicketMessage | None, **values: object
) -> AiDraft:
    """A draft's row before anything is written: for which mail, and who will write."""
    service = language_model(session)
    return AiDraft(
        subject_type=DraftSubject.TICKET,
        subject_id=ticket.id,
        ticket_message_id=question.id if question else None,
        model=service.model if service else embedded.MODEL,
        version="" if service else embedded.VERSION,
        intent=said.intent(question),
        mailbox_id=ticket.mailbox_id,
        **values,
    )


def ask_again(session: Session, ticket: Ticket, *, by: User | None = None) -> None:
    """Ask for a new draft in place of an untouched one; it takes a ticket out of the comparison.

    Raises Stale while another reply is written or on its way, Invalid for a ticket that is not
    open, without a customer's message to answer, or where drafts are switched off.
    """
    if why := why_none(session, ticket):
        raise Invalid(why)
    if ticket.status is not TicketStatus.OPEN:
        message = "Reopen the ticket first, then ask for a draft."
        raise Invalid(message)
    outdate(session, ticket)
    question = replies.question(session, ticket)
    if question is None:
        message = "No customer has written in this ticket, so there is nothing to answer."
        raise Invalid(message)
    if _is_busy(session, ticket):
        message = "There is a reply already. Discard it first, then ask for a new draft."
        raise Stale(message)
    comparing.leave(session, ticket, by=by)
    ask_for_draft(session, ticket, question)


def why_none(session: Session, ticket: Ticket) -> str:
    """Why no draft is made for the ticket, in a sentence; empty when one may be."""
    if not is_on(settings(session), "ai_drafts"):
        return "AI drafts are switched off in Settings, Automations."
    mailbox = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    if mailbox is not None and not mailbox.is_drafted:
        return f"AI drafts are switched off for {mailbox.address}."
    return ""


def outdate(session: Session, ticket: Ticket) -> None:
    """A proposal nobody touched does not answer the newest message: take it away, as stale."""
    draft = replies.newest_draft(session, ticket.id)
    if draft is None or draft.state is not DraftState.PROPOSED:
        return
    draft.state = DraftState.STALE
    ticket.draft_ready = False
    reply = replies.in_writing(session, ticket)
    if reply is not None and reply.author_type is AuthorType.AI:
        reply.delivery_state = DeliveryState.DISCARDED
    session.flush()


def give_up(session: Session, ticket: Ticket) -> None:
    """Nothing is to be proposed any more: what is proposed goes away, what is being made too.

    In shadow mode it is made all the same, to be compared with the reply.
    """
    outdate(session, ticket)
    draft = replies.newest_draft(session, ticket.id)
    if shadowing.is_watched(session, ticket):
        return
    if draft is not None and draft.state is DraftState.DRAFTING:
        draft.state = DraftState.STALE


@handler(DRAFT)
def draft_ticket(context: JobContext, *, ticket_id: str, draft_id: str | None = None) -> None:
    """Fill the ticket's waiting draft, unless a person was faster or the ticket was closed.

    Read in one transaction, written in none, kept in a third step: a worker that dies leaves a
    draft that its next attempt fills, one that lost its lease writes nothing.
    """
    commission = _read(context, ticket_id, draft_id)
    if commission is None:
        return
    try:
        written = writing.write(context, commission)
    except writing.Overtaken:
        return
    with context.transaction() as session:
        context.progress(_STEPS, _STEPS)
        _settle(session, commission, written)


def _read(context: JobContext, ticket_id: str, draft_id: str | None) -> Commission | None:
    """What is to be written; nothing when the draft is given up, or is another job's."""
    with context.transaction() as session:
        ticket = session.get(Ticket, ticket_id)
        draft = replies.newest_draft(session, ticket_id)
        question = replies.question(session, ticket) if ticket else None
        if ticket is None or draft is None or draft.state is not DraftState.DRAFTING:
            return None
        if draft_id not in (None, draft.id):
            return None
        if question is None or not _is_waiting(session, ticket) or _is_busy(session, ticket):
            draft.state = DraftState.STALE
            return None
        draft.ticket_message_id, draft.intent = question.id, said.intent(question)
        context.progress(1, _STEPS)
        brief, terms = briefing.brief(session, ticket, question), briefing.terms(session, ticket)
        return Commission(draft.id, brief, terms)


def _settle(session: Session, commission: Commission, written: Written) -> None:
    """Propose what was written, or say that it came too late and begin anew where that helps."""
    draft = session.get_one(AiDraft, commission.draft_id)
    ticket = session.get(Ticket, draft.subject_id)
    if ticket is None or draft.state is not DraftState.DRAFTING:
        return
    writing.keep(draft, written)
    _explain(session, ticket, commission, draft)
    question = replies.question(session, ticket)
    if why := _too_late(session, ticket, draft, question):
        draft.state, draft.error = DraftState.STALE, why
        session.flush()
        if question is not None and _is_waiting(session, ticket):
            ask_for_draft(session, ticket, question)
        return
    propose(session, draft, ticket, written)
    shadowing.compare(session, ticket)


def _explain(session: Session, ticket: Ticket, commission: Commission, draft: AiDraft) -> None:
    """Where nothing was written and no order could be used, say why not, and what helps."""
    why = None if draft.content else withheld(session, ticket, commission.brief.packet)
    if why:
        draft.error = f"{draft.error or ''} No order facts: {why}".strip()


def _too_late(
    session: Session, ticket: Ticket, draft: AiDraft, question: TicketMessage | None
) -> str:
    """What happened while the draft was written, in a sentence; empty when nothing did."""
    if not _is_waiting(session, ticket):
        return _DONE_WITH
    if _is_busy(session, ticket):
        return _BEGUN
    return _MOVED_ON if question is None or question.id != draft.ticket_message_id else ""


def propose(session: Session, draft: AiDraft, ticket: Ticket, written: Written) -> AiDraft:
    """Put what was written in the composer; where nothing fits, the draft's row says why."""
    if isinstance(written.outcome, NothingFits):
        draft.state = DraftState.FAILED
        return draft
    draft.state = DraftState.PROPOSED
    draft.language = language(draft.content) or None
    reply = replying.begin(session, ticket, body=draft.content, by=None, seeded=draft)
    draft.reply_id = reply.id
    ticket.draft_ready = True
    return draft


def _is_waiting(session: Session, ticket: Ticket) -> bool:
    """Whether it is our turn; in shadow mode also when the team has answered elsewhere."""
    if ticket.merged_into_id is not None:
        return False
    answered = ticket.status is TicketStatus.PENDING and shadowing.is_watched(session, ticket)
    return ticket.status is TicketStatus.OPEN or answered


def _is_busy(session: Session, ticket: Ticket) -> bool:
    """Whether a reply stands in the composer or is on its way, or nobody knows if it arrived."""
    if replies.in_writing(session, ticket) is not None:
        return True
    draft = replies.newest_draft(session, ticket.id)
    return draft is not None and draft.state is DraftState.QUEUED
