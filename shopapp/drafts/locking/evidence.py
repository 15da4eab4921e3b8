"""Evidence: each sentence of a draft with what it rests on and what nothing vouches for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from shopapp.drafts.grounding import Packet, PassageKind
from shopapp.drafts.locking.alignment import Alignment
from shopapp.drafts.locking.lock import Checked, Coverage, checked, rests_on
from shopapp.drafts.locking.origins import Origin, Pair, of_passage
from shopapp.drafts.reading.facts import Fact
from shopapp.drafts.reading.sentences import Span, sentences


@dataclass(frozen=True, slots=True)
class Vouched:
    """A sentence, the origins it rests on, its open facts and those a person confirmed.

    `pieces` are its text cut where open facts begin and end; True marks an open one.
    """

    text: str
    start: int
    end: int
    origins: tuple[Origin, ...]
    open: tuple[Fact, ...]
    confirmed: tuple[Fact, ...]
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A draft's sentences that state something, and how many of its facts are supported."""

    sentences: tuple[Vouched, ...]
    coverage: Coverage

    @property
    def open(self) -> tuple[Fact, ...]:
        """What a person has to confirm before the text may leave, each value once."""
        facts = (fact for sentence in self.sentences for fact in sentence.open)
        return tuple({(fact.family, fact.value): fact for fact in facts}.values())


def evidence(text: str, packet: Packet, confirmed: Collection[Pair] = ()) -> Evidence:
    """What each sentence of `text`, as it stands now, rests on. Linear in the length of `text`.

    Beside the origins of its facts, a sentence rests on the passage it repeats.
    """
    found = checked(text, packet)
    usable = [p for p in packet.passages if p.kind is not PassageKind.APPROVED_REPLY]
    alignment = Alignment(usable)
    vouched = (
        _vouched(text, span, inside, alignment, confirmed)
        for span, inside in _shared_out(sentences(text), found)
    )
    told = tuple(each for each in vouched if each.origins or each.open or each.confirmed)
    supported = sum(bool(each.origins) for each in found)
    return Evidence(told, Coverage(supported, len(found)))


def _shared_out(
    spans: Sequence[Span], found: Sequence[Checked]
) -> Iterator[tuple[Span, list[Checked]]]:
    """Each sentence with the facts that begin in it; both ascend."""
    place = 0
    for span in spans:
        inside: list[Checked] = []
        while place < len(found) and found[place].fact.start < span.end:
            inside.append(found[place])
            place += 1
        yield span, inside


def _vouched(
    text: str,
    span: Span,
    inside: Sequence[Checked],
    alignment: Alignment,
    confirmed: Collection[Pair],
) -> Vouched:
    loose = [each.fact for each in inside if not each.origins]
    twin = alignment.twin(span.text)
    repeated = [of_passage(twin.passage)] if twin and twin.agrees else []
    rests = dict.fromkeys([origin for each in inside for origin in each.origins] + repeated)
    still_open = tuple(fact for fact in loose if not rests_on(fact, confirmed))
    return Vouched(
        span.text,
        span.start,
        span.end,
        tuple(rests),
        still_open,
        tuple(fact for fact in loose if rests_on(fact, confirmed)),
        tuple(_pieces(text, span, still_open)),
    )


def _pieces(text: str, span: Span, facts: Sequence[Fact]) -> Iterator[tuple[str, bool]]:
    """The sentence's text in stretches; overlapping facts are one, and end with the sentence."""
    done = span.start
    for fact in facts:
        start, end = max(fact.start, done), min(fact.end, span.end)
        if start >= end:
            continue
        if done < start:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < span.end:
        yield text[done : span.end], False
