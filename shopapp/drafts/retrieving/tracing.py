"""Tracing: which macro a reply was made of, by the words of the macro that stand in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.reading.words import terms
from shopapp.drafts.retrieving.library import STORES

HELD = 0.85
"""The share of a macro's stems that a reply made of it still has."""
FEWEST = 5
"""A macro of fewer stems than this is in every reply."""
_MARKS = 3
_SLOT = re.compile(r"\{\{[^{}]*\}\}")


def traces(passages: Sequence[Passage]) -> Traces:
    """The macros among `passages`, ready to be found in replies; kept for the next draft."""
    return _traces(frozenset(each for each in passages if each.kind is PassageKind.MACRO))


@lru_cache(maxsize=STORES)
def _traces(macros: frozenset[Passage]) -> Traces:
    return Traces(macros)


class Traces:
    """The macros' stems, found by the rarest few of each."""

    def __init__(self, macros: frozenset[Passage]) -> None:
        said = {macro.id: frozenset(terms(_SLOT.sub(" ", macro.body))) for macro in macros}
        self._said = {key: stems for key, stems in said.items() if len(stems) >= FEWEST}
        spread = Counter(stem for stems in self._said.values() for stem in stems)
        self._marked: dict[str, list[str]] = {}
        for key, stems in sorted(self._said.items()):
            for mark in sorted(stems, key=lambda stem: (spread[stem], stem))[:_MARKS]:
                self._marked.setdefault(mark, []).append(key)

    def of(self, reply: str) -> str:
        """The id of the macro whose words are nearly all in `reply`; the longest, or ""."""
        stems = frozenset(terms(reply))
        near = {key for stem in stems for key in self._marked.get(stem, ())}
        held = [key for key in near if len(self._said[key] & stems) >= HELD * len(self._said[key])]
        return max(held, key=lambda key: (len(self._said[key]), key), default="")
