"""The embedded drafter as a Drafter: it answers, answers otherwise, and shortens; no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from shopapp.drafts.drafters import embedded
from shopapp.drafts.grounding import Packet, packet_hash
from shopapp.drafts.locking.alignment import Alignment
from shopapp.drafts.locking.lock import coverage
from shopapp.drafts.proposals import Brief, Drafter, NothingFits, Proposal, Rework, Source, resting
from shopapp.drafts.reading.sentences import sentences
from shopapp.drafts.retrieving.shortening import shorter

CAN = frozenset({Rework.AGAIN, Rework.SHORTER})
_CANNOT = (
    "The embedded drafter writes from your macros, articles and replies: it can draft again and "
    "shorten. Connect a language model in Settings, AI drafts, for anything else."
)
_CANNOT_ELSEWHERE = (
    "The embedded drafter can draft again and shorten. Connect a language model in Settings, "
    "AI drafts, for anything else."
)


@dataclass(frozen=True, slots=True)
class EmbeddedDrafter:
    """Needs no service. `used` are the passages of the draft at hand: again means another one."""

    used: frozenset[str] = frozenset()
    model: str = embedded.MODEL
    version: str = embedded.VERSION

    def draft(self, brief: Brief, written: Callable[[str], None]) -> Proposal | NothingFits:
        """A stored text that fits, filled from the packet; a wish it cannot grant is refused."""
        wish = brief.wish
        if wish.rework not in CAN or wish.instruction or wish.language:
            return NothingFits(_CANNOT, model=self.model, version=self.version)
        return self._shorter(brief) if wish.rework is Rework.SHORTER else self._again(brief)

    def _again(self, brief: Brief) -> Proposal | NothingFits:
        others = tuple(each for each in brief.packet.passages if each.id not in self.used)
        packet = replace(brief.packet, passages=others)
        return embedded.compose(brief.question, brief.subject, packet)

    def _shorter(self, brief: Brief) -> Proposal | NothingFits:
        packet = replace(
            brief.packet,
            passages=tuple(each for each in brief.packet.passages if each.id in self.used),
        )
        return _shortened(brief, packet, self)


@dataclass(frozen=True, slots=True)
class ReadyDrafter:
    """Needs no service either: an area's own rule has made `ready`, which it gives and shortens."""

    ready: Proposal | NothingFits

    @property
    def model(self) -> str:
        """The rule's own name and version."""
        return self.ready.model

    @property
    def version(self) -> str:
        return self.ready.version

    def draft(self, brief: Brief, written: Callable[[str], None]) -> Proposal | NothingFits:
        """What is ready, or the draft at hand shorter; a wish it cannot grant is refused."""
        wish = brief.wish
        if wish.rework not in CAN or wish.instruction or wish.language:
            return NothingFits(_CANNOT_ELSEWHERE, model=self.model, version=self.version)
        if wish.rework is Rework.SHORTER:
            return _shortened(brief, brief.packet, self)
        if isinstance(self.ready, Proposal) and self.ready.text == wish.text:
            why = "The embedded drafter has no other words for it."
            return NothingFits(why, model=self.model, version=self.version)
        return self.ready


def _shortened(brief: Brief, packet: Packet, by: Drafter) -> Proposal | NothingFits:
    """The paragraphs of the draft at hand that answer most, resting on `packet`."""
    question = f"{brief.subject}\n{brief.question}"
    text = shorter(brief.wish.text, question, brief.packet.brand.signature)
    if text == brief.wish.text:
        why = "The draft is one paragraph: the embedded drafter cannot make it shorter."
        return NothingFits(why, model=by.model, version=by.version)
    return Proposal(
        text=text,
        sources=tuple(_repeated(text, packet)),
        coverage=coverage(text, packet),
        reason="Shortened to the paragraphs that answer most",
        fit=1.0,
        packet=packet,
        packet_hash=packet_hash(packet),
        model=by.model,
        version=by.version,
    )


def _repeated(text: str, packet: Packet) -> Iterator[Source]:
    """The passages of which `text` repeats a sentence: what was cut rests on nothing any more."""
    alignment = Alignment(packet.passages)
    twins = (alignment.twin(sentence.text) for sentence in sentences(text))
    counts = Counter(twin.passage.id for twin in twins if twin and twin.agrees)
    return (resting(each, counts[each.id]) for each in packet.passages if counts[each.id])
