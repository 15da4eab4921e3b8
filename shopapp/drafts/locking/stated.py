"""Stated: everything of a text that the lock asks its packet about, but claims."""

from __future__ import annotations

from functools import lru_cache

from shopapp.drafts.locking.numbers import numbers
from shopapp.drafts.reading.facts import Fact, FactKind, facts
from shopapp.drafts.reading.mentions import mentions


@lru_cache(maxsize=64)
def stated(text: str) -> tuple[Fact, ...]:
    """The facts of `text` without negations, what it mentions, and its bare numbers; ascending.

    None of them overlap. Linear in the length of `text`.
    """
    found = [fact for fact in facts(text) if fact.kind is not FactKind.NEGATION]
    taken = bytearray(len(text))
    for fact in found:
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    for more in sorted(mentions(text), key=_start):
        if not any(taken[more.start : more.end]):
            taken[more.start : more.end] = b"\1" * (more.end - more.start)
            found.append(more)
    found += numbers(text, found)
    return tuple(sorted(found, key=_start))


def _start(fact: Fact) -> int:
    return fact.start
