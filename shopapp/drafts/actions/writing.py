"""Writing a draft: by the store's model, or by the embedded drafter where that one fails."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.llm.shapes import Message
from shopapp.drafts.actions import asking
from shopapp.drafts.drafters.modelled import ModelDrafter, Terms, leaves
from shopapp.drafts.drafters.stored import EmbeddedDrafter
from shopapp.drafts.grounding import packet_hash, packet_json
from shopapp.drafts.models import AiDraft
from shopapp.drafts.proposals import Brief, Drafter, NothingFits, Proposal
from shopapp.drafts.queries.making import UNDERWAY
from shopapp.jobs import quiet
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import LostLease

PACE = 0.7
"""Seconds between two notes of what is written so far."""
FELL_BACK = "The embedded drafter wrote this: the language model did not answer."
log = structlog.get_logger(__name__)


class Overtaken(Exception):
    """Nobody waits for the draft any more: it is stopped in the middle."""


@dataclass(frozen=True, slots=True)
class Commission:
    """One draft to write: its row, what is asked, and how; `embedded` writes without `terms`."""

    draft_id: str
    brief: Brief
    terms: Terms | None
    embedded: Drafter = field(default_factory=EmbeddedDrafter)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it, in `latency_ms`; `trouble` says in a sentence or two why no model wrote it.

    `asked` are the messages that left.
    """

    outcome: Proposal | NothingFits
    latency_ms: int
    trouble: str = ""
    asked: tuple[Message, ...] = ()


def write(context: JobContext, commission: Commission) -> Written:
    """Have the draft written; no transaction is open while a service is asked.

    A failing service is no failure: the embedded drafter writes then, and `trouble` says why.
    Raises Overtaken when the row's state has changed meanwhile, LostLease as every job does.
    """
    started = time.perf_counter()
    progress = Progress(context, commission.draft_id)
    trouble, outcome = "", None
    asked: tuple[Message, ...] = ()
    try:
        drafter = _model(context, commission)
        if drafter is not None:
            asked = tuple(leaves(commission.brief, drafter.terms).messages)
            outcome = _drafted(drafter, commission.brief, progress)
    except ConnectorError as error:
        trouble = _told(error)
    if outcome is None:
        outcome = _drafted(commission.embedded, commission.brief, progress)
    return Written(outcome, round((time.perf_counter() - started) * 1000), trouble, asked)


class Progress:
    """Notes what is written so far in the draft's row, every PACE seconds of `tick`."""

    def __init__(
        self, context: JobContext, draft_id: str, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._context, self._draft_id, self._tick = context, draft_id, tick
        self._last: float | None = None

    def __call__(self, text: str) -> None:
        """Raises Overtaken when the draft is not being written any more."""
        now = self._tick()
        if self._last is not None and now - self._last < PACE:
            return
        self._last = now
        with self._context.transaction() as session:
            noted = session.execute(
                update(AiDraft)
                .where(AiDraft.id == self._draft_id, AiDraft.state.in_(UNDERWAY))
                .values(content=text)
                .returning(AiDraft.id)
                .execution_options(synchronize_session=False)
            ).one_or_none()
        if noted is None:
            raise Overtaken


def keep(draft: AiDraft, written: Written) -> None:
    """Put what was written, and what it took, in the row; its state is the caller's."""
    outcome = written.outcome
    draft.model, draft.version, draft.reason = outcome.model, outcome.version, outcome.reason
    draft.latency_ms = written.latency_ms
    draft.error = f"{FELL_BACK} {written.trouble}" if written.trouble else None
    draft.asked = [{"role": each.role, "content": each.content} for each in written.asked] or None
    if isinstance(outcome, NothingFits):
        draft.content = ""
        draft.error = " ".join(filter(None, (written.trouble, outcome.reason)))
        return
    _fill(draft, outcome)


def fell_back(draft: AiDraft) -> bool:
    """Whether the embedded drafter wrote it because the language model failed."""
    return (draft.error or "").startswith(FELL_BACK)


def _model(context: JobContext, commission: Commission) -> ModelDrafter | None:
    """The store's model; None where there is none, or where nothing may leave."""
    if commission.terms is None:
        return None
    with context.transaction() as session:
        is_quiet = bool(session.scalar(quiet.is_quiesced()))
    if is_quiet:
        return None
    chat = asking.metered(context.transaction, context.keyring, ai_draft_id=commission.draft_id)
    return ModelDrafter(chat, commission.terms) if chat else None


def _drafted(
    drafter: Drafter, brief: Brief, progress: Callable[[str], None]
) -> Proposal | NothingFits:
    """What the drafter makes of the mail; one that breaks it is left to a person."""
    try:
        return drafter.draft(brief, progress)
    except (ConnectorError, LostLease, Overtaken, SQLAlchemyError):
        raise
    except Exception:
        log.exception("draft.crashed", drafter=drafter.model)
        why = "The drafter could not read this mail: a person should answer."
        return NothingFits(why, model=drafter.model, version=drafter.version)


def _told(error: ConnectorError) -> str:
    return " ".join(filter(None, (error.message, error.fix)))


def _fill(draft: AiDraft, proposal: Proposal) -> None:
    draft.content = proposal.text
    draft.prompt_version = proposal.prompt_version or None
    draft.context_packet = json.loads(packet_json(proposal.packet))
    draft.context_hash = proposal.packet_hash or packet_hash(proposal.packet)
    draft.facts_supported = proposal.coverage.supported
    draft.facts_total = proposal.coverage.total
    draft.tokens_in, draft.tokens_out = proposal.usage.tokens_in, proposal.usage.tokens_out
    draft.cost = proposal.usage.cost
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
