"""Word-level differences between a draft and what was sent: stored opcodes and readable spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from shopapp.drafts.reading.tokens import numbered, pieces

CELLS = 100_000_000
"""Above this many pairs of changed pieces the middle is one removal and one addition."""


class Kind(StrEnum):
    """What happened to a stretch of text."""

    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"


_NAMES = {Kind.EQUAL: "equal", Kind.REMOVED: "delete", Kind.ADDED: "insert"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, white space and line breaks included, and what happened to it."""

    kind: Kind
    text: str


class DoesNotApply(ValueError):
    """The opcodes were not made for this draft."""


def changes(a: str, b: str, cut: Callable[[str], list[str]] = pieces) -> list[Span]:
    """How `a` became `b`: equal and removed spans join to `a`, equal and added ones to `b`.

    A change never cuts a word, and white space between two changed words belongs to the change, so
    "show changes" reads as phrases; paragraph breaks stay in place. Time and memory grow with the
    product of the changed pieces over the machine's word size, up to `CELLS`; beyond that the
    texts' common beginning and end are kept and the middle is replaced whole. `cut` says what is
    compared as one: its pieces join to the text.
    """
    return list(_readable(_spans(cut(a), cut(b))))


def marked(a: str, b: str) -> list[tuple[str, str]]:
    """The same difference for pages: ("equal", "delete" or "insert", text)."""
    return [(_NAMES[span.kind], span.text) for span in changes(a, b)]


def opcodes(draft: str, final: str) -> list[list[str | int]]:
    """The same difference for storage: `["equal", characters]`, `["delete", t]`, `["insert", t]`.

    Counts are characters of the draft, so a later change of tokens leaves stored rows valid.
    """
    return [
        [name, len(text)] if name == "equal" else [name, text]
        for name, text in marked(draft, final)
    ]


def apply(codes: Sequence[Sequence[str | int]], draft: str) -> str:
    """The final text that `codes` make of `draft`; raises `DoesNotApply` for another draft."""
    written, at = [], 0
    for name, value in codes:
        if name == "insert":
            written.append(str(value))
            continue
        end = at + (value if isinstance(value, int) else len(value))
        if name == "equal":
            written.append(draft[at:end])
        elif name != "delete" or draft[at:end] != value:
            raise DoesNotApply(f"{name} at character {at}")
        at = end
    if at != len(draft):
        raise DoesNotApply(f"the draft has {len(draft)} characters, the opcodes cover {at}")
    return "".join(written)


def _spans(a: list[str], b: list[str]) -> Iterator[Span]:
    for tag, a_from, a_to, b_from, b_to in _edits(a, b):
        if tag == "equal":
            yield Span(Kind.EQUAL, "".join(a[a_from:a_to]))
        else:
            yield Span(Kind.REMOVED, "".join(a[a_from:a_to]))
            yield Span(Kind.ADDED, "".join(b[b_from:b_to]))


def _edits(a: list[str], b: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    yield "equal", 0, head, 0, head
    if len(middle_a) * len(middle_b) > CELLS:
        yield "replace", head, len(a) - tail, head, len(b) - tail
    else:
        for edit in Indel.opcodes(*numbered(middle_a, middle_b)):
            a_from, a_to = head + edit.src_start, head + edit.src_end
            yield edit.tag, a_from, a_to, head + edit.dest_start, head + edit.dest_end
    yield "equal", len(a) - tail, len(a), len(b) - tail, len(b)


def _common(a: list[str], b: list[str]) -> int:
    limit = min(len(a), len(b))
    return next((i for i in range(limit) if a[i] != b[i]), limit)


def _readable(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours of one kind joined; a stray shared word inside a rewritten phrase joins it."""
    removed = added = kept = ""
    for span in spans:
        if not span.text:
            continue
        if span.kind is Kind.EQUAL:
            kept += span.text
            continue
        if kept and not (removed and added and _is_stray(kept, removed, added)):
            yield from _change(removed, added)
            yield Span(Kind.EQUAL, kept)
            removed = added = kept = ""
        removed, added, kept = removed + kept, added + kept, ""
        if span.kind is Kind.REMOVED:
            removed += span.text
        else:
            added += span.text
    yield from _change(removed, added)
    if kept:
        yield Span(Kind.EQUAL, kept)


def _is_stray(kept: str, removed: str, added: str) -> bool:
    small = len(kept.split()) < 2 and len(kept) <= min(len(removed), len(added)) // 2
    return "\n" not in kept and (small or not any(map(str.isalnum, kept)))


def _change(removed: str, added: str) -> Iterator[Span]:
    if removed:
        yield Span(Kind.REMOVED, removed)
    if added:
        yield Span(Kind.ADDED, added)
