"""The embedded drafter as a Drafter: it answers, answers otherwise, and shortens; no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from shopapp.drafts import embedded
from shopapp.drafts.alignment import Alignment
from shopapp.drafts.grounding import Packet, packet_hash
from shopapp.drafts.lock import coverage
from shopapp.drafts.proposals import Brief, NothingFits, Proposal, Rework, Source, resting
from shopapp.drafts.sentences import sentences
from shopapp.drafts.shortening import shorter

CAN = frozenset({Rework.AGAIN, Rework.SHORTER})
_CANNOT = (
    "The embedded drafter writes from your macros, articles and replies: it can draft again and "
    "shorten. Connect a language model in Settings, AI drafts, for anything else."
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
        question = f"{brief.subject}\n{brief.question}"
        text = shorter(brief.wish.text, question, brief.packet.brand.signature)
        if text == brief.wish.text:
            why = "The draft is one paragraph: the embedded drafter cannot make it shorter."
            return NothingFits(why, model=self.model, version=self.version)
        packet = replace(
            brief.packet,
            passages=tuple(each for each in brief.packet.passages if each.id in self.used),
        )
        return Proposal(
            text=text,
            sources=tuple(_repeated(text, packet)),
            coverage=coverage(text, packet),
            reason="Shortened to the paragraphs that answer most",
            fit=1.0,
            packet=packet,
            packet_hash=packet_hash(packet),
            model=self.model,
            version=self.version,
        )


def _repeated(text: str, packet: Packet) -> Iterator[Source]:
    """The passages of which `text` repeats a sentence: what was cut rests on nothing any more."""
    alignment = Alignment(packet.passages)
    twins = (alignment.twin(sentence.text) for sentence in sentences(text))
    counts = Counter(twin.passage.id for twin in twins if twin and twin.agrees)
    return (resting(each, counts[each.id]) for each in packet.passages if counts[each.id])
