"""A draft of the past with everything the app would have written down about it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from seeds.history.lots import Lot
from seeds.history.rows import Row
from seeds.stage import Stage
from shopapp.accounts.models import User
from shopapp.drafts.drafters import embedded
from shopapp.drafts.grounding import BrandVoice, Packet, packet_hash, packet_json
from shopapp.drafts.learning.diff import opcodes
from shopapp.drafts.learning.reward import EditClass, score
from shopapp.drafts.models import DraftState, DraftSubject
from shopapp.inbox.models import Macro

_MODELS = (
    (embedded.MODEL, embedded.VERSION, None),
    ("harbor-small", "2026-06", "reply/1"),
    ("harbor-small", "2026-06", "reply/2"),
)
_REASONS = ("facts", "tone", "question", "unneeded")
_STATES = {EditClass.DISCARDED: DraftState.DISCARDED, EditClass.STALE: DraftState.STALE}
_PLEASED = 0.5  # rewards above it get a thumb up from whoever rates


@dataclass(frozen=True, slots=True)
class Sent:
    """The reply that left in the end: ids, its text and when."""

    ticket: str
    question: str
    reply: str
    text: str
    at: datetime


def letter(body: str, stage: Stage) -> str:
    """A body with the greeting and the signature of the store."""
    return f"Hello,\n\n{body}\n\n{stage.shop.signature}"


def final_of(lot: Lot) -> str:
    """The draft's body as somebody changed it; raises ValueError where nothing is to swap."""
    request = lot.request
    if lot.became in (EditClass.REWRITE, EditClass.DISCARDED):
        return request.rewrite
    swaps = {EditClass.LIGHT: request.light, EditClass.MODERATE: request.moderate}
    text = request.draft
    for old, new in swaps.get(lot.became, ()):
        if old not in text:
            message = f"the draft for {request.intent} does not say “{old}”"
            raise ValueError(message)
        text = text.replace(old, new)
    return text


def drafted(lot: Lot, sent: Sent, stage: Stage, agent: User, macro: Macro | None) -> Row:
    """The columns of the draft."""
    content, state = letter(lot.request.draft, stage), _STATES.get(lot.became, DraftState.SENT)
    packet = Packet(
        brand=BrandVoice(stage.shop.name, signature=stage.shop.signature),
        question=lot.ask,
        subject=lot.request.subject,
    )
    return {
        "updated_at": sent.at,
        "subject_type": DraftSubject.TICKET,
        "subject_id": sent.ticket,
        "ticket_message_id": sent.question,
        "reply_id": sent.reply if state is DraftState.SENT else None,
        "intent": lot.request.intent,
        "language": "en",
        "mailbox_id": stage.mailbox.id,
        "content": content,
        "reason": f"Follows the macro “{macro.title}”." if macro else "Follows what was asked.",
        "context_packet": json.loads(packet_json(packet)),
        "context_hash": packet_hash(packet),
        "sources": _sources(macro),
        "facts_supported": 1,
        "facts_total": 1,
        "state": state,
        **_made(lot, content),
        **_verdict(lot, content, sent, state, agent),
    }


def _made(lot: Lot, content: str) -> Row:
    """Who wrote it and what that took; the embedded drafter takes no tokens."""
    model, version, prompt = _MODELS[lot.model]
    row: Row = {"model": model, "version": version, "prompt_version": prompt}
    if lot.model == 0:
        return row | {"latency_ms": 20 + lot.shopper % 30}
    size = len(content) // 4
    return row | {
        "tokens_in": 900 + lot.shopper % 400,
        "tokens_out": size + lot.shopper % 30,
        "cost": Decimal(4 + size // 40) / 1000,
        "latency_ms": 1900 + lot.shopper,
    }


def _verdict(lot: Lot, content: str, sent: Sent, state: DraftState, agent: User) -> Row:
    """What was written down when it was sent or discarded."""
    if state is DraftState.STALE:
        return {}
    is_sent = state is DraftState.SENT
    final = sent.text if is_sent else ""
    measured = score(content, final, sent=is_sent)
    return {
        "diff": opcodes(content, final),
        "edit_class": measured.edit_class.value,
        "reward_score": measured.reward,
        "score": {**asdict(measured), "edit_class": measured.edit_class.value},
        "ned": measured.ned,
        "kept": measured.kept,
        "facts_changed": measured.facts_changed,
        "agent_id": agent.id,
        "feedback": _feedback(lot, measured.reward, agent, sent.at),
        "discard_reason": None if is_sent else _REASONS[lot.shopper % len(_REASONS)],
        "approved": is_sent,
        "approved_by_id": agent.id if is_sent else None,
        "approved_at": sent.at if is_sent else None,
        "final_text": final if is_sent else None,
    }


def _feedback(lot: Lot, reward: float, agent: User, at: datetime) -> Row | None:
    """One in four is rated."""
    if lot.shopper % 4:
        return None
    is_up = reward > _PLEASED
    return {
        "thumb": "up" if is_up else "down",
        "reasons": ["tone_right" if is_up else "tone"],
        "tone": 3 if is_up else 1,
        "accuracy": 3,
        "policy": None,
        "comment": "",
        "by": agent.id,
        "at": at.isoformat(),
    }


def _sources(macro: Macro | None) -> list[Row]:
    if macro is None:
        return []
    found = {"kind": "macro", "id": macro.id, "title": macro.title}
    return [{**found, "excerpt": macro.body[:120], "why": "closest to what is asked"}]
