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


@dataclass(frozen=True, slots=True)
class Head:
    """Header fields in order (names as written, values unfolded and raw), and the body's bytes."""

    fields: tuple[tuple[str, bytes], ...]
    body: bytes


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


def without_junk(raw: bytes, notes: Notes) -> bytes:
    """The mail from its first header on, without byte order marks, blank lines and mbox lines."""
    raw = _one_byte_wide(raw, notes)
    if b"\n" not in raw[: 64 * 1024] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    at = 0
    while True:
        while raw[at : at + 1] in {b" ", b"\t", b"\r", b"\n", b"\0"} and raw[at : at + 1]:
            at += 1
        line = _line(raw, at)
        if not (_MBOX.match(line) and not re.match(rb"From[ \t]+:", line)):
            break
        at += len(line)
    return _from_first_field(raw[at:], notes)


def read_head(raw: bytes, notes: Notes) -> Head:
    """The fields up to the first empty line; lines that are none are skipped where fields go on.

    A missing empty line is forgiven: the body begins with the first line that cannot be a field.
    """
    fields: list[tuple[str, list[bytes]]] = []
    at = 0
    while at < len(raw):
        line = _line(raw, at)
        after = at + len(line)
        bare = line.rstrip(b"\r\n")
        found = _FIELD.match(bare)
        if not bare:
            return _head(fields, raw[after:], notes)
        if bare[:1] in b" \t" and fields:
            if not bare.strip() and not _goes_on(raw, after):
                return _head(fields, raw[after:], notes)
            fields[-1][1].append(bare)
        elif found:
            fields.append((found[1].decode("ascii"), [bare[found.end() :]]))
        elif _goes_on(raw, after):
            notes.add("a line among the headers is none and was skipped")
        else:
            notes.add("no empty line between headers and body" if fields else None)
            return _head(fields, raw[at:], notes)
        at = after
        if len(fields) > MAX_HEADERS or at > MAX_HEAD_BYTES:
            notes.add(f"only {MAX_HEADERS} headers or {MAX_HEAD_BYTES} bytes of them were read")
            end = re.compile(rb"\n\r?\n").search(raw, after - 1)
            return _head(fields, raw[end.end() :] if end else b"", notes)
    return _head(fields, b"", notes)


def _head(fields: list[tuple[str, list[bytes]]], body: bytes, notes: Notes) -> Head:
    kept: list[tuple[str, bytes]] = []
    for name, lines in fields[:MAX_HEADERS]:
        value = b"".join(lines).strip()
        if len(value) > MAX_HEADER_BYTES:
            notes.add(f"header {name[:40]} was cut at {MAX_HEADER_BYTES} bytes")
        kept.append((name, value[:MAX_HEADER_BYTES]))
    return Head(tuple(kept), body)


def _goes_on(raw: bytes, at: int) -> bool:
    """Whether the next line is one more field or the continuation of one."""
    line = _line(raw, at)
    return bool(_NAME.match(line)) or (line[:1] in {b" ", b"\t"} and bool(line.strip()))


def _from_first_field(raw: bytes, notes: Notes) -> bytes:
    if _FIELD.match(raw):
        return raw
    at = 0
    for _ in range(_HEAD_LINES):
        line = _line(raw, at)
        if not line.strip():
            break
        if _KNOWN.match(line):
            notes.add("lines before the headers were skipped")
            return raw[at:]
        at += len(line)
    return raw


def _one_byte_wide(raw: bytes, notes: Notes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.add("the whole mail was in UTF-16")
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _line(raw: bytes, at: int) -> bytes:
    end = raw.find(b"\n", at)
    return raw[at:] if end < 0 else raw[at : end + 1]
