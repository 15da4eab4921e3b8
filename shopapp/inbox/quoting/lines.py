"""HTML as the lines a reader sees, each with its place in the markup."""

from __future__ import annotations

import html as entities
from collections.abc import Iterator
from dataclasses import dataclass

from shopapp.inbox.sanitising.markup import Token, tokens, words

_BREAKS = words(
    "address article aside blockquote br center dd div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul"
)

RULE = "___"
"""What stands for a line drawn across the page."""

_Place = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with words in it: where they begin and end, and the elements open at both places."""

    text: str
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def walk(markup: str) -> Iterator[tuple[Token, tuple[str, ...]]]:
    """Every token with the names of the elements around it; an element is not around itself."""
    around: tuple[str, ...] = ()
    for token in tokens(markup):
        if token.kind == "close":
            around = around[:-1]
        yield token, around
        if token.kind == "open" and not token.is_void:
            around = (*around, token.name)


def lines_of(markup: str, most: int) -> list[Line]:
    """The first lines of well-formed markup, at most `most` of them."""
    found: list[Line] = []
    pieces: list[str] = []
    first: _Place = (0, ())
    last = first
    for token, around in walk(markup):
        if token.kind == "text":
            text = entities.unescape(markup[token.start : token.end])
            if text.strip():
                first = first if pieces else (token.start, around)
                last = (token.end, around)
            if text.strip() or pieces:
                pieces.append(text)
        elif token.name in _BREAKS and pieces:
            found.append(_line(pieces, first, last))
            pieces = []
        if token.name == "hr":
            found.append(Line(RULE, token.start, token.end, around, around))
        if len(found) >= most:
            return found
    return [*found, _line(pieces, first, last)] if pieces else found


def _line(pieces: list[str], first: _Place, last: _Place) -> Line:
    return Line(" ".join("".join(pieces).split()), first[0], last[0], first[1], last[1])
