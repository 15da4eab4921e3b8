"""Alignment: which sentence of a policy, article or macro a sentence repeats, or turns round."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shopapp.drafts.grounding import Passage
from shopapp.drafts.reading.sentences import sentences
from shopapp.drafts.reading.words import terms

ALIKE = 0.6
"""The share of the shorter sentence's stems from which two say the same, or its opposite."""
_SHARED = 3
_MOST = 3000
_SLOT = re.compile(r"\{\{[^{}]{0,200}\}\}")
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|cannot|without|none|neither|nor|\w{1,9}n['’]t|impossible|unable|refuse[ds]?"
    r"|excluded?|except|unavailable|ineligible|prohibited|nicht|keine?[mnrs]?|nie|niemals|ohne"
    r"|unmöglich|ausgeschlossen|pas|jamais|sans|aucune?|impossible|exclue?s?|non|senza|impossibile"
    r"|nunca|jamás|tampoco|sin|imposible|niet|geen|nooit|zonder|não|nem|sem)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Twin:
    """The sentence of `passage` that another one is like; `agrees` unless exactly one denies."""

    passage: Passage
    text: str
    agrees: bool


class Alignment:
    """The sentences of `passages`, by their stems; built in time linear in their length."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._lines: list[tuple[Passage, str, frozenset[str]]] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for passage in passages:
            for span in sentences(_SLOT.sub("…", passage.body)):
                self._add(passage, span.text)

    def twin(self, sentence: str) -> Twin | None:
        """The most like sentence, of equals one that agrees; None when none is like enough."""
        stems = frozenset(terms(sentence))
        if len(stems) < _SHARED or not self._lines:
            return None
        counts = Counter(n for stem in sorted(stems) for n in self._places[stem])
        near = [(self._share(stems, n, shared), n) for n, shared in counts.items()]
        best = max((share for share, _ in near), default=0.0)
        if best < ALIKE:
            return None
        twins = [self._twin(sentence, n) for share, n in sorted(near, key=_place) if share == best]
        return next((twin for twin in twins if twin.agrees), twins[0])

    def _add(self, passage: Passage, text: str) -> None:
        stems = frozenset(terms(text))
        if len(stems) < _SHARED or len(self._lines) == _MOST:
            return
        for stem in stems:
            self._places[stem].append(len(self._lines))
        self._lines.append((passage, text, stems))

    def _share(self, stems: frozenset[str], place: int, shared: int) -> float:
        theirs = self._lines[place][2]
        return shared / min(len(stems), len(theirs)) if shared >= _SHARED else 0.0

    def _twin(self, sentence: str, place: int) -> Twin:
        passage, text, _ = self._lines[place]
        return Twin(passage, text, _denies(sentence) is _denies(text))


def _place(near: tuple[float, int]) -> int:
    return near[1]


def _denies(sentence: str) -> bool:
    return len(_NEGATIVE.findall(sentence)) % 2 == 1
