"""Putting files into a finished mail, just before it leaves."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import MIMEPart
from email.policy import SMTP
from typing import Any

from shopapp.config import Config
from shopapp.connectors.errors import Permanent
from shopapp.mail.files import Files

_PLAIN = "application/octet-stream"
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


def content_type(filename: str, head: bytes) -> str:
    """What a file is, by its first bytes and then by its name; what nobody knows is just bytes.

    A mail inside a mail is sent as bytes too: its lines must not be touched on the way.
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    guessed = mimetypes.guess_type(filename)[0] or _PLAIN
    is_claim = guessed.startswith(("image/", "message/", "multipart/")) or guessed == (
        "application/pdf"
    )
    return _PLAIN if is_claim else guessed


def read(config: Config, store_id: str, listed: Sequence[dict[str, Any]]) -> list[Enclosure]:
    """The files an outgoing mail lists, with no transaction open; raises Permanent without one."""
    files = Files.of(config, store_id)
    enclosures: list[Enclosure] = []
    for item in listed:
        name = str(item["filename"])
        try:
            content = files.read(str(item["sha256"]))
        except OSError:
            message = f"The attachment {name} is missing, so nothing was sent."
            raise Permanent(message, fix="Remove it and attach it again.") from None
        enclosures.append(Enclosure(name, str(item["content_type"]), content))
    return enclosures


def enclosed(raw: bytes, message_id: str, enclosures: Sequence[Enclosure]) -> bytes:
    """`raw` (CRLF line ends) as the first part of a multipart/mixed with the files behind it.

    The same arguments give the same bytes. Names outside ASCII are written as RFC 2231 wants them.
    """
    if not enclosures:
        return raw
    header, _, body = raw.partition(b"\r\n\r\n")
    outer, inner = _parted(header)
    mark = b"=_" + hashlib.sha256(f"mixed {message_id}".encode()).hexdigest()[:32].encode()
    first = inner + b"\r\n\r\n" + body
    parts = [first, *(_part(each) for each in enclosures)]
    kind = b'Content-Type: multipart/mixed;\r\n boundary="' + mark + b'"'
    pieces = b"".join(b"--" + mark + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
    return outer + b"\r\n" + kind + b"\r\n\r\n" + pieces + b"--" + mark + b"--\r\n"


def _parted(header: bytes) -> tuple[bytes, bytes]:
    """The header's lines that stay outside, and those that describe the first part."""
    fields: list[bytes] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    inner = [each for each in fields if each.lower().startswith(b"content-")]
    outer = [each for each in fields if each not in inner]
    return b"\r\n".join(outer), b"\r\n".join(inner)


def _part(enclosure: Enclosure) -> bytes:
    part = MIMEPart(policy=SMTP)
    main, _, sub = enclosure.content_type.partition("/")
    is_whole = main not in ("message", "multipart") and bool(sub)
    kind = (main, sub) if is_whole else ("application", "octet-stream")
    part.set_content(
        enclosure.content, *kind, disposition="attachment", filename=enclosure.filename
    )
    return part.as_bytes()
