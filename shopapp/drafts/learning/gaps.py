"""Gaps: statements that people add to replies again and again and that no source supports."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.letters import body_of
from shopapp.drafts.reading.words import stem, telling, terms

REPEATED = 3
"""A statement is proposed once agents added it in so many tickets."""
ALIKE = 0.5
"""Two sentences say the same from this share of common stems on, if their facts are the same."""
KNOWN = 0.8
"""A source that holds this share of a sentence's stems, and its facts, knows it already."""
_FEWEST = 4  # stems that make a statement
_TITLE = 3  # words
_SENTENCES = re.compile(r"(?<=[.?!…])\s+(?=\S)|\n+")
_OF_ONE_ORDER = frozenset(
    {FactKind.ORDER, FactKind.TRACKING, FactKind.SKU, FactKind.EMAIL, FactKind.PHONE}
)
_DAY = re.compile(r"^-?\d")  # of a date's value; a span of time begins with a letter


@dataclass(frozen=True, slots=True)
class Reply:
    """What was sent in a ticket, what had been drafted ('' for nothing), and to which mail."""

    ticket_id: str
    question: str
    draft: str
    final: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence an agent added, by the stems and facts that make it what it is."""

    reply: Reply
    sentence: str
    stems: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing the sources do not say: a title to begin with, the clearest sentence, examples."""

    fingerprint: str
    title: str
    sentence: str
    examples: tuple[Statement, ...]


def gaps(replies: Sequence[Reply], sources: Sequence[str]) -> list[Gap]:
    """What agents added in at least `REPEATED` tickets and no text of `sources` says.

    A statement joins the first group it is like; one ticket counts once in a group. Deterministic.
    """
    known = [(frozenset(terms(text)), _values(text)) for text in sources]
    groups: list[list[Statement]] = []
    for each in (added for reply in replies for added in statements(reply)):
        if any(_knows(source, each) for source in known):
            continue
        group = next((group for group in groups if _alike(group[0], each)), None)
        if group is None:
            groups.append([each])
        elif all(each.reply.ticket_id != other.reply.ticket_id for other in group):
            group.append(each)
    found = [_gap(group) for group in groups if len(group) >= REPEATED]
    return sorted(found, key=lambda gap: (-len(gap.examples), gap.fingerprint))


def statements(reply: Reply) -> Iterator[Statement]:
    """The sentences of the reply that its draft does not have and that are about no one order."""
    drafted = [frozenset(terms(sentence)) for sentence in _sentences(reply.draft)]
    for sentence in _sentences(reply.final):
        stems = frozenset(terms(sentence))
        is_told = len(stems) >= _FEWEST and not sentence.endswith("?")
        is_new = all(_share(stems, other) < ALIKE for other in drafted)
        if is_told and is_new and not _is_private(sentence, reply.names):
            yield Statement(reply, sentence, stems, _values(sentence))


def says(sentence: str, gap: Gap) -> bool:
    """Whether `sentence` is what the gap's examples say."""
    stems, values = frozenset(terms(sentence)), _values(sentence)
    return any(values == e.values and _share(stems, e.stems) >= ALIKE for e in gap.examples)


def _sentences(text: str) -> list[str]:
    parts = (part.strip(" \t-*•") for part in _SENTENCES.split(body_of(text)))
    return [part for part in parts if part]


def _is_private(sentence: str, names: Sequence[str]) -> bool:
    """Whether it speaks of one order, one day or one person."""
    if any(
        fact.kind in _OF_ONE_ORDER or _is_day(fact.kind, fact.value) for fact in facts(sentence)
    ):
        return True
    return any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", sentence, re.I) for n in names if n)


def _is_day(kind: FactKind, value: str) -> bool:
    return kind is FactKind.DATE and bool(_DAY.match(value))


def _values(text: str) -> frozenset[str]:
    return frozenset(
        f"{fact.family} {fact.value}" for fact in facts(text) if fact.kind is not FactKind.NEGATION
    )


def _knows(source: tuple[frozenset[str], frozenset[str]], each: Statement) -> bool:
    stems, values = source
    return len(each.stems & stems) >= KNOWN * len(each.stems) and each.values <= values


def _alike(one: Statement, other: Statement) -> bool:
    return one.values == other.values and _share(one.stems, other.stems) >= ALIKE


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's similarity, 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _gap(group: Sequence[Statement]) -> Gap:
    central = max(group, key=lambda each: sum(_share(each.stems, o.stems) for o in group))
    shared = frozenset.intersection(*(each.stems for each in group))
    key = " ".join(sorted(shared | central.values))
    fingerprint = hashlib.sha256(key.encode()).hexdigest()
    return Gap(fingerprint, _title(group, central), central.sentence, tuple(group))


def _title(group: Sequence[Statement], central: Statement) -> str:
    """The words most of the questions share, else the first of the sentence: to be edited."""
    asked = Counter(word for each in group for word in dict.fromkeys(telling(each.reply.question)))
    common = [word for word, count in asked.most_common() if count * 2 > len(group)]
    told = {stem(word): word for word in reversed(telling(central.sentence))}
    words = list(dict.fromkeys([*common, *told.values()]))[:_TITLE]
    return " ".join(words).capitalize()
