"""Retrieval: which stored text answers a mail best, by its words and by what answered its like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.reading.words import terms
from shopapp.drafts.retrieving.intents import TOPICS, Intent
from shopapp.drafts.retrieving.library import (
    STORES,
    Document,
    Library,
    Near,
    Reading,
    asked,
    documents,
    offered,
)
from shopapp.drafts.retrieving.neighbours import Votes, votes

__all__ = ["THRESHOLD", "Match", "offered", "rank"]

THRESHOLD = 0.35
"""The lowest fit that may become a draft: from here on wrong answers to labelled mail are rare
(tests/drafts/library measures it); unrelated mail stays below it."""
TWINS = 0.9
"""Two replies that share this much of their words are one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A passage, its fit (0 to 1, comparable across mails) and what it shares with the mail.

    `mails` counts the like mails of the past that were answered with it. Of a long article the
    passage holds the section that fits best.
    """

    passage: Passage
    fit: float
    words: tuple[str, ...]
    intents: tuple[Intent, ...]
    mails: int = 0


def rank(text: str, passages: Sequence[Passage]) -> tuple[Match, ...]:
    """The `passages` that share something with the mail `text`, by falling fit.

    Ties go by kind, title and id.

    fit = √(r · h), with r the BM25 rank of the passage as a share of the highest any passage
    could reach for this mail, and h the share of the passage's heading that the mail mentions;
    both weigh words by rarity. A word the library does not know counts for a near one by its
    normalised edit similarity (from `NEAR` up), so typing errors cost little. An intent is one
    more word, `INTENT` times as heavy. Another language than the mail's makes 0.

    Of past replies each says what its like was answered with: votes v of weight λ order macros
    and articles by (1 − λ) · fit + λ · v, and where those mails were like this one only in part,
    all fits are lowered alike. A reply stands for itself where it was made of nothing. A passage's
    standing lowers its fit; replies that say the same count once.

    BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, formula 3.15,
    with k1 = 1.2, b = 0.75 and the never negative idf = ln(1 + (N − n + ½) / (n + ½)).
    """
    written = tuple(each for each in passages if each.kind is not PassageKind.APPROVED_REPLY)
    past = [each for each in passages if each.kind is PassageKind.APPROVED_REPLY]
    known = {each.id: each for each in written}
    alone = [each for each in past if each.rests_on not in known]
    elsewhere = frozenset[Intent]().union(*map(offered, alone)) - TOPICS
    reading = Reading(_library(frozenset(written)), asked(text), elsewhere)
    spoken = votes(reading, past)
    replies = sorted((_match(reading, each, Votes()) for each in alone), key=_order)
    voted = {known[key] for key in spoken.shares if key in known}
    found = [_match(reading, each, spoken) for each in reading.touched() | voted]
    return tuple(sorted([*found, *_distinct(replies)], key=_order))


@lru_cache(maxsize=STORES)
def _library(passages: frozenset[Passage]) -> Library:
    return Library(sorted(passages, key=lambda each: (each.kind.value, each.id)))


def _match(reading: Reading, passage: Passage, spoken: Votes) -> Match:
    own, near, best = _best(reading, passage)
    share = 0.0 if reading.is_foreign(best) else spoken.shares.get(passage.id, 0.0)
    fit = (1 - spoken.weight) * own + spoken.weight * share * spoken.sure**2
    words = tuple(reading.mail.words[term] for term in near if term in reading.mail.words)
    return Match(
        best.passage,
        round(fit * passage.standing, 4),
        words,
        tuple(intent for intent in Intent if intent in near),
        spoken.counts.get(passage.id, 0),
    )


def _best(reading: Reading, passage: Passage) -> tuple[float, Near, Document]:
    """The section that fits best, the first of equals."""
    read = [(*reading.fit(document), document) for document in documents(passage)]
    return max(read, key=lambda each: each[0])


def _distinct(replies: list[Match]) -> Iterator[Match]:
    """The replies without those that say what a better one says."""
    kept: list[frozenset[str]] = []
    for match in replies:
        said = frozenset(terms(match.passage.body))
        if not any(_overlap(said, other) >= TWINS for other in kept):
            kept.append(said)
            yield match


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    whole = len(one | other)
    return len(one & other) / whole if whole else 0.0


def _order(match: Match) -> tuple[float, str, str, str]:
    return -match.fit, match.passage.kind.value, match.passage.title, match.passage.id
