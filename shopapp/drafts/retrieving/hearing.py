"""Hearing: what a mail asks for, by examples of how people ask, where no plain cue says it."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache, lru_cache
from math import log
from pathlib import Path

from shopapp.drafts.reading.words import stem, words
from shopapp.drafts.retrieving.intents import Intent, intents

EXAMPLES = Path(__file__).parent / "asks"
"""One file a language: for each intent sentences of customers. To teach one, add a line."""
SURE = 2.0
"""How much likelier, as a difference of logarithms, the first intent has to be than the next."""
RARE = 0.005
"""The share of an intent's examples that a feature counts for which is in none of them."""
BEGINNING = 5


@lru_cache(maxsize=2048)
def asked_for(text: str) -> frozenset[Intent]:
    """The intents with a cue in `text`; without any, the one that examples make sure of."""
    return intents(text) or heard(text)


def heard(text: str) -> frozenset[Intent]:
    """The intent whose examples share most with `text`, if it is far ahead of the next; or none.

    Naive Bayes with equal priors (Manning, Raghavan and Schütze, "Introduction to Information
    Retrieval", 2008, chapter 13, Bernoulli model without the absent features): the sum over the
    features of ln(share of the intent's examples with it + RARE). Features are stems and the
    beginnings of long ones; what is in no example says nothing.
    """
    known = sorted(_features(text) & _known())
    scores = sorted((_score(known, held), intent) for intent, held in _shares().items())
    (second, _), (first, intent) = scores[-2:]
    return frozenset({intent} if first - second > SURE else ())


def _score(features: list[str], held: dict[str, float]) -> float:
    return sum(log(held.get(feature, 0.0) + RARE) for feature in features)


@cache
def _shares() -> dict[Intent, dict[str, float]]:
    """For each intent the share of its examples in which a feature stands."""
    told: dict[Intent, list[str]] = {}
    for file in sorted(EXAMPLES.glob("*.json")):
        for name, examples in json.loads(file.read_text("utf-8")).items():
            told.setdefault(Intent(name), []).extend(examples)
    return {intent: _share(examples) for intent, examples in told.items()}


def _share(examples: list[str]) -> dict[str, float]:
    counts = Counter(feature for each in examples for feature in _features(each))
    return {feature: count / len(examples) for feature, count in counts.items()}


@cache
def _known() -> frozenset[str]:
    return frozenset(feature for held in _shares().values() for feature in held)


def _features(text: str) -> frozenset[str]:
    stems = {stem(word) for word in words(text)}
    return frozenset(stems | {f"{each[:BEGINNING]}…" for each in stems if len(each) > BEGINNING})
