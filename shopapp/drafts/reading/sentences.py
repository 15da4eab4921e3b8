"""Sentences of a letter, in several languages: where one ends and what only looks like an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shopapp.drafts.reading.facts import facts

_ABBREVIATED = frozenset(
    (
        "mr mrs ms dr prof st no nr nos approx eg ie etc vs inc ltd co dept est ext fig "
        "jr sr bzw zb dh ca ggf inkl exkl evtl usw str tel art hr fr frl abt sra ud uds "
        "núm mme mlle env cf ex sig dott ecc pag bijv dwz oa dhr mevr mw jan feb mar apr "
        "jun jul aug sep sept oct okt nov dec dez "
    ).split()
)
_END = re.compile(r"[.!?…。！？]{1,8}[\"'”’»)\]]{0,3}(?=\s|$)")
_ITEM = re.compile(r"[ \t]*(?:$|\n|(?:[-*•–—]|\d{1,2}[.)])[ \t]|>)")
_WORD_BEFORE = re.compile(r"[\w.]{1,12}$")
_GOES_ON = re.compile(r"\s{1,3}[a-zà-öø-ÿ]")
_MONTH = re.compile(r"\s{1,3}(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)", re.IGNORECASE)
_SHORT = 45


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch `text[start:end]` of a letter, without white space around it."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text`, ascending; a greeting, a list item and a short line are one each.

    A full stop ends none after an abbreviation, an initial, an ordinal ("16. März") or within a
    fact (a link, an amount); a line that is merely wrapped goes on. Linear in the length of
    `text`.
    """
    ends = [*sorted({*_stops(text), *_breaks(text)}), len(text)]
    starts = [0, *ends]
    spans = (_trimmed(text, start, end) for start, end in zip(starts, ends, strict=False))
    return tuple(span for span in spans if span.text)


def _stops(text: str) -> Iterator[int]:
    inside = bytearray(len(text) + 1)
    for fact in facts(text):
        inside[fact.start + 1 : fact.end] = b"\1" * (fact.end - fact.start - 1)
    for match in _END.finditer(text):
        if not inside[match.start()] and not _is_within(text, match):
            yield match.end()


def _is_within(text: str, match: re.Match[str]) -> bool:
    """Whether the full stop belongs to a word, a number or an initial."""
    if not match[0].startswith(".") or len(match[0]) > 1:
        return False
    found = _WORD_BEFORE.search(text, max(match.start() - 12, 0), match.start())
    word = found[0].replace(".", "").lower() if found else ""
    if word.isdigit():
        is_item = match.start() - len(word) == 0 or text[match.start() - len(word) - 1] == "\n"
        return is_item or bool(_MONTH.match(text, match.end()) or _GOES_ON.match(text, match.end()))
    return word in _ABBREVIATED or len(word) == 1 or bool(_GOES_ON.match(text, match.end()))


def _breaks(text: str) -> Iterator[int]:
    start = 0
    for match in re.finditer(r"\n", text):
        line, start = text[start : match.start()].rstrip(), match.end()
        is_end = not line or len(line) < _SHORT or line[-1] in ":,;.!?…"
        if is_end or _ITEM.match(text, match.end()):
            yield match.end()


def _trimmed(text: str, start: int, end: int) -> Span:
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return Span(said.strip(), start, start + len(said.strip()))
