"""RFC 2047 encoded words, well or badly made, as text."""

from __future__ import annotations

import binascii
import re

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.sanitising.markup import clean_text

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def header_text(raw: bytes, notes: Notes) -> str:
    """A header's bytes as text: ASCII as it should be, else UTF-8, else a guess."""
    text, note = decode(raw, "utf-8")
    notes.add(f"a header in raw 8-bit characters: {note}" if note else None)
    return text


def decode_words(text: str, notes: Notes) -> str:
    """The text with its encoded words read; neighbours of one charset are joined before decoding.

    Joining matters: many senders cut a word in the middle of a character.
    """
    out: list[str] = []
    held: list[tuple[str, bytes]] = []
    at = 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        if not (held and between.isspace()) and (between or not held):
            out.append(_release(held, notes) + between)
        charset, how, payload = word.groups()
        held.append((charset, _bytes(how, payload)))
        at = word.end()
    out.append(_release(held, notes) + text[at:])
    return "".join(out)


def one_line(text: str) -> str:
    """The text on one line: control characters gone, blanks as single spaces."""
    return " ".join(_CONTROL.sub("", clean_text(text)).split())


def decoded_line(text: str, notes: Notes) -> str:
    """A header's value as people read it."""
    return one_line(decode_words(text, notes))


def _release(held: list[tuple[str, bytes]], notes: Notes) -> str:
    out: list[str] = []
    while held:
        charset = held[0][0]
        same = [raw for name, raw in held if name.lower() == charset.lower()]
        if len(same) != len(held):
            same = [held[0][1]]
        del held[: len(same)]
        text, note = decode(b"".join(same), charset)
        notes.add(note)
        out.append(text)
    return "".join(out)


def _bytes(how: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if how in "Bb":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return re.sub(
        rb"=([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), raw.replace(b"_", b" ")
    )
