"""A library: texts as stems with their weights, ranked for a mail by rarity and length (BM25)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from rapidfuzz import process
from rapidfuzz.distance import OSA

from shopapp.drafts.grounding import OrderStatus, Passage
from shopapp.drafts.reading.words import language, stem, telling, terms
from shopapp.drafts.retrieving.hearing import asked_for
from shopapp.drafts.retrieving.intents import TOPICS, Intent, intents, intents_of_tags
from shopapp.drafts.retrieving.sections import sections

K1, B = 1.2, 0.75
INTENT, TOPIC = 2.0, 0.75
NEAR = 0.8
USUAL = 20
"""A smaller library is weighed as if it had this many texts, so that few do not fit less."""
STORES = 8
"""Of how many stores what is known of their texts is kept."""
_INTENTS = frozenset(Intent)
_SPECIAL = frozenset({*Intent, *OrderStatus})
SHORT = 4

Near = dict[str, tuple[str, float]]
"""For a stem of the mail the nearest stem of a text and their similarity, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """A passage, or a section of one, as stems: those of its headings, and all with counts.

    `headings` are its title with tags and answered question, and the section's own.
    """

    passage: Passage
    headings: tuple[tuple[str, ...], ...]
    counts: Counter[str]
    length: int
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail as stems: `words` as they were written, by their stems."""

    terms: tuple[str, ...]
    intents: frozenset[Intent]
    words: dict[str, str]
    language: str


def asked(text: str) -> Asked:
    """What a mail's text asks for."""
    words = {stem(word): word for word in reversed(telling(text))}
    return Asked(tuple(dict.fromkeys(terms(text))), asked_for(text), words, language(text))


def offered(passage: Passage) -> frozenset[Intent]:
    """The intents a passage answers: those of its tags, its title and the mail it once answered."""
    said = (intents(passage.title) - TOPICS) | intents(passage.question)
    return intents_of_tags(passage.tags) | said


@lru_cache(maxsize=4096)
def documents(passage: Passage) -> tuple[Document, ...]:
    """The passage as one text, or a long one section by section."""
    tags = [tag for tag in passage.tags if tag not in _SPECIAL]
    told = terms(" ".join([passage.title, *tags, passage.question]))
    title = [*told, *sorted(offered(passage))]
    return tuple(_document(part, heading, title) for heading, part in sections(passage))


def _document(part: Passage, heading: str, title: list[str]) -> Document:
    own = terms(heading)
    counts = Counter([*title, *title, *own, *own, *terms(part.body)])
    headings = [tuple(sorted(set(stems))) for stems in (title, own) if stems]
    return Document(part, tuple(headings), counts, counts.total(), language(part.body))


class Library:
    """What is known of all texts together: how rare a stem is, how long a text, what is headed."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        cut = {passage: documents(passage) for passage in passages}
        whole = [document for parts in cut.values() for document in parts]
        self.size = max(len(whole), USUAL)
        self.spread = Counter(term for each in whole for term in each.counts)
        self.stems = sorted(self.spread, reverse=True)
        self.mean = sum(each.length for each in whole) / max(len(whole), 1) or 1.0
        self.headed: dict[str, list[Passage]] = {}
        for passage, parts in cut.items():
            for each in {each for part in parts for told in part.headings for each in told}:
                self.headed.setdefault(each, []).append(passage)
        self._idf: dict[str, float] = {}
        self._whole: dict[tuple[str, ...], float] = {}

    def idf(self, term: str) -> float:
        """How much a stem tells: never negative, heavier for an intent."""
        if term not in self._idf:
            n = self.spread[term]
            weight = TOPIC if term in TOPICS else INTENT if term in _INTENTS else 1.0
            self._idf[term] = weight * log(1 + (self.size - n + 0.5) / (n + 0.5))
        return self._idf[term]

    def whole(self, heading: tuple[str, ...]) -> float:
        """What all stems of a heading tell together."""
        if heading not in self._whole:
            self._whole[heading] = sum(map(self.idf, heading))
        return self._whole[heading]


class Reading:
    """How well texts answer one mail; near stems are looked for once.

    An intent that nothing answers, in the library or `elsewhere`, is not asked for.
    """

    def __init__(
        self, library: Library, mail: Asked, elsewhere: frozenset[Intent] = frozenset()
    ) -> None:
        self.library, self.mail = library, mail
        known = [each for each in mail.intents if each in library.spread or each in elsewhere]
        self._asked = [*mail.terms, *sorted(known)]
        self._alike: dict[str, list[tuple[str, float]]] = {}
        self._guessed = [
            term for term in self._asked if term not in library.spread and len(term) > SHORT
        ]
        self._highest = sum(map(library.idf, self._asked))

    def touched(self) -> set[Passage]:
        """The passages that can fit: those with a stem of the mail in a heading."""
        near = (stem for term in self._guessed for stem, _ in self.alike(term))
        headed = self.library.headed
        return {each for stem in (*self._asked, *near) for each in headed.get(stem, ())}

    def fit(self, document: Document) -> tuple[float, Near]:
        """√(r · h) of a text, and the stems it shares; 0 in another language than the mail's."""
        near = self._near(document)
        if self.is_foreign(document):
            return 0.0, near
        told = max((self._heading(near, heading) for heading in document.headings), default=0.0)
        return min(sqrt(self._rank(near, document) * told), 1.0) if told else 0.0, near

    def is_foreign(self, document: Document) -> bool:
        """Whether a text is in another language than the mail, as far as both are clear."""
        spoken, written = self.mail.language, document.language
        return bool(spoken and written) and spoken != written

    def _near(self, document: Document) -> Near:
        counts = document.counts
        found: Near = {term: (term, 1.0) for term in self._asked if term in counts}
        for term in self._guessed:
            nearest = next((each for each in self.alike(term) if each[0] in counts), None)
            if nearest:
                found[term] = nearest
        return found

    def alike(self, term: str) -> list[tuple[str, float]]:
        """The library's stems near `term`, the nearest first."""
        if term not in self._alike:
            found = process.extract(
                term,
                self.library.stems,
                scorer=OSA.normalized_similarity,
                score_cutoff=NEAR,
                limit=None,
            )
            self._alike[term] = [(stem, likeness) for stem, likeness, _ in found]
        return self._alike[term]

    def _rank(self, near: Near, document: Document) -> float:
        idf = self.library.idf
        length = K1 * (1 - B + B * document.length / self.library.mean)
        score, highest = 0.0, self._highest
        for term in filter(near.__contains__, self._asked):
            nearest, likeness = near[term]
            count = document.counts[nearest]
            highest += idf(nearest) - idf(term)
            score += likeness * idf(nearest) * count / (count + length)
        return score / highest if highest else 0.0

    def _heading(self, near: Near, heading: tuple[str, ...]) -> float:
        idf, whole = self.library.idf, self.library.whole(heading)
        said = ((stem, likeness) for stem, likeness in near.values() if stem in heading)
        told = dict(sorted(said))
        return sum(idf(stem) * told[stem] for stem in sorted(told)) / whole if whole else 0.0
