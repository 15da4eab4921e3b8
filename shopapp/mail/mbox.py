"""Splitting an mbox into its mails, line by line, holding one mail in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_TIME = re.compile(rb"\d{1,2}:\d{2}")
_YEAR = re.compile(rb"\b\d{4}\b")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_ESCAPED = re.compile(rb">+From ")
_LONGEST_FROM_LINE = 500
_PIECE = 1 << 16
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Part:
    """One mail of an mbox: its bytes, or, when it is over the limit, only its `size`."""

    limit: int
    size: int = 0
    _pieces: bytearray = field(default_factory=bytearray)

    @property
    def raw(self) -> bytes | None:
        """The mail without its From line and without the blank line that ends it in an mbox."""
        return None if self.size > self.limit else _without_end(bytes(self._pieces))

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.limit:
            self._pieces.clear()
        else:
            self._pieces += piece


def is_mbox(head: bytes) -> bool:
    """Whether a file that begins with `head` starts with a From line and a header under it."""
    first, _, rest = head.removeprefix(_BOM).lstrip(b"\r\n").partition(b"\n")
    return first.startswith(b"From ") and bool(_HEADER.match(rest))


def parts(file: BinaryIO, limit: int) -> Iterator[Part]:
    """The mails of `file` (one that `is_mbox`), in order; each mail holds at most `limit` bytes.

    A From line parts two mails when a header line follows it and when it bears a date; in a file
    whose first From line has none, a blank line before it will do. `>From ` loses one `>` as
    mboxrd has it; a mail of the older mboxo may lose a quote mark there.
    """
    lines = _lines(file)
    first = next((line for line in lines if line.text.startswith(b"From ")), _Line(b"", False))
    wants_date = _is_dated(first.text)
    part, before = Part(limit), first
    for line, following in _with_next(lines):
        is_from = line.is_start and line.text.startswith(b"From ")
        is_parting = _is_dated(line.text) if wants_date else before.is_blank
        if is_from and is_parting and _HEADER.match(following):
            yield part
            part = Part(limit)
        else:
            part.add(line.unescaped)
        before = line
    yield part


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or a piece of a very long one; only a line's first piece is a start."""

    text: bytes
    is_start: bool

    @property
    def is_blank(self) -> bool:
        return self.is_start and self.text in (b"\n", b"\r\n")

    @property
    def unescaped(self) -> bytes:
        is_escaped = self.is_start and _ESCAPED.match(self.text)
        return self.text[1:] if is_escaped else self.text


def _lines(file: BinaryIO) -> Iterator[_Line]:
    is_start, is_first = True, True
    while piece := file.readline(_PIECE):
        yield _Line(piece.removeprefix(_BOM) if is_first else piece, is_start)
        is_start, is_first = piece.endswith(b"\n"), False


def _with_next(lines: Iterator[_Line]) -> Iterator[tuple[_Line, bytes]]:
    held = next(lines, None)
    while held:
        following = next(lines, None)
        yield held, following.text if following else b""
        held = following


def _is_dated(line: bytes) -> bool:
    head = line[:_LONGEST_FROM_LINE]
    return bool(_TIME.search(head) and _YEAR.search(head))


def _without_end(mail: bytes) -> bytes:
    for end in (b"\r\n", b"\n"):
        if mail.endswith(end * 2):
            return mail[: -len(end)]
    return mail
