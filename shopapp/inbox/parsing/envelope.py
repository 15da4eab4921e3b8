"""The head of a mail apart from its body, through whatever stands in front of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shopapp.inbox.parsing.limits import MAX_HEAD_BYTES, MAX_HEADER_BYTES, MAX_HEADERS
from shopapp.inbox.parsing.notes import Notes

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*[ \t]*:(?!//)")
_MBOX = re.compile(rb">?From [^\r\n]*")
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|subject|date|message-id|received|return-path|delivered-to|reply-to"
    rb"|sender|mime-version|content-type|x-original-to|resent-from|envelope-to)[ \t]*:"
)
_PICTURES_AND_SUCH = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or an Outlook .msg file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_HEAD_LINES = 20
_WRITTEN_OR_NUL = re.compile(rb"[^ \t\r\n\0]")
_WRITTEN = re.compile(rb"[^ \t\r\n\f\v]")
_EMPTY_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a mail's bytes, by its ends: a big mail is never copied part by part."""

    raw: bytes
    start: int
    end: int

    def content(self) -> bytes:
        """The bytes themselves, copied."""
        return self.raw[self.start : self.end]

    def without_return(self) -> Stretch:
        """Without a last carriage return, whose line feed is no longer in it."""
        has_one = self.start < self.end and self.raw[self.end - 1] == 0x0D
        return Stretch(self.raw, self.start, self.end - has_one)

    def is_blank(self) -> bool:
        return _WRITTEN.search(self.raw, self.start, self.end) is None


@dataclass(frozen=True, slots=True)
class Head:
    """Header fields in order (names as written, values unfolded and raw), and where the body is."""

    fields: tuple[tuple[str, bytes], ...]
    body: Stretch


def looks_like_mail(raw: bytes) -> bool:
    """Whether the bytes are a mail at all: see `why_not_mail`."""
    return why_not_mail(raw) is None


def why_not_mail(raw: bytes) -> str | None:
    """Why the bytes are no mail, as a phrase that ends "refused: …"; None for a mail."""
    start = raw[: 64 * 1024]
    if not start.strip():
        return "it is empty"
    for magic, kind in _PICTURES_AND_SUCH:
        if start.startswith(magic):
            return f"it is {kind}, not a mail"
    fields = read_head(without_junk(start, Notes()), Notes()).fields
    if not any(_KNOWN.match(name.encode() + b":") for name, _ in fields):
        return "it has no mail headers (From, To, Subject, Date …)"
    return None


def whole(raw: bytes) -> Stretch:
    """All of the bytes."""
    return Stretch(raw, 0, len(raw))


def without_junk(raw: bytes, notes: Notes) -> Stretch:
    """The mail from its first header on, without byte order marks, blank lines and mbox lines."""
    raw = _one_byte_wide(raw, notes)
    if b"\n" not in raw[: 64 * 1024] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    at = 0
    while True:
        blank = _WRITTEN_OR_NUL.search(raw, at)
        at = blank.start() if blank else len(raw)
        line = _line(raw, at, len(raw))
        if not (_MBOX.match(line) and not re.match(rb"From[ \t]+:", line)):
            break
        at += len(line)
    return _from_first_field(raw, at, notes)


def read_head(text: Stretch, notes: Notes) -> Head:
    """The fields up to the first empty line; lines that are none are skipped where fields go on.

    A missing empty line is forgiven: the body begins with the first line that cannot be a field.
    """
    fields: list[tuple[str, list[bytes]]] = []
    raw, at, last = text.raw, text.start, text.end
    while at < last:
        line = _line(raw, at, last)
        after = at + len(line)
        bare = line.rstrip(b"\r\n")
        found = _FIELD.match(bare)
        if not bare:
            return _head(fields, Stretch(raw, after, last), notes)
        if bare[:1] in b" \t" and fields:
            if not bare.strip() and not _goes_on(raw, after, last):
                return _head(fields, Stretch(raw, after, last), notes)
            fields[-1][1].append(bare)
        elif found:
            fields.append((found[1].decode("ascii"), [bare[found.end() :]]))
        elif _goes_on(raw, after, last):
            notes.add("a line among the headers is none and was skipped")
        else:
            notes.add("no empty line between headers and body" if fields else None)
            return _head(fields, Stretch(raw, at, last), notes)
        at = after
        if len(fields) > MAX_HEADERS or at - text.start > MAX_HEAD_BYTES:
            notes.add(f"only {MAX_HEADERS} headers or {MAX_HEAD_BYTES} bytes of them were read")
            end = _EMPTY_LINE.search(raw, after - 1, last)
            return _head(fields, Stretch(raw, end.end() if end else last, last), notes)
    return _head(fields, Stretch(raw, last, last), notes)


def _head(fields: list[tuple[str, list[bytes]]], body: Stretch, notes: Notes) -> Head:
    kept: list[tuple[str, bytes]] = []
    for name, lines in fields[:MAX_HEADERS]:
        value = b"".join(lines).strip()
        if len(value) > MAX_HEADER_BYTES:
            notes.add(f"header {name[:40]} was cut at {MAX_HEADER_BYTES} bytes")
        kept.append((name, value[:MAX_HEADER_BYTES]))
    return Head(tuple(kept), body)


def _goes_on(raw: bytes, at: int, last: int) -> bool:
    """Whether the next line is one more field or the continuation of one."""
    line = _line(raw, at, last)
    return bool(_NAME.match(line)) or (line[:1] in {b" ", b"\t"} and bool(line.strip()))


def _from_first_field(raw: bytes, first: int, notes: Notes) -> Stretch:
    at = first
    for _ in range(0 if _FIELD.match(raw, first) else _HEAD_LINES):
        line = _line(raw, at, len(raw))
        if not line.strip():
            break
        if _KNOWN.match(line):
            notes.add("lines before the headers were skipped")
            return Stretch(raw, at, len(raw))
        at += len(line)
    return Stretch(raw, first, len(raw))


def _one_byte_wide(raw: bytes, notes: Notes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.add("the whole mail was in UTF-16")
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _line(raw: bytes, at: int, last: int) -> bytes:
    end = raw.find(b"\n", at, last)
    return raw[at:last] if end < 0 else raw[at : end + 1]
