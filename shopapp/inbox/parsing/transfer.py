"""Content-Transfer-Encoding undone, and files uuencoded inside text taken out."""

from __future__ import annotations

import binascii
import io
import re
import string

from shopapp.inbox.parsing.envelope import Stretch
from shopapp.inbox.parsing.limits import MAX_UUENCODED
from shopapp.inbox.parsing.notes import Notes

_PLAIN = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "8bits", "7bits", "none", "plain"}
_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})\n", re.MULTILINE)
_PIECE = 1024 * 1024
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/="))
_UU_LINE = re.compile(r"[\x20-\x60]{1,90}")


def undo_transfer(body: Stretch, encoding: str, notes: Notes) -> bytes:
    """The bytes as they were before transport; an unknown encoding changes nothing."""
    name = encoding.strip(" \t;\"'").lower()
    if name in {"base64", "base-64", "b64"}:
        return _base64(body)
    if re.fullmatch(r"quoted[ _-]?printable|qp", name):
        return binascii.a2b_qp(body.content())
    if re.fullmatch(r"(?:x-)?uu(?:e|encode)?", name):
        return _first_file(body.content(), notes)
    if name not in _PLAIN:
        notes.add(f"unknown transfer encoding {name[:40]}, read as it is")
    return body.content()


def uuencoded_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded blocks, and those as (name, content)."""
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    at = 0
    while len(files) < MAX_UUENCODED and (found := _BEGIN.search(text, at)):
        end = text.find("\nend", found.end() - 1)
        content = _lines(text[found.end() : end + 1]) if end >= 0 else None
        if content is None:
            if end < 0:
                break
            kept.append(text[at : found.end()])
            at = found.end()
            continue
        kept.append(text[at : found.start()])
        files.append((found[1].strip(), content))
        at = text.find("\n", end + 1) + 1 or len(text)
    return "".join([*kept, text[at:]]), files


def _base64(body: Stretch) -> bytes:
    """Decoded a piece at a time, so that a big file is never in memory twice over.

    What follows padding begins anew: some programs write one encoded run after another.
    """
    out = io.BytesIO()
    held = b""
    for at in range(body.start, body.end, _PIECE):
        piece = body.raw[at : min(at + _PIECE, body.end)].translate(None, _NOT_BASE64)
        *closed, held = (held + piece).split(b"=")
        out.writelines(_letters(run) for run in closed if run)
        whole = len(held) - len(held) % 4
        out.write(binascii.a2b_base64(held[:whole]))
        held = held[whole:]
    out.write(_letters(held))
    return out.getvalue()


def _letters(run: bytes) -> bytes:
    run = run[: len(run) - (len(run) % 4 == 1)]
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _first_file(body: bytes, notes: Notes) -> bytes:
    _, files = uuencoded_files(body.decode("latin-1").replace("\r\n", "\n"))
    if not files:
        notes.add("declared as uuencoded but it is not, read as it is")
    return files[0][1] if files else body


def _lines(block: str) -> bytes | None:
    """The bytes of uuencoded lines, or None where one of them is none."""
    out: list[bytes] = []
    for line in block.split("\n"):
        if not line:
            continue
        if not _UU_LINE.fullmatch(line):
            return None
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            return None
    return b"".join(out)
