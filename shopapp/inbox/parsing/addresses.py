"""Address headers: groups, comments, quotes, routes, and the many ways to get them wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shopapp.inbox.parsing.encoded_words import decoded_line, one_line
from shopapp.inbox.parsing.limits import MAX_ADDRESSES
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.shapes import Address

_PIECE = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*\"|<[^<>]*>|[,;:]|[^\"<,;:\\]+|.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_LONGEST = 320


@dataclass(slots=True)
class _Entry:
    """One address in the making: words, then perhaps an address in angle brackets."""

    words: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    angle: str | None = None


def parse_addresses(value: str, notes: Notes) -> tuple[Address, ...]:
    """The addresses of a header's unfolded value, in order; what is no address is left out."""
    found: list[Address] = []
    entry = _Entry()
    for kind, piece in _pieces(_quotes_closed(value)):
        if kind == "remark":
            entry.remarks.append(piece)
        elif piece in {",", ";"}:
            found += _addresses(entry, notes)
            entry = _Entry()
        elif piece == ":" and entry.angle is None and "@" not in "".join(entry.words):
            entry = _Entry()
        elif piece.startswith("<") and piece.endswith(">") and len(piece) > 1:
            if entry.angle is not None:
                found += _addresses(entry, notes)
                entry = _Entry()
            entry.angle = piece[1:-1]
        else:
            entry.words.append(piece)
        if len(found) > MAX_ADDRESSES:
            notes.add(f"more than {MAX_ADDRESSES} addresses in one header, the rest was left out")
            return tuple(found[:MAX_ADDRESSES])
    return tuple((found + _addresses(entry, notes))[:MAX_ADDRESSES])


def without_remarks(value: str) -> str:
    """A structured header's value without its (comments)."""
    return "".join(piece for kind, piece in _pieces(value) if kind != "remark")


def _quotes_closed(value: str) -> str:
    """The value without its last quotation mark where that one opens a quote nothing closes."""
    at = -1
    marks = 0
    for mark in re.finditer(r"\\.|\"", value, re.DOTALL):
        if mark[0] == '"':
            at, marks = mark.start(), marks + 1
    return value[:at] + value[at + 1 :] if marks % 2 else value


def _pieces(value: str) -> list[tuple[str, str]]:
    """("text", piece) and ("remark", words of a comment), in order."""
    pieces: list[tuple[str, str]] = []
    plain: list[str] = []
    for is_remark, chunk in _remarks(value):
        if is_remark:
            pieces += [("text", each) for each in _PIECE.findall("".join(plain))]
            pieces.append(("remark", chunk))
            plain = []
        else:
            plain.append(chunk)
    return pieces + [("text", each) for each in _PIECE.findall("".join(plain))]


def _remarks(value: str) -> list[tuple[bool, str]]:
    """The value cut into (is it a comment?, text); comments nest, quotes protect brackets.

    A comment inside angle brackets is dropped: it names nobody.
    """
    cuts: list[tuple[bool, str]] = []
    depth = start = 0
    place = ""
    escaped = False
    for at, sign in enumerate(value):
        if escaped or sign == "\\":
            escaped = not escaped and (depth > 0 or place == '"')
        elif depth == 0 and sign != "(":
            place = _place(place, sign)
        elif place != '"' and sign in "()":
            if depth == (1 if sign == ")" else 0):
                is_remark = sign == ")"
                cuts += [] if is_remark and place else [(is_remark, value[start:at])]
                start = at + 1
            depth += 1 if sign == "(" else -1
    return [*cuts, (depth > 0, value[start:])]


def _place(place: str, sign: str) -> str:
    """Where the next sign stands: "" in the open, or inside quotes or angle brackets."""
    if sign == '"' and place in {"", '"'}:
        return '"' if not place else ""
    if sign == "<" and not place:
        return "<"
    return "" if sign == ">" and place == "<" else place


def _addresses(entry: _Entry, notes: Notes) -> list[Address]:
    written = "".join(entry.words).strip()
    if entry.angle is not None:
        email = _email(entry.angle)
        return [Address(_name(written, notes), email)] if email else _loose(written, entry, notes)
    return _loose(written, entry, notes)


def _loose(written: str, entry: _Entry, notes: Notes) -> list[Address]:
    """Addresses without brackets: one, one behind a name, or several with blanks between."""
    if "@" not in written:
        plain = decoded_line(written, notes)
        return list(parse_addresses(plain, notes)) if "@" in plain else []
    closed = re.sub(r"\s*([.@])\s*", r"\1", written)
    words = [closed] if not re.search(r"\s", closed) else written.split()
    emails = [email for word in words if "@" in word and (email := _email(word))]
    if len(emails) != 1:
        return [Address("", email) for email in emails]
    name = " ".join(word for word in words if "@" not in word) or " ".join(entry.remarks)
    return [Address(_name(name, notes), emails[0])]


def _name(written: str, notes: Notes) -> str:
    plain = decoded_line(_ESCAPED.sub(_unescaped, written), notes)
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
        plain = plain[1:-1].strip()
    return plain[:200]


def _unescaped(found: re.Match[str]) -> str:
    return found[1] or re.sub(r"\\(.)", r"\1", found[2])


def _email(written: str) -> str | None:
    """The bare address: routes, blanks, stray quotes and `mailto:` removed; None if it is none."""
    bare = re.sub(r"\s+", "", one_line(written)).strip("'\"<>,;.[]")
    bare = re.sub(r"(?i)^mailto:", "", bare)
    bare = re.sub(r"^@[^:]*:", "", bare)
    local, at, domain = bare.rpartition("@")
    if not at:
        return bare if re.fullmatch(r"[\w.+-]{1,64}", bare) else None
    is_local = local.startswith('"') or not re.search(r"[:;,<>\[\]\\]", local)
    is_whole = bool(local and domain) and is_local and len(bare) <= _LONGEST
    return bare if is_whole else None
