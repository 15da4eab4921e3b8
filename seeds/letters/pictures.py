"""Small files that customers attach, made in code: a photo of a mug, a page of a PDF."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

Colour = tuple[int, int, int]


def png(width: int, height: int, paint: Callable[[int, int], Colour]) -> bytes:
    """A PNG whose pixels `paint(x, y)` gives as red, green, blue (ISO/IEC 15948)."""
    rows = b"".join(
        b"\0" + b"".join(bytes(paint(x, y)) for x in range(width)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def mug(colour: Colour, *, is_cracked: bool) -> bytes:
    """A mug on a table, drawn by hand."""

    def paint(x: int, y: int) -> Colour:
        is_table = y > 88
        is_body = 40 <= x <= 96 and 34 <= y <= 98
        ring = ((x - 98) ** 2 + (y - 62) ** 2) ** 0.5
        is_handle = x > 96 and 13 <= ring <= 20
        is_crack = abs(x - 66 + abs(y % 20 - 10) * 0.7) < 1.2 and 34 <= y <= 82
        if is_body and is_cracked and is_crack:
            return 40, 34, 30
        if is_body or is_handle:
            shade = max(0, x - 66) * 2 if is_body else 40
            return _darker(colour, shade)
        return _darker((198, 170, 136), y - 88) if is_table else (236, 232, 224)

    return png(140, 112, paint)


def pdf(lines: Sequence[str]) -> bytes:
    """One page with these lines of Latin text (ISO 32000-1, 7.5)."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 72 760 Td {shown}ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    return _file(objects)


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def _darker(colour: Colour, by: int) -> Colour:
    red, green, blue = (max(0, part - by) for part in colour)
    return red, green, blue


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (size, table, trailer)
