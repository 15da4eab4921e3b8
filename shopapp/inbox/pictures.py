"""Which bytes are a picture that a browser may show: told by the bytes, never by their name."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 1 << 18
"""Bytes from the beginning of a file that are enough to tell."""
MOST_PIXELS = 50_000_000
MOST_SIDE = 20_000
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image by its header: its kind and its size in pixels."""

    content_type: str
    width: int
    height: int

    @property
    def can_be_shown(self) -> bool:
        """Whether it unpacks to a size that a browser bears."""
        sides = (self.width, self.height)
        return (
            min(sides) > 0 and max(sides) <= MOST_SIDE and self.width * self.height <= MOST_PIXELS
        )


def picture_in(head: bytes) -> Picture | None:
    """The PNG, JPEG, GIF or WebP that begins with `head` (HEAD bytes), None for anything else."""
    try:
        return _png(head) or _gif(head) or _webp(head) or _jpeg(head)
    except IndexError:
        return None


def _png(head: bytes) -> Picture | None:
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    return Picture("image/png", _big(head[16:20]), _big(head[20:24]))


def _gif(head: bytes) -> Picture | None:
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return Picture("image/gif", _little(head[6:8]), _little(head[8:10]))


def _webp(head: bytes) -> Picture | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return Picture("image/webp", _little(head[24:27]) + 1, _little(head[27:30]) + 1)
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = _little(head[21:25])
        return Picture("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return Picture("image/webp", _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF)
    return None


def _jpeg(head: bytes) -> Picture | None:
    """From marker to marker to the frame header, which has the size (ITU T.81, B.2.2)."""
    if head[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], _big(head[at + 2 : at + 4])
        if marker in _FRAMES:
            return Picture("image/jpeg", _big(head[at + 7 : at + 9]), _big(head[at + 5 : at + 7]))
        if marker == 0xFF:
            at += 1
        elif length < 2:
            return None
        else:
            at += 2 + length
    return None


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")
