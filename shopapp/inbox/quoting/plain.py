"""Plain text split into what was written, what is quoted and the signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shopapp.inbox.quoting.attributions import (
    announced_inside,
    announcement,
    is_rule,
    next_is_quoted,
)
from shopapp.inbox.quoting.signatures import is_app_line, signature_start

_LINK_END = re.compile(
    r"\s*(?:[(<]https?://[^\s<>()]{1,400}[)>][\s>]*|[^\s<>()]{1,400}[)>][\s>]*)$"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """Three stretches of one text; every word is in exactly one of them.

    `visible` may stand around the quote: where somebody answers below it, both ends are in it.
    """

    visible: str
    quoted: str
    signature: str


def split_reply(text: str) -> Reply:
    """The new text apart from quote and signature, in time linear in the text.

    Everything stays visible where nothing would be left, or where new text stands between the
    lines of a marked quote: such an answer must be read with its questions.
    """
    lines = _broken(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    start, after = _quote(lines)
    if start == len(lines):
        return _signed(lines)
    tail = _after_marks(lines, after) if _is_marked(lines, after) else len(lines)
    start = _with_rules(lines, start)
    if _has_words(lines[tail:]):
        return _around(lines, start, tail)
    top = signature_start(lines[:start])
    end = start if top is None else top
    if not _has_words(lines[:end]):
        return Reply(_joined(lines), "", "")
    return Reply(_joined(lines[:end]), _joined(lines[start:]), _joined(lines[end:start]))


def _around(lines: list[str], start: int, tail: int) -> Reply:
    """A text with words below its one marked quote; all of it is visible if there are more."""
    below = lines[tail:]
    if _quote(below)[0] < len(below):
        return Reply(_joined(lines), "", "")
    at = signature_start(below)
    own, closing = (below, []) if at is None else (below[:at], below[at:])
    top = signature_start(lines[:start]) if not _has_words(own) else None
    end = start if top is None else top
    parts = [each for each in (_joined(lines[:end]), _joined(own)) if each]
    if not any(_has_words([part]) for part in parts):
        return Reply(_joined(lines), "", "")
    signature = _joined([*lines[end:start], *closing])
    return Reply("\n\n".join(parts), _joined(lines[start:tail]), signature)


def _broken(lines: list[str]) -> list[str]:
    """The lines, with an announcement that stands behind words on one line put on its own."""
    broken: list[str] = []
    for at, line in enumerate(lines):
        cut = announced_inside(line) if next_is_quoted(lines, at + 1) else 0
        broken += [line[:cut].rstrip(), line[cut:]] if cut else [line]
    return broken


def _signed(lines: list[str]) -> Reply:
    """A text without a marked quote; what stands below a device line is an unmarked one."""
    at = signature_start(lines)
    below = len(lines)
    if at is None:
        at = next((n for n, line in enumerate(lines) if _parts_texts(lines, n, line)), None)
        below = at + 1 if at is not None else below
    if at is None or not _has_words(lines[:at]):
        return Reply(_joined(lines), "", "")
    return Reply(_joined(lines[:at]), _joined(lines[below:]), _joined(lines[at:below]))


def _parts_texts(lines: list[str], at: int, line: str) -> bool:
    around = lines[max(0, at - 1) : at] + lines[at + 1 : at + 2]
    return is_app_line(line) and len(around) == 2 and not any(each.strip() for each in around)


def _quote(lines: list[str]) -> tuple[int, int]:
    """(where the first quote begins, where its words begin); both len(lines) without one."""
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if _has_mark(line):
            return at, at
        length = announcement(lines, at)
        if length:
            return at, at + length
    return len(lines), len(lines)


def _is_marked(lines: list[str], at: int) -> bool:
    return _has_mark(next((line for line in lines[at : at + 10] if line.strip()), ""))


def _after_marks(lines: list[str], at: int) -> int:
    """The end of the quote that `>` marks: the first line with words of its own."""
    last = at
    while at < len(lines):
        line = lines[at]
        if _has_mark(line):
            last = at + 1
        elif line.strip() and not _is_wrapped(lines, at):
            nested = announcement(lines, at)
            if not nested or not _is_marked(lines, at + nested):
                return last
            at += nested - 1
        at += 1
    return last


def _is_wrapped(lines: list[str], at: int) -> bool:
    """The end of a quoted line that was too long, pushed onto a line without a mark."""
    before = lines[at - 1] if at else ""
    follows = at + 1 < len(lines) and _has_mark(lines[at + 1])
    if not (_has_mark(before) and follows):
        return False
    if _LINK_END.match(lines[at][:500]):
        return True
    if len(before) < 60:
        return False
    end = before.rstrip()[-1]
    return end not in ".?!:" or (end == "." and lines[at].lstrip()[:1].islower())


def _with_rules(lines: list[str], start: int) -> int:
    """The quote's beginning, moved up over the lines drawn above it."""
    at = start
    while at > 0 and (not lines[at - 1].strip() or is_rule(lines[at - 1])):
        at -= 1
    return at if any(is_rule(line) for line in lines[at:start]) else start


def _has_mark(line: str) -> bool:
    return line[:8].lstrip().startswith(">")


def _first_written(lines: list[str]) -> int | None:
    return next((at for at, line in enumerate(lines) if line.strip()), None)


def _has_words(lines: list[str]) -> bool:
    return any(any(sign.isalnum() or sign > "\u2190" for sign in line) for line in lines)


def _joined(lines: list[str]) -> str:
    """The lines without the blank ones around them."""
    written = [at for at, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[written[0] : written[-1] + 1]) if written else ""
