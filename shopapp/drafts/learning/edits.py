"""What a person made of a draft: paragraphs, measures in words, and one change taken back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from shopapp.drafts.learning.diff import Kind, Span, changes
from shopapp.drafts.learning.reward import EditClass, Score, facts_differing, score
from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.tokens import pieces

NAMES = {
    EditClass.AS_IS: "As drafted",
    EditClass.LIGHT: "Light edit",
    EditClass.MODERATE: "Moderate edit",
    EditClass.REWRITE: "Rewritten",
    EditClass.DISCARDED: "Discarded",
    EditClass.STALE: "Stale",
}
_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_WORD = re.compile(r"\w+")
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a passage: what happened to it, and whether it holds a fact that changed."""

    kind: Kind
    text: str
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or several that changed together: `before` in the draft, `after` in the text."""

    parts: tuple[Part, ...]

    @property
    def is_changed(self) -> bool:
        return any(part.kind is not Kind.EQUAL for part in self.parts)

    @property
    def before(self) -> str:
        return "".join(part.text for part in self.parts if part.kind is not Kind.ADDED)

    @property
    def after(self) -> str:
        return "".join(part.text for part in self.parts if part.kind is not Kind.REMOVED)

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that name the change, wherever it stands."""
        both = f"{self.before}\0{self.after}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(both).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring passages that all changed, or that all stayed as they were."""

    is_changed: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft and its text compared: `facts` differ, `added` and `removed` count words."""

    passages: tuple[Passage, ...]
    measured: Score
    facts: int
    added: int
    removed: int

    @property
    def is_changed(self) -> bool:
        return any(passage.is_changed for passage in self.passages)

    @property
    def runs(self) -> list[Run]:
        """The passages in order, those that stayed gathered."""
        return runs(self.passages)

    @property
    def kept(self) -> str:
        """How much of the draft stands in the text: '93 %'."""
        return percent(self.measured.kept)

    @property
    def in_words(self) -> str:
        """'Light edit: 7 % changed, 1 fact changed'."""
        if not self.measured.edit_cost and self.is_changed:
            return "As drafted: only greeting, signature or spacing changed"
        name, facts_too = NAMES[self.measured.edit_class], _facts(self.facts)
        changed = f"{name}: {percent(self.measured.ned)} changed" if self.is_changed else name
        return f"{changed}, {facts_too}" if facts_too else changed


def edit(draft: str, text: str) -> Edit:
    """How `text` differs from `draft`, as it would be measured if it were sent now."""
    cut = passages(draft, text)
    return Edit(
        cut,
        score(draft, text, sent=True),
        facts_differing(draft, text),
        _words(cut, Kind.ADDED),
        _words(cut, Kind.REMOVED),
    )


def passages(draft: str, text: str) -> tuple[Passage, ...]:
    """The difference cut at every paragraph break that stayed.

    All `before` join to `draft`, all `after` to `text`.
    """
    lost, gained = _apart(draft, text)
    found: list[Passage] = []
    parts: list[Part] = []
    old = new = 0
    for span in _cut(changes(draft, text, _pieces)):
        marks, at = (lost, old) if span.kind is Kind.REMOVED else (gained, new)
        parts += (
            [Part(span.kind, span.text)] if span.kind is Kind.EQUAL else _marked(span, marks, at)
        )
        old += len(span.text) * (span.kind is not Kind.ADDED)
        new += len(span.text) * (span.kind is not Kind.REMOVED)
        if span.kind is Kind.EQUAL and _BREAK.search(span.text):
            found.append(Passage(tuple(parts)))
            parts = []
    return (*found, Passage(tuple(parts))) if parts else tuple(found)


def runs(cut: Sequence[Passage]) -> list[Run]:
    """Passages gathered by whether they changed."""
    grouped = groupby(cut, lambda each: each.is_changed)
    return [Run(is_changed, tuple(members)) for is_changed, members in grouped]


def taken_back(draft: str, text: str, key: str) -> str | None:
    """`text` with the change called `key` as the draft had it; None when there is none such."""
    cut = passages(draft, text)
    at = next((n for n, each in enumerate(cut) if each.is_changed and each.key == key), None)
    if at is None:
        return None
    return "".join(each.before if n == at else each.after for n, each in enumerate(cut))


def percent(share: float) -> str:
    """A share in whole percent; what is not nothing is never '0 %'."""
    whole = round(share * 100)
    return f"{whole} %" if whole or not share else "less than 1 %"


def outcome(edit_class: str | None, ned: float | None) -> str:
    """What became of a draft, from its stored figures: 'Light edit · 7 % changed'."""
    if edit_class is None:
        return ""
    name = "Sent as drafted" if edit_class == EditClass.AS_IS else NAMES[EditClass(edit_class)]
    told = edit_class in (EditClass.LIGHT, EditClass.MODERATE, EditClass.REWRITE)
    return f"{name} · {percent(ned)} changed" if told and ned is not None else name


def _cut(spans: Sequence[Span]) -> Iterator[Span]:
    """The same spans, equal ones cut behind each paragraph break."""
    for span in spans:
        at = 0
        for match in _BREAK.finditer(span.text) if span.kind is Kind.EQUAL else ():
            yield Span(span.kind, span.text[at : match.end()])
            at = match.end()
        if at < len(span.text):
            yield Span(span.kind, span.text[at:])


def _pieces(text: str) -> list[str]:
    """Words, punctuation and white space, with each fact in one piece: £3.90 changes as a whole."""
    found, at = [], 0
    for fact in facts(text):
        if fact.kind is not FactKind.NEGATION:
            found += [*pieces(text[at : fact.start]), fact.text]
            at = fact.end
    return [*found, *pieces(text[at:])]


def _apart(draft: str, text: str) -> tuple[list[Range], list[Range]]:
    """Where the draft states what the text does not, and the other way round."""
    old, new = facts(draft), facts(text)
    before, after = ({(each.family, each.value) for each in side} for side in (old, new))
    lost = [(each.start, each.end) for each in old if (each.family, each.value) not in after]
    return lost, [(each.start, each.end) for each in new if (each.family, each.value) not in before]


def _marked(span: Span, ranges: Sequence[Range], at: int) -> list[Part]:
    """The span in pieces, those within `ranges` (of a text in which it begins at `at`) marked."""
    parts, done = [], 0
    for start, end in ((max(a - at, 0), min(b - at, len(span.text))) for a, b in ranges):
        if start < end:
            parts += [Part(span.kind, span.text[done:start])] if done < start else []
            parts.append(Part(span.kind, span.text[start:end], is_fact=True))
            done = end
    return [*parts, Part(span.kind, span.text[done:])] if done < len(span.text) else parts


def _words(cut: Sequence[Passage], kind: Kind) -> int:
    texts = ("".join(part.text for part in each.parts if part.kind is kind) for each in cut)
    return sum(len(_WORD.findall(text)) for text in texts)


def _facts(count: int) -> str:
    return f"{count} {'fact' if count == 1 else 'facts'} changed" if count else ""
