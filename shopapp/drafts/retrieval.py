"""Retrieval: which stored passage answers a mail best, by full text and edit distance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from rapidfuzz import process
from rapidfuzz.distance import OSA

from shopapp.drafts.grounding import OrderStatus, Passage
from shopapp.drafts.intents import Intent, intents, intents_of_tags
from shopapp.drafts.words import language, stem, telling, terms

K1, B = 1.2, 0.75
THRESHOLD = 0.35
"""The lowest fit that may become a draft: from here on wrong answers to labelled mail are rare
(tests/drafts/library measures it); unrelated mail stays below 0.30."""
INTENT = 2.0
NEAR = 0.8
USUAL = 20
"""A smaller library is weighed as if it had this many passages, so that few do not fit less."""
_INTENTS = frozenset(Intent)
_SPECIAL = frozenset({*Intent, *OrderStatus})
_SHORT = 4

Near = dict[str, tuple[str, float]]
"""For a stem of the mail the passage's nearest stem and their similarity, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Match:
    """A passage, its fit (0 to 1, comparable across mails) and what it shares with the mail."""

    passage: Passage
    fit: float
    words: tuple[str, ...]
    intents: tuple[Intent, ...]


def offered(passage: Passage) -> frozenset[Intent]:
    """The intents a passage answers: those of its tags and of the mail it once answered."""
    return intents_of_tags(passage.tags) | intents(passage.question)


def rank(text: str, passages: Sequence[Passage]) -> tuple[Match, ...]:
    """`passages` by falling fit to the mail `text`, ties by kind, title and id.

    fit = √(r · h), with r the BM25 rank of the passage as a share of the highest any passage
    could reach for this mail, and h the share of the passage's heading that the mail mentions;
    both weigh words by rarity. A word the library does not know counts for a near one by its
    normalised edit similarity (from `NEAR` up), so typing errors cost little. An intent is one
    more word, `INTENT` times as heavy. Another language than the mail's makes 0.

    BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, formula 3.15,
    with k1 = 1.2, b = 0.75 and the never negative idf = ln(1 + (N − n + ½) / (n + ½)).
    """
    library = _Library([_document(passage) for passage in passages])
    written = {stem(word): word for word in reversed(telling(text))}
    asked = [*dict.fromkeys(terms(text)), *sorted(intents(text))]
    found = library.matches(asked, written, language(text))
    return tuple(sorted(found, key=_order))


def _order(match: Match) -> tuple[float, str, str, str]:
    return -match.fit, match.passage.kind.value, match.passage.title, match.passage.id


@dataclass(frozen=True, slots=True)
class _Document:
    """A passage's stems: those of its heading (title, tags, answered question), all with counts."""

    passage: Passage
    heading: frozenset[str]
    counts: Counter[str]
    language: str


@lru_cache(maxsize=4096)
def _document(passage: Passage) -> _Document:
    tags = [tag for tag in passage.tags if tag not in _SPECIAL]
    told = terms(" ".join([passage.title, *tags, passage.question]))
    heading = [*told, *sorted(offered(passage))]
    counts = Counter([*heading, *heading, *terms(passage.body)])
    return _Document(passage, frozenset(heading), counts, language(passage.body))


class _Library:
    """What is known of all documents together: how rare a stem is and how long a document."""

    def __init__(self, documents: Sequence[_Document]) -> None:
        self.documents = documents
        self.size = max(len(documents), USUAL)
        self.spread = Counter(term for document in documents for term in document.counts)
        self.stems = sorted(self.spread, reverse=True)
        self.alike: dict[str, list[tuple[str, float]]] = {}
        self.mean = sum(d.counts.total() for d in documents) / max(len(documents), 1) or 1.0

    def matches(self, asked: list[str], written: dict[str, str], spoken: str) -> Iterable[Match]:
        for document in self.documents:
            near = self._near(asked, document)
            foreign = bool(spoken and document.language and spoken != document.language)
            share = self._rank(asked, near, document) * self._heading(near, document)
            fit = 0.0 if foreign else min(sqrt(share), 1.0)
            words = tuple(written[term] for term in near if term in written)
            shared = tuple(intent for intent in Intent if intent in near)
            yield Match(document.passage, round(fit, 4), words, shared)

    def _idf(self, term: str) -> float:
        n = self.spread[term]
        weight = INTENT if term in _INTENTS else 1.0
        return weight * log(1 + (self.size - n + 0.5) / (n + 0.5))

    def _near(self, asked: Iterable[str], document: _Document) -> Near:
        found = ((term, self._nearest(term, document)) for term in asked)
        return {term: nearest for term, nearest in found if nearest[1] >= NEAR}

    def _nearest(self, term: str, document: _Document) -> tuple[str, float]:
        if term in document.counts:
            return term, 1.0
        if term in self.spread or len(term) <= _SHORT:
            return "", 0.0
        return next((near for near in self._alike(term) if near[0] in document.counts), ("", 0.0))

    def _alike(self, term: str) -> list[tuple[str, float]]:
        """The library's stems near `term`, the nearest first; looked for once for all documents."""
        if term not in self.alike:
            found = process.extract(
                term, self.stems, scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=None
            )
            self.alike[term] = [(stem, likeness) for stem, likeness, _ in found]
        return self.alike[term]

    def _rank(self, asked: list[str], near: Near, document: _Document) -> float:
        length = K1 * (1 - B + B * document.counts.total() / self.mean)
        score = highest = 0.0
        for term in asked:
            nearest, likeness = near.get(term, (term, 0.0))
            count = document.counts[nearest]
            highest += self._idf(nearest) * (K1 + 1)
            score += likeness * self._idf(nearest) * count * (K1 + 1) / (count + length)
        return score / highest if highest else 0.0

    def _heading(self, near: Near, document: _Document) -> float:
        said = dict(near.values())
        whole = sum(map(self._idf, sorted(document.heading)))
        told = sum(self._idf(t) * said.get(t, 0.0) for t in sorted(document.heading))
        return told / whole if whole else 0.0
