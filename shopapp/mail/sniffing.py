"""Telling by the first bytes what a file is when it is certainly no mail."""

from __future__ import annotations

_ZIP = "an archive, not a mail; unpack it first"
_PICTURE, _FILM, _SOUND = "a picture, not a mail", "a film, not a mail", "a sound, not a mail"

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"8BPS", _PICTURE),
    (b"\x1aE\xdf\xa3", _FILM),
    (b"ID3", _SOUND),
    (b"OggS", _SOUND),
    (b"fLaC", _SOUND),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\x1f\x8b", _ZIP),
    (b"BZh", _ZIP),
    (b"\xfd7zXZ\x00", _ZIP),
    (b"7z\xbc\xaf\x27\x1c", _ZIP),
    (b"Rar!\x1a\x07", _ZIP),
    (b"(\xb5/\xfd", _ZIP),
    (b"%PDF-", "a PDF document, not a mail"),
    (b"{\\rtf", "an RTF document, not a mail"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook or Office file; save the mail as .eml"),
    (b"!BDN", "an Outlook mailbox (.pst); export it as mbox or .eml"),
    (b"SQLite format 3\x00", "a database, not a mail"),
    (b"\x7fELF", "a program, not a mail"),
    (b"MZ\x90\x00", "a program, not a mail"),
)
_CONTAINERS = {b"WEBP": _PICTURE, b"AVI ": _FILM, b"WAVE": _SOUND}
_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"crx ")
_TAR_MARK = slice(257, 262)


def what_it_is(head: bytes) -> str | None:
    """Why a file that begins with `head` (some hundred bytes) is no mail; None if it may be one."""
    for beginning, reason in _BEGINNINGS:
        if head.startswith(beginning):
            return reason
    if head[:4] == b"RIFF":
        return _CONTAINERS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _PICTURE if head[8:12] in _BRANDS else _FILM
    if head[:2] == b"BM" and head[6:10] == b"\x00" * 4:
        return _PICTURE
    return _ZIP if head[_TAR_MARK] == b"ustar" else None
