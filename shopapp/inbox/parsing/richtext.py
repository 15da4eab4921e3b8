"""Rich text (RTF) as plain text, and the way Outlook packs it (MS-OXRTFCP)."""

from __future__ import annotations

import re

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.sanitising.markup import clean_text

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_PIECE = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}]+)"
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"cell": "\t",
    b"tab": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip
_UNREAD = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer",
    b"htmltag", b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"themedata",
}  # fmt: skip


def unpacked(packed: bytes, most: int) -> bytes:
    """The RTF inside a PR_RTF_COMPRESSED value, at most `most` bytes of it; b"" if it is none."""
    if packed[8:12] == b"MELA":
        return packed[16 : 16 + most]
    if packed[8:12] != b"LZFu":
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b" "))
    write, at, out = len(_DICTIONARY), 16, bytearray()
    while at < len(packed) and len(out) < most:
        control, at = packed[at], at + 1
        for bit in range(8):
            is_reference = control >> bit & 1
            token = packed[at : at + 1 + is_reference]
            at += len(token)
            if len(token) <= is_reference:
                return bytes(out)
            run = _run(window, write, token)
            if run is None:
                return bytes(out)
            out += run
            write = (write + len(run)) % 4096
    return bytes(out)


def _run(window: bytearray, write: int, token: bytes) -> bytes | None:
    """The bytes a token stands for, put into the window too; None is the end of the text."""
    run = bytearray()
    if len(token) == 1:
        run += token
        window[write] = token[0]
        return bytes(run)
    offset, length = token[0] << 4 | token[1] >> 4, (token[1] & 15) + 2
    if offset == write:
        return None
    for step in range(length):
        run.append(window[(offset + step) % 4096])
        window[(write + step) % 4096] = run[-1]
    return bytes(run)


def rich_text(rtf: bytes, charset: str) -> str:
    """The words of RTF, one paragraph per line; hidden groups and tables of fonts left out."""
    out: list[str] = []
    hidden = [False]
    skipped = 0
    for piece in _PIECE.finditer(rtf):
        _coded, word, number, sign, brace, _run = piece.groups()
        if brace == b"{":
            hidden.append(hidden[-1])
        elif brace:
            hidden[:] = hidden[:-1] or [False]
        elif word in _UNREAD or sign == b"*":
            hidden[-1] = True
        elif word == b"htmlrtf":
            hidden[-1] = number != b"0"
        elif not hidden[-1]:
            text = _shown(piece, charset)
            out.append(text[skipped:] if not word else text)
            skipped = 1 if word == b"u" else 0
    return clean_text("".join(out)).strip()


def _shown(piece: re.Match[bytes], charset: str) -> str:
    coded, word, number, sign, _brace, run = piece.groups()
    if coded:
        return decode(bytes([int(coded, 16)]), charset)[0]
    if word == b"u" and number:
        return chr(int(number) % 0x10000)
    if word:
        return _SIGNS.get(word, "")
    if sign:
        return {b"~": "\xa0", b"_": "-"}.get(sign, sign.decode("ascii", "ignore").strip("-:|*"))
    return re.sub(rb"[\r\n]", b"", run).decode("cp1252", "replace")
