"""The AI draft of a ticket: asked for when mail arrives, made in the background."""

from __future__ import annotations

import json
import time

import structlog
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts import embedded
from shopapp.drafts.grounding import Packet, packet_json
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.proposals import NothingFits, Proposal
from shopapp.inbox.actions import comparing, replying, shadowing
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.inbox.queries import packets, replies
from shopapp.inbox.quoting import split_reply
from shopapp.inbox.sanitising import visible_text
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Invalid, Stale
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

DRAFT = "inbox.draft"
READ = 20_000
"""Characters of a mail that are read for a draft; what is asked stands at its beginning."""
log = structlog.get_logger(__name__)


def ask_for_draft(session: Session, ticket: Ticket, question: TicketMessage) -> None:
    """Have a draft that answers `question` made in the background; asking twice makes one."""
    if not is_on(settings(session), "ai_drafts") or _is_busy(session, ticket):
        return
    if comparing.holds_out(session, ticket, question):
        return
    newest = replies.newest_draft(session, ticket.id)
    if newest is None or newest.state is not DraftState.DRAFTING:
        session.add(
            AiDraft(
                subject_type=DraftSubject.TICKET,
                subject_id=ticket.id,
                ticket_message_id=question.id,
                model=embedded.MODEL,
                version=embedded.VERSION,
            )
        )
    enqueue(
        session,
        DRAFT,
        store_id=store_of(session),
        arguments={"ticket_id": ticket.id},
        dedupe_key=f"{DRAFT}:{ticket.id}",
    )


def ask_again(session: Session, ticket: Ticket, *, by: User | None = None) -> None:
    """Ask for a new draft in place of an untouched one; it takes a ticket out of the comparison.

    Raises Stale while another reply is written or on its way, Invalid for a ticket that is not
    open, without a customer's message to answer, or where drafts are switched off.
    """
    if not is_on(settings(session), "ai_drafts"):
        message = "AI drafts are switched off in Settings, Automations."
        raise Invalid(message)
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
def draft_ticket(context: JobContext, *, ticket_id: str) -> None:
    """Fill the ticket's waiting draft, unless a person was faster or the ticket was closed."""
    with context.transaction() as session:
        ticket = session.get(Ticket, ticket_id)
        draft = replies.newest_draft(session, ticket_id)
        question = replies.question(session, ticket) if ticket else None
        if ticket is None or draft is None or draft.state is not DraftState.DRAFTING:
            return
        if question is None or not _is_waiting(session, ticket) or _is_busy(session, ticket):
            draft.state = DraftState.STALE
            return
        voice = packets.Voice(
            session.scalars(select(Store).where(Store.id == store_of(session))).one(),
            settings(session),
            default_mailbox(session),
        )
        propose(session, draft, ticket, question, packets.packet(session, ticket, voice))
        shadowing.compare(session, ticket)


def propose(
    session: Session, draft: AiDraft, ticket: Ticket, question: TicketMessage, packet: Packet
) -> AiDraft:
    """Let the embedded drafter answer `question`; when it cannot, it says so and writes nothing."""
    started = time.perf_counter()
    outcome = _composed(question, packet)
    draft.ticket_message_id = question.id
    draft.model, draft.version, draft.reason = outcome.model, outcome.version, outcome.reason
    draft.latency_ms = round((time.perf_counter() - started) * 1000)
    if isinstance(outcome, NothingFits):
        draft.state, draft.error = DraftState.FAILED, outcome.reason
        return draft
    _fill(draft, outcome)
    reply = replying.begin(session, ticket, body=outcome.text, by=None, seeded=draft)
    draft.reply_id = reply.id
    ticket.draft_ready = True
    return draft


def _composed(question: TicketMessage, packet: Packet) -> Proposal | NothingFits:
    """What the drafter makes of the mail; one that breaks it is left to a person."""
    try:
        return embedded.compose(_words(question)[:READ], _subject(question), packet)
    except Exception:
        log.exception("draft.crashed", message=question.id)
        return NothingFits(
            "The drafter could not read this mail: a person should answer.",
            model=embedded.MODEL,
            version=embedded.VERSION,
        )


def _fill(draft: AiDraft, proposal: Proposal) -> None:
    draft.state = DraftState.PROPOSED
    draft.content = proposal.text
    draft.context_packet = json.loads(packet_json(proposal.packet))
    draft.context_hash = proposal.packet_hash
    draft.facts_supported = proposal.coverage.supported
    draft.facts_total = proposal.coverage.total
    draft.sources = [
        {
            "kind": source.kind.value,
            "id": source.id,
            "title": source.title,
            "excerpt": source.excerpt,
            "why": source.why,
        }
        for source in proposal.sources
    ]


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


def _words(question: TicketMessage) -> str:
    """What people see of the customer's mail: no quoted text, nothing hidden in the HTML."""
    if question.body_html:
        return split_reply(visible_text(question.body_html)).visible
    return question.visible_text or question.body_text


def _subject(question: TicketMessage) -> str:
    """The subject, unless it is the old one of a conversation that has moved on."""
    return "" if question.in_reply_to else question.subject
