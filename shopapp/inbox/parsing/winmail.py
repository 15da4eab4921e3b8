"""Outlook's winmail.dat (TNEF, MS-OXTNEF): the body and the files that are packed into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.parsing.richtext import rich_text, unpacked

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_FILES = 200
_MAX_VALUES = 5_000
_MAX_BODY = 4_000_000

# Attributes of the stream, and properties inside two of them.
_CODEPAGE, _BODY, _PROPERTIES = 0x9007, 0x800C, 0x9003
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_OBJECT, _SHORT_NAME, _LONG_NAME, _KIND, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712

_SIZES = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8}
_SIZES |= {0x48: 16}
_VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}


@dataclass(slots=True)
class PackedFile:
    """A file inside winmail.dat; `kind` is its declared type, "" where it has none."""

    name: str = ""
    kind: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Winmail:
    """What was found; empty where the bytes are no TNEF."""

    text: str = ""
    html: bytes = b""
    files: list[PackedFile] = field(default_factory=list)


def read_winmail(raw: bytes) -> Winmail:
    """The body and the files, as far as the bytes can be read; never raises."""
    found = Winmail()
    codepage = "cp1252"
    for name, value in _attributes(raw):
        if name == _CODEPAGE:
            codepage = f"cp{_number(value[:4])}"
        elif name == _BODY:
            found.text = _plain(value, codepage)
        elif name == _PROPERTIES:
            _take_body(found, value, codepage)
        elif name == _NEW_FILE and len(found.files) < _MAX_FILES:
            found.files.append(PackedFile())
        elif found.files:
            _take_file(found.files[-1], name, value, codepage)
    found.files = [each for each in found.files if each.content or each.name]
    return found


def _take_body(found: Winmail, value: bytes, codepage: str) -> None:
    properties = _properties(value)
    found.html = properties.get(_HTML, (0, b""))[1].rstrip(b"\0")[:_MAX_BODY]
    if _TEXT in properties:
        found.text = _string(properties[_TEXT], codepage)
    if not found.text and not found.html and _RTF in properties:
        found.text = rich_text(unpacked(properties[_RTF][1], _MAX_BODY), codepage)


def _take_file(file: PackedFile, name: int, value: bytes, codepage: str) -> None:
    if name == _TITLE:
        file.name = file.name or _plain(value, codepage)
    elif name == _DATA:
        file.content = value
    elif name == _FILE_PROPERTIES:
        properties = _properties(value)
        texts = {key: _string(pair, codepage) for key, pair in properties.items() if key != _OBJECT}
        file.name = texts.get(_LONG_NAME) or file.name or texts.get(_SHORT_NAME, "")
        file.kind, file.content_id = texts.get(_KIND, ""), texts.get(_CONTENT_ID, "")
        if _OBJECT in properties:
            form, content = properties[_OBJECT]
            file.content = content[16 * (form == 0x0D) :]  # an object names its interface first
        if file.content.startswith(_SIGNATURE):
            file.kind = "application/ms-tnef"


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, value) of the stream's attributes: level, id, type, length, value, checksum."""
    at = 6 if raw.startswith(_SIGNATURE) else len(raw)
    while at + 9 <= len(raw):
        length = _number(raw[at + 5 : at + 9])
        yield _number(raw[at + 1 : at + 3]), raw[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(raw: bytes) -> dict[int, tuple[int, bytes]]:
    """(type, first value) of MAPI properties by id; reading stops where they make no sense."""
    found: dict[int, tuple[int, bytes]] = {}
    at = 4
    for _ in range(min(_number(raw[:4]), _MAX_VALUES)):
        kind, name = _number(raw[at : at + 2]), _number(raw[at + 2 : at + 4])
        at += 4
        if name >= 0x8000:
            at += 24 if not _number(raw[at + 16 : at + 20]) else 24 + _padded(raw, at + 20)
        is_many = bool(kind & 0x1000) or kind & 0xFFF in _VARIABLE
        count = _number(raw[at : at + 4]) if is_many else 1
        at += 4 if is_many else 0
        for number in range(min(count, _MAX_VALUES)):
            value, at = _value(raw, at, kind & 0xFFF)
            if number == 0:
                found.setdefault(name, (kind & 0xFFF, value))
        if at >= len(raw):
            break
    return found


def _value(raw: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """One value and where the next thing begins; an unknown type ends the reading."""
    if kind in _VARIABLE:
        length = _number(raw[at : at + 4])
        return raw[at + 4 : at + 4 + length], at + 4 + _padded(raw, at)
    size = _SIZES.get(kind)
    return (raw[at : at + size], at + max(4, size)) if size else (b"", len(raw))


def _padded(raw: bytes, at: int) -> int:
    """The length written at that place, filled up to a multiple of four."""
    return (_number(raw[at : at + 4]) + 3) // 4 * 4


def _string(pair: tuple[int, bytes], codepage: str) -> str:
    kind, value = pair
    return _plain(value, "utf-16-le" if kind == 0x1F else codepage)


def _plain(value: bytes, charset: str) -> str:
    text, _ = decode(value[:_MAX_BODY], charset)
    return text.strip("\0").strip()


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
