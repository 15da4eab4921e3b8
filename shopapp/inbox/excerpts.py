"""A piece of a text around the words that were looked for, cut into what is marked and what not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

AROUND = 64


def excerpt(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Pieces of `text` and whether each is a hit, from shortly before the first; () without one."""
    flat = " ".join(text.split())
    hits = [*_hits(flat, words)]
    if not hits:
        return ()
    start = max(0, hits[0][0] - AROUND // 3)
    end = min(len(flat), start + AROUND)
    return tuple(_pieces(flat, hits, start, end))


def _pieces(
    flat: str, hits: Sequence[tuple[int, int]], start: int, end: int
) -> Iterator[tuple[str, bool]]:
    at, before = start, "…" if start else ""
    for first, last in hits:
        if first >= end:
            break
        if before + flat[at:first]:
            yield before + flat[at:first], False
        yield flat[first:last], True
        at, before = last, ""
    rest = flat[at : max(at, end)] + ("…" if end < len(flat) else "")
    if rest:
        yield rest, False


def _hits(flat: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a word of the text begins with a word that was looked for, accents aside."""
    wanted = tuple(word.lower() for word in words)
    for found in re.finditer(r"[^\W_]+", flat):
        if wanted and _plain(found[0]).startswith(wanted):
            yield found.span()


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    cut = unicodedata.normalize("NFKD", word)
    return "".join(each for each in cut if not unicodedata.combining(each)).lower()
