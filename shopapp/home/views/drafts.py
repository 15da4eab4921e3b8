"""A ticket's draft as a row of Today shows it: question, reply, and whether it may leave."""

from __future__ import annotations

from dataclasses import dataclass

from shopapp.drafts.models import AiDraft
from shopapp.home.ranking import Decision, Kind
from shopapp.inbox.actions import checking
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies, tickets
from shopapp.inbox.views import composer
from shopapp.inbox.views.composer import Composer
from shopapp.web.access import Scope

_ASKED = 600
_SENDABLE = ("proposed", "edited", "empty")


@dataclass(frozen=True, slots=True)
class Draft:
    """`refusal` says why it can only be sent from the ticket's page; empty when it may leave."""

    ticket: Ticket
    question: str
    composer: Composer
    refusal: str

    @property
    def can_send(self) -> bool:
        return not self.refusal


def draft_of(here: Scope, decision: Decision) -> Draft | None:
    """The draft of a ticket's decision; None for any other kind."""
    if decision.kind is not Kind.TICKET:
        return None
    ticket = tickets.ticket(here.session, decision.id)
    return shown(here, ticket) if ticket else None


def shown(here: Scope, ticket: Ticket) -> Draft:
    """A ticket's question and draft as they stand now."""
    talk = tickets.conversation(here.session, ticket)
    drafts = replies.drafts_of(here.session, ticket.id)
    state = composer.of(talk, drafts)
    behind = composer.behind(talk.reply, drafts) if talk.reply else None
    asked = talk.last_question
    return Draft(
        ticket,
        " ".join(asked.visible_text.split())[:_ASKED] if asked else "",
        state,
        _refusal(state) or _doubts(here, behind, state.text),
    )


def _refusal(state: Composer) -> str:
    if not state.version or not state.text.strip():
        return "There is no draft any more. Write the reply in the ticket."
    if state.state == "stale":
        return "The customer wrote again after this draft. Look at it in the ticket."
    if state.state == "failed":
        return f"The last attempt failed: {state.reason}"
    if state.state not in _SENDABLE:
        return "This reply is on its way already."
    return ""


def _doubts(here: Scope, behind: AiDraft | None, text: str) -> str:
    """What the gate would say of a draft: its order changed, or a fact stands open."""
    if behind is None:
        return ""
    if checking.open_changes(here.session, behind, text):
        return "The order changed since this was written. Look at it in the ticket."
    if many := len(checking.open_facts(here.session, behind, text)):
        facts = "fact is" if many == 1 else "facts are"
        return f"{many} {facts} not confirmed by anything we know. Check in the ticket."
    return ""
