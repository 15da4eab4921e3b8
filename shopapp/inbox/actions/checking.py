"""The gate of an AI-seeded reply: its facts are known or confirmed, its order is as it was.

What a person writes without an AI draft is theirs and passes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.actions import confirming
from shopapp.drafts.grounding import Difference, OrderFacts, packet_hash, packet_json
from shopapp.drafts.locking.lock import coverage, unsupported
from shopapp.drafts.locking.rechecking import changes, is_told, order_hash
from shopapp.drafts.models import AiDraft
from shopapp.drafts.queries.confirmations import AGE, CHANGE, confirmed
from shopapp.drafts.reading.facts import Fact
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DeliveryState, TicketMessage
from shopapp.inbox.queries import freshness, grounds, replies
from shopapp.refusals import Invalid, Stale


class Unconfirmed(Invalid):
    """The reply states `facts` that nothing supports and nobody confirmed."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        said = ", ".join(f"“{fact.text}”" for fact in facts)
        super().__init__(f"Confirm or correct what nothing we know supports: {said}.", "body")
        self.facts = tuple(facts)


class OrderChanged(Invalid):
    """The order changed since the draft was written, in what the reply says: `differences`."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(f"The order changed since this was written. {told(differences)}.", "body")
        self.differences = tuple(differences)


class OrderOld(Invalid):
    """The reply states facts of an order that was last read too long ago."""

    def __init__(self, order: OrderFacts) -> None:
        message = f"{old(order)} Look it up in the shop, or say that it is still right."
        super().__init__(message, "body")


def is_doubt(refusal: Invalid) -> bool:
    """Whether the evidence of the reply shows what it was refused for."""
    return isinstance(refusal, Unconfirmed | OrderChanged | OrderOld)


def check(session: Session, reply: TicketMessage) -> None:
    """Raises OrderChanged, Unconfirmed or OrderOld unless an AI-seeded reply may leave as is."""
    draft = replies.draft_behind(session, reply)
    if draft is None:
        return
    if different := open_changes(session, draft, reply.body_text):
        raise OrderChanged(different)
    if loose := open_facts(session, draft, reply.body_text):
        raise Unconfirmed(loose)
    if stale := old_order(session, draft, reply.body_text):
        raise OrderOld(stale)


def open_facts(session: Session, draft: AiDraft, text: str) -> list[Fact]:
    """The facts of `text` that neither the draft's packet nor a person vouches for, each once."""
    loose = unsupported(text, grounds.packet_behind(draft), confirmed(session, draft.id))
    return list({(fact.family, fact.value): fact for fact in reversed(loose)}.values())[::-1]


def open_changes(session: Session, draft: AiDraft, text: str) -> tuple[Difference, ...]:
    """What changed in the order that concerns `text`, unless a person kept it in spite of that."""
    packet = grounds.packet_behind(draft)
    if packet.order is None:
        return ()
    fresh = grounds.fresh_order(session, draft)
    different = changes(text, packet, fresh)
    is_kept = different and (CHANGE, order_hash(fresh)) in confirmed(session, draft.id)
    return () if is_kept else different


def old_order(session: Session, draft: AiDraft, text: str) -> OrderFacts | None:
    """The order that `text` tells of, if it was read too long ago and nobody said it will do."""
    packet = grounds.packet_behind(draft)
    fresh = grounds.fresh_order(session, draft) if is_told(text, packet) else None
    if fresh is None or not freshness.is_old(session, fresh):
        return None
    return None if (AGE, _read_at(fresh)) in confirmed(session, draft.id) else fresh


def old(order: OrderFacts) -> str:
    """How old an order's data is, in a sentence."""
    return f"The data of order {order.name} is {freshness.age(order.as_of)} old."


def confirm(
    session: Session, reply: TicketMessage, *, family: str, value: str, reason: str, by: User
) -> None:
    """Vouch for a fact of the reply. Raises Invalid without a reason, Stale when it is not open."""
    draft = _draft(session, reply)
    loose = open_facts(session, draft, reply.body_text)
    fact = next((each for each in loose if (each.family, each.value) == (family, value)), None)
    if fact is None:
        message = "This fact no longer stands open in the reply."
        raise Stale(message)
    confirming.confirm(session, draft, fact, reason=reason, by=by)
    note_event(session, reply.ticket, "confirmed", by=by, reason=fact.text)


def keep(session: Session, reply: TicketMessage, *, by: User, seen: str | None = None) -> None:
    """Let the reply stand as written although its order changed, or was read long ago.

    What changed, and how old what is known of the order is, is recorded.

    `seen` is the hash of the order that the person was shown: one that changed again is not kept.
    """
    draft = _draft(session, reply)
    different = open_changes(session, draft, reply.body_text)
    fresh = order_hash(grounds.fresh_order(session, draft))
    if different and seen in (None, fresh):
        confirming.accept_change(session, draft, fresh, told=told(different), by=by)
        note_event(session, reply.ticket, "kept", by=by, reason=told(different))
    stale = old_order(session, draft, reply.body_text)
    if stale and seen in (None, fresh):
        confirming.accept_age(session, draft, _read_at(stale), told=old(stale), by=by)
        note_event(session, reply.ticket, "kept", by=by, reason=old(stale))


def refresh(session: Session, reply: TicketMessage, *, by: User) -> None:
    """Let the draft rest on its order as it is known now; the text stays, its evidence is new."""
    draft = _draft(session, reply)
    before = draft.context_hash
    packet = replace(grounds.packet_behind(draft), order=grounds.fresh_order(session, draft))
    found = coverage(draft.content, packet)
    draft.context_packet = json.loads(packet_json(packet))
    draft.context_hash = packet_hash(packet)
    draft.facts_supported, draft.facts_total = found.supported, found.total
    record(
        session,
        "draft.refreshed",
        draft,
        by=by,
        before={"packet": before},
        after={"packet": draft.context_hash},
    )


def told(differences: Sequence[Difference]) -> str:
    """Differences in a line: "Status: in transit → delivered; Total: 54 USD → 60 USD"."""
    return "; ".join(f"{each.field}: {each.before} → {each.after}" for each in differences)


def _read_at(order: OrderFacts) -> str:
    return order.as_of.astimezone(UTC).isoformat(timespec="seconds")


def _draft(session: Session, reply: TicketMessage) -> AiDraft:
    draft = replies.draft_behind(session, reply)
    if draft is None or reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written from a draft."
        raise Stale(message)
    return draft
