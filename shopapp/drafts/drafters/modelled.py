"""The drafter that asks a language model: masked, streamed, read strictly, kept to the packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import add
from typing import TypeVar

from shopapp.connectors.errors import Permanent
from shopapp.connectors.llm.shapes import Answer, ChatModel, Message, Question, Spent
from shopapp.drafts.drafters.answering import Answered, Malformed, answered, so_far
from shopapp.drafts.drafters.guarding import Removed, harmless
from shopapp.drafts.drafters.masking import Known, Mask
from shopapp.drafts.drafters.prompting import SCHEMA, Prompted, prompted
from shopapp.drafts.drafters.prompts import CURRENT, prompt
from shopapp.drafts.grounding import OrderStatus, Packet, Passage, packet_hash
from shopapp.drafts.locking.lock import coverage, order_meant, unsupported
from shopapp.drafts.proposals import EXCERPT, Brief, NothingFits, Proposal, Usage, resting
from shopapp.drafts.retrieving.intents import Intent, intents
from shopapp.drafts.retrieving.retrieval import rank

MOST_TOKENS = 1_500
"""The longest answer: about a thousand words."""
SHOWN = 8
"""The most passages a model is shown."""
_STEP = 32  # characters of an answer between two looks at what there is so far
_Number = TypeVar("_Number", int, Decimal)
_AGAIN = "That did not keep the agreed form. Answer once more, with the JSON object alone."


@dataclass(frozen=True, slots=True)
class Terms:
    """How a store's model is asked: which one, how freely, in which language, and who is masked.

    `longest` is the most characters that a text may have, where there is a limit.
    """

    model: str
    temperature: float = 0.2
    language: str = ""
    masks_people: bool = True
    known: Known = field(default_factory=Known)
    prompt_version: str = CURRENT
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves for a brief: the messages as they go, and what the answer is read back with."""

    messages: Sequence[Message]
    brief: Brief
    prompted: Prompted
    mask: Mask | None


@dataclass(slots=True)
class ModelDrafter:
    """Asks `chat`; of its text nothing stays that points beyond the packet.

    `draft` raises ConnectorError when the service failed. An answer that is not in the agreed form
    or longer than it may be is asked for once more.
    """

    chat: ChatModel
    terms: Terms
    version: str = ""

    @property
    def model(self) -> str:
        """What is asked, as the store's settings name it."""
        return self.terms.model

    def draft(self, brief: Brief, written: Callable[[str], None]) -> Proposal | NothingFits:
        """A model's answer to the brief; `written` is told the letter so far."""
        leaving = leaves(brief, self.terms)
        calls: list[Spent] = []
        said = self._said(leaving, written, calls)
        if said is None:
            return self._nothing("The language model's answer could not be read.")
        if not said.text:
            why = "; ".join(said.missing)[:EXCERPT]
            return self._nothing(f"The language model has no answer: {why or 'it wrote nothing'}.")
        return self._proposal(said, leaving, _together(calls))

    def _said(
        self, leaving: Leaving, written: Callable[[str], None], calls: list[Spent]
    ) -> Answered | None:
        messages, said = leaving.messages, None
        for _ in range(2):
            answer = self._answer(messages, leaving, written)
            calls.append(answer.spent)
            self.version = answer.model
            try:
                said = _restored(answered(answer.text), leaving.mask)
            except Malformed:
                again = _AGAIN
            else:
                if not (again := _too_long(said.text, self.terms.longest)):
                    return said
            messages = (*messages, Message("assistant", answer.text), Message("user", again))
        return said

    def _answer(
        self, messages: Sequence[Message], leaving: Leaving, written: Callable[[str], None]
    ) -> Answer:
        question = Question(
            messages,
            self.terms.model,
            MOST_TOKENS,
            self.terms.temperature,
            schema=SCHEMA,
            schema_name="draft",
        )
        text, shown = "", 0
        with closing(_pieces(self.chat, question)) as pieces:
            for piece in pieces:
                if isinstance(piece, Answer):
                    return piece
                text += piece
                if len(text) - shown >= _STEP:
                    shown = len(text)
                    if letter := so_far(text):
                        mask, packet = leaving.mask, leaving.brief.packet
                        shown_so_far = mask.restored_so_far(letter) if mask else letter
                        written(harmless(shown_so_far, packet).text)
        message = "The language model's answer broke off."
        raise Permanent(message)

    def _proposal(self, said: Answered, leaving: Leaving, usage: Usage) -> Proposal | NothingFits:
        packet = leaving.brief.packet
        guarded = harmless(said.text, packet)
        if not guarded.text.strip():
            return self._nothing("Nothing of what the language model wrote could be kept.")
        used = _used(said, leaving.prompted, guarded.text, packet)
        rests = replace(packet, passages=tuple(passage for passage, _ in used))
        return Proposal(
            text=guarded.text,
            sources=tuple(resting(passage, count) for passage, count in used),
            coverage=coverage(guarded.text, rests),
            reason=_reason(leaving.brief, said, guarded.removed),
            fit=1.0,
            packet=rests,
            packet_hash=packet_hash(rests),
            model=self.model,
            version=self.version,
            prompt_version=self.terms.prompt_version,
            usage=usage,
        )

    def _nothing(self, reason: str) -> NothingFits:
        return NothingFits(reason, model=self.model, version=self.version)


def _too_long(text: str, longest: int | None) -> str:
    """What is said to a model that wrote more than fits; empty when it did not."""
    if longest is None or len(text) <= longest:
        return ""
    return (
        f"That text has {len(text)} characters, and {longest} fit. "
        "Answer once more, shorter, with the JSON object alone."
    )


def _together(calls: Sequence[Spent]) -> Usage:
    """What the calls for one draft took; None where one of them did not say."""
    tokens_in = [each.tokens_in for each in calls]
    tokens_out = [each.tokens_out for each in calls]
    cost = [each.cost for each in calls]
    return Usage(_sum(tokens_in), _sum(tokens_out), _sum(cost))


def _sum(parts: Sequence[_Number | None]) -> _Number | None:
    known = [part for part in parts if part is not None]
    return reduce(add, known) if known and len(known) == len(parts) else None


def leaves(brief: Brief, terms: Terms) -> Leaving:
    """Everything that is sent to the service for `brief`, exactly: what a page can show.

    The best passages go along, and the order only when the mail may be about it.
    """
    meant = _narrowed(brief)
    asked = prompted(meant, prompt(terms.prompt_version), terms.language)
    if not terms.masks_people:
        return Leaving(asked.messages, meant, asked, None)
    mask = _mask(meant, terms.known)
    hidden = tuple(replace(each, content=mask.hide(each.content)) for each in asked.messages)
    return Leaving(hidden, meant, asked, mask)


def _narrowed(brief: Brief) -> Brief:
    packet, question = brief.packet, f"{brief.subject}\n{brief.question}"
    if packet.matter:
        return brief
    if packet.order and order_meant(question, [packet.order]) is None:
        packet = replace(packet, order=None)
    fitting = [each for each in packet.passages if _serves(each, packet)]
    best = [match.passage for match in rank(question, fitting) if match.fit]
    return replace(brief, packet=replace(packet, passages=tuple(best[:SHOWN])))


def _serves(passage: Passage, packet: Packet) -> bool:
    """Whether it is for orders that stand where this one does, or for any."""
    wanted = frozenset(OrderStatus) & set(passage.tags)
    return not wanted or (packet.order is not None and packet.order.status in wanted)


def _mask(brief: Brief, known: Known) -> Mask:
    packet, order = brief.packet, brief.packet.order
    parcels = order.fulfilments if order else ()
    kept = [packet.brand.store_name, packet.brand.agent_name, packet.brand.email]
    kept += [order.name, *(line.sku for line in order.lines)] if order else []
    kept += [parcel.tracking_number for parcel in parcels]
    kept += packet.purchase.numbers() if packet.purchase else []
    mask = Mask(
        Known(
            (*known.names, packet.customer.name, packet.customer.first_name),
            known.places,
            (*known.kept, *filter(None, kept)),
        )
    )
    written = [packet.purchase.terms, packet.purchase.notes] if packet.purchase else []
    mask.learn(brief.question, brief.wish.text, *(turn.text for turn in packet.history), *written)
    return mask


def _pieces(chat: ChatModel, question: Question) -> Generator[str | Answer]:
    yield from chat.stream(question)


def _restored(said: Answered, mask: Mask | None) -> Answered:
    if mask is None:
        return said
    sentences = (
        type(each)(mask.restored(each.text), each.opens, each.sources) for each in said.sentences
    )
    missing = tuple(mask.restored(each) for each in said.missing)
    return Answered(tuple(sentences), said.language, missing)


def _used(said: Answered, asked: Prompted, text: str, packet: Packet) -> list[tuple[Passage, int]]:
    """The passages that sentences name, how often; and those unnamed in which a fact stands."""
    named = Counter(key for sentence in said.sentences for key in dict.fromkeys(sentence.sources))
    used = [(asked.sources[key], count) for key, count in named.items() if key in asked.sources]
    for passage in packet.passages:
        rests = replace(packet, passages=tuple(each for each, _ in used))
        if not (open_facts := unsupported(text, rests)):
            break
        more = replace(rests, passages=(*rests.passages, passage))
        if len(unsupported(text, more)) < len(open_facts):
            used.append((passage, 0))
    return used


def _reason(brief: Brief, said: Answered, removed: Sequence[Removed]) -> str:
    told = [_about(brief.packet)]
    if said.missing:
        told.append("not answered: " + ", ".join(said.missing)[:EXCERPT])
    if removed:
        told.append("taken out: " + ", ".join(each.what for each in removed)[:EXCERPT])
    asked = intents(f"{brief.subject}\n{brief.question}")
    if not brief.packet.matter and Intent.SENSITIVE in asked:
        told.append("mentions law, health, fraud or personal data: read with care")
    return "; ".join(told)


def _about(packet: Packet) -> str:
    if packet.purchase:
        return f"Written from {packet.purchase.number}"
    if packet.page:
        return f"{packet.page.product}, with what people search for"
    order = packet.order
    return f"Order {order.name} {order.status.value.replace('-', ' ')}" if order else "No order"
