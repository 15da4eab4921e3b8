"""Neighbours: past mails like this one, and what they were answered with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt

from shopapp.drafts.grounding import Passage
from shopapp.drafts.reading.words import terms
from shopapp.drafts.retrieving.hearing import asked_for
from shopapp.drafts.retrieving.intents import Intent
from shopapp.drafts.retrieving.library import SHORT, Reading

READ = 1_000
"""Characters of a past mail that are compared."""
NEAREST = 30
ALIKE = 0.1
"""The least similarity of two mails that says anything."""
SURE = 0.65
"""The similarity from which on past answers alone may carry a draft."""
LEARNED = 0.8
"""The most that past answers may weigh against the words of a passage."""
ENOUGH = 3
"""Fewer like mails than this prove nothing."""
DOUBT = 5
"""So many like mails count half of what very many do: a few teach little of the rest."""
STRANGE = 4
"""As how many known stems one counts that no past mail and no text has."""
_INTENTS = frozenset[str](Intent)


@dataclass(frozen=True, slots=True)
class Votes:
    """For each macro or article how strongly, 0 to 1, the nearest mails speak for it.

    `weight` (0 to LEARNED) says how much that counts, `sure` (0 to 1) how much like this mail
    those were, `counts` how many for each.
    """

    weight: float = 0.0
    sure: float = 1.0
    shares: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def votes(reading: Reading, past: Sequence[Passage]) -> Votes:
    """What the NEAREST of the `past` replies, by the mails they answered, were made of.

    Similarity is the cosine of two mails' stems and intents; an intent counts as two stems, one
    that is new to the store as STRANGE. By rarity they cannot be weighed: among mails that were
    found by their words those words are common. A neighbour votes with its square times its
    standing (distance-weighted k nearest neighbours, Dudani 1976). A mail that was written twice
    counts once.
    """
    found = _questions(tuple(past)).like(reading)
    nearest = [(likeness, each) for likeness, each in found[:NEAREST] if likeness >= ALIKE]
    return _counted(nearest) if len(nearest) >= ENOUGH else Votes()


def _counted(nearest: list[tuple[float, Passage]]) -> Votes:
    given: dict[str, float] = {}
    for likeness, each in nearest:
        given[each.rests_on] = given.get(each.rests_on, 0.0) + likeness**2 * each.standing
    whole = sum(given.values())
    chosen = {key: share / whole for key, share in given.items() if key and whole}
    if not chosen:
        return Votes()
    highest, alike = max(chosen.values()), sum(each for each, _ in nearest[:ENOUGH]) / ENOUGH
    return Votes(
        weight=LEARNED * sum(chosen.values()) * len(nearest) / (len(nearest) + DOUBT),
        sure=min(alike / SURE, 1.0),
        shares={key: share / sqrt(highest) for key, share in chosen.items()},
        counts=dict(Counter(each.rests_on for _, each in nearest if each.rests_on)),
    )


@lru_cache(maxsize=4)
def _questions(past: tuple[Passage, ...]) -> _Questions:
    return _Questions(past)


class _Questions:
    """The mails that past replies answered, each once, as stems and intents."""

    def __init__(self, past: Sequence[Passage]) -> None:
        kept = {_said(each): each for each in sorted(past, key=_best_last)}
        self._replies = [(stems, sqrt(_weight(stems)), reply) for stems, reply in kept.items()]
        self._stems = frozenset[str]().union(*kept)

    def like(self, reading: Reading) -> list[tuple[float, Passage]]:
        """The replies by falling similarity of their mails, those that share nothing left out."""
        mail = self._known(reading)
        strange = mail - self._stems - _INTENTS - reading.library.spread.keys()
        own = sqrt(_weight(mail) + (STRANGE - 1) * len(strange))
        shared = ((_weight(mail & stems), length, reply) for stems, length, reply in self._replies)
        found = [(weight / own / length, reply) for weight, length, reply in shared if weight]
        return sorted(found, key=lambda each: (-each[0], each[1].id))

    def _known(self, reading: Reading) -> frozenset[str]:
        """The mail's stems and intents; a stem nobody wrote counts for the nearest one."""
        near = {self._nearest(stem, reading) for stem in reading.mail.terms}
        return frozenset(near | reading.mail.intents)

    def _nearest(self, stem: str, reading: Reading) -> str:
        is_known = stem in self._stems or stem in reading.library.spread
        alike = () if is_known or len(stem) <= SHORT else reading.alike(stem)
        return next((each for each, _ in alike if each in self._stems), stem)


def _weight(stems: frozenset[str]) -> int:
    return len(stems) + len(stems & _INTENTS)


def _said(reply: Passage) -> frozenset[str]:
    return _stems(f"{reply.title}\n{reply.question}"[:READ])


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset({*terms(text), *asked_for(text)})


def _best_last(reply: Passage) -> tuple[float, str]:
    return reply.standing, reply.id
