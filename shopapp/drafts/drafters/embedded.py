"""The embedded drafter: a stored text that fits, filled from facts; or nothing, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shopapp.drafts.drafters import adapting
from shopapp.drafts.drafters.adapting import Rejected
from shopapp.drafts.grounding import (
    OrderStatus,
    Packet,
    Passage,
    packet_hash,
)
from shopapp.drafts.learning import spoken
from shopapp.drafts.locking.lock import coverage, order_meant, unsupported
from shopapp.drafts.proposals import Considered, NothingFits, Proposal, Source
from shopapp.drafts.reading.facts import FactKind
from shopapp.drafts.reading.letters import body_of
from shopapp.drafts.retrieving.intents import GUARDED, Intent, intents
from shopapp.drafts.retrieving.retrieval import THRESHOLD, Match, offered, rank

MODEL = "embedded"
VERSION = "3"
"""Raised with every change of ranking, threshold or wording, so that scores stay comparable."""
_TRIED = 5
NEARLY = 0.75
_SHARED = 2
_STATUSES = frozenset(OrderStatus)
_CLAIMS = frozenset({FactKind.STATE, FactKind.PROMISE})


def compose(
    message_text: str, subject: str, packet: Packet, passages: Sequence[Passage] = ()
) -> Proposal | NothingFits:
    """Answer a mail from `passages` (default: the packet's own), or say why not.

    Takes the visible text of the mail. One passage is used, never two mixed: of those that may
    serve this order, the best whose variables and facts the packet supports. When a better one was
    refused, the next must be nearly as good, for the better one shows what the mail is about. Mail
    about law, health, fraud, personal data or an awaited refund is left to a person unless a
    passage is made for it; order facts are left out when the mail names another order.
    """
    question = f"{subject}\n{body_of(message_text)}"
    if packet.order and order_meant(question, [packet.order]) is None:
        packet = replace(packet, order=None)
    asked = intents(question)
    considered: list[Considered] = []
    lowest = THRESHOLD
    for match in rank(question, list(passages or packet.passages))[:_TRIED]:
        refusal = _guard(match, asked) or _refusal(match, packet, lowest)
        outcome = _considered(match, refusal) if refusal else _attempt(match, question, packet)
        if isinstance(outcome, Proposal):
            return replace(outcome, considered=tuple(considered))
        lowest = lowest if refusal else max(lowest, match.fit * NEARLY)
        considered.append(outcome)
    return NothingFits(
        _summary(considered, asked), tuple(c for c in considered if c.fit), MODEL, VERSION
    )


def _attempt(match: Match, question: str, packet: Packet) -> Proposal | Considered:
    passage = match.passage
    used = replace(packet, passages=(passage,))
    try:
        text, excerpt = adapting.letter(passage, question, used)
        text = spoken.followed(text, used.style_rules, used.customer.first_name)
        _check_facts(text, used)
    except Rejected as refusal:
        return _considered(match, str(refusal))
    source = Source(passage.kind, passage.id, passage.title, excerpt, _why(match))
    return Proposal(
        text=text,
        sources=(source,),
        coverage=coverage(text, used),
        reason=_reason(packet, source, intents(question) - offered(passage)),
        fit=match.fit,
        packet=used,
        packet_hash=packet_hash(used),
        model=MODEL,
        version=VERSION,
    )


def _considered(match: Match, why_not: str) -> Considered:
    return Considered(match.passage.id, match.passage.title, match.fit, why_not)


def _guard(match: Match, asked: frozenset[Intent]) -> str:
    unmet = (asked & GUARDED) - offered(match.passage)
    return f"is not made for this: {_listed(unmet)}" if unmet else ""


def _refusal(match: Match, packet: Packet, lowest: float) -> str:
    """Why a passage is out before anything is written; empty if it is not."""
    wanted = _STATUSES & set(match.passage.tags)
    shared = len(match.words) + len(match.intents) + match.mails
    if match.fit < lowest or shared < _SHARED:
        return "has too little in common with the mail"
    if wanted and packet.order is None:
        return "needs an order, and none is certain"
    if wanted and packet.order and packet.order.status not in wanted:
        return f"is for orders {_listed(wanted)}, this one is {_spoken(packet.order.status)}"
    return ""


def _check_facts(text: str, packet: Packet) -> None:
    """What a store's own text claims or promises is left to the person, who has to confirm it."""
    loose = [fact for fact in unsupported(text, packet) if fact.kind not in _CLAIMS]
    if loose:
        raise Rejected("states what nothing supports: " + ", ".join(fact.text for fact in loose))


def _why(match: Match) -> str:
    asks = [f"asks about: {_listed(match.intents)}"] if match.intents else []
    words = [f"matched words: {', '.join(match.words)}"] if match.words else []
    were = "mails were" if match.mails > 1 else "mail was"
    mails = [f"{match.mails} similar {were} answered with it"] if match.mails else []
    return "; ".join(mails + asks + words)


def _reason(packet: Packet, source: Source, open_intents: frozenset[Intent]) -> str:
    about = (
        f"Order {packet.order.name} {_spoken(packet.order.status)}" if packet.order else "No order"
    )
    also = f"; may also ask about: {_listed(open_intents)}" if open_intents else ""
    return f"{about}; {_spoken(source.kind)} “{source.title}”{also}"


def _summary(considered: list[Considered], asked: frozenset[Intent]) -> str:
    if Intent.SENSITIVE in asked:
        return "Mentions law, health, fraud or personal data: a person should answer."
    if not considered or considered[0].fit < THRESHOLD:
        return "No macro, article or approved reply fits this mail."
    return f"“{considered[0].title}” came closest, but it {considered[0].why_not}."


def _listed(values: Iterable[str]) -> str:
    return ", ".join(_spoken(value) for value in sorted(values))


def _spoken(value: str) -> str:
    return str(value).replace("-", " ").replace("_", " ")
