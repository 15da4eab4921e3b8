"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045, 2231, and worse)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.parsing.encoded_words import decode_words
from shopapp.inbox.parsing.notes import Notes

_MAX_PARAMETERS = 100
_MIME = re.compile(r"([a-z0-9!#$&^_.+-]{1,100})/([a-z0-9!#$&^_.+-]{1,100})")
_PIECE = re.compile(r"\"(?:[^\"\\]|\\.)*(?:\"|\Z)|[^\";]+|;", re.DOTALL)
_NUMBERED = re.compile(r"([^*]+)\*(\d{1,3})(\*?)")


def mime_type(value: str) -> str | None:
    """`type/subtype` in lower case, or None where the header says no such thing."""
    found = _MIME.match(value.strip().lower())
    return found[0] if found else None


def parameters(value: str, notes: Notes) -> dict[str, str]:
    """The parameters by lower-case name, continuations joined, charsets and encoded words read."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str]]] = {}
    for name, text in _pairs(value):
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            star = numbered[3] or ""
            pieces.setdefault(numbered[1] + star, []).append((int(numbered[2]), text))
        elif name.endswith("*"):
            plain.setdefault(name[:-1], _extended(text, notes))
        else:
            plain.setdefault(name, decode_words(text, notes))
    return plain | _joined(pieces, notes)


def _pairs(value: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    current: list[str] = []
    for piece in [*_PIECE.findall(value), ";"]:
        if piece != ";":
            current.append(piece)
            continue
        name, equals, text = "".join(current).partition("=")
        if equals and name.strip():
            pairs.append((name.strip().lower()[:100], _unquoted(text.strip())))
        current = []
    return pairs[:_MAX_PARAMETERS]


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    inner = text[1:].rpartition('"')[0] if text.count('"') > 1 else text[1:]
    # A backslash escapes only what needs it: "C:\new" is a path that some programs send.
    return re.sub(r"\\([\"\\])", r"\1", inner)


def _joined(pieces: dict[str, list[tuple[int, str]]], notes: Notes) -> dict[str, str]:
    """RFC 2231 continuations: `name*0*`, `name*1*`, `name*2` belong together."""
    found: dict[str, str] = {}
    for name in {key.rstrip("*") for key in pieces}:
        coded, bare = pieces.get(f"{name}*", []), pieces.get(name, [])
        texts = [text for _, text in sorted([*coded, *bare], key=lambda each: each[0])]
        whole = "".join(texts)
        found[name] = _extended(whole, notes) if coded else decode_words(whole, notes)
    return found


def _extended(text: str, notes: Notes) -> str:
    """`charset'language'percent-encoded` as text."""
    charset, quote, rest = text.partition("'")
    _language, second, coded = rest.partition("'")
    if not (quote and second):
        charset, coded = "utf-8", text
    value, note = decode(unquote_to_bytes(coded), charset or "utf-8")
    notes.add(note)
    return value
