"""Names of attachments that are safe to offer, whatever the mail called them."""

from __future__ import annotations

import re
import unicodedata
from mimetypes import MimeTypes

from shopapp.inbox.parsing.encoded_words import one_line
from shopapp.inbox.parsing.limits import MAX_FILENAME

_EXTENSIONS = MimeTypes(filenames=())
_PREFERRED = {
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
}
_STEMS = {
    "message/delivery-status": "delivery-status",
    "message/rfc822": "mail",
    "text/calendar": "invitation",
    "text/rfc822-headers": "headers",
}
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")


def safe_filename(written: str | None, *, content_type: str, number: int) -> str:
    """A name without path, control and direction signs, never empty, reserved or overlong.

    A nameless file is called after its place and type: "attachment-2.pdf".
    """
    name = unicodedata.normalize("NFC", one_line(written or ""))
    name = re.split(r"[/\\]", _INVISIBLE.sub("", name))[-1]
    name = re.sub(r"[<>:\"|?*]", "_", name).strip(" .")
    if not name.strip("_"):
        stem = _STEMS.get(content_type, "attachment")
        return f"{stem}-{number}{_extension(content_type)}"
    return _short(f"_{name}" if _RESERVED.fullmatch(name) else name)


def _short(name: str) -> str:
    if len(name) <= MAX_FILENAME and len(name.encode()) <= 240:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = 240 - len((dot + ending).encode())
    cut = stem[: MAX_FILENAME - len(dot + ending)].encode()[:room].decode("utf-8", "ignore")
    return f"{cut.rstrip(' .')}{dot}{ending}"


def _extension(content_type: str) -> str:
    return _PREFERRED.get(content_type) or _EXTENSIONS.guess_extension(content_type) or ".bin"
