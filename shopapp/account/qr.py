"""A QR code as one SVG path, so that a page with a strict content policy can show it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import qrcode

_QUIET = 4  # modules of white on each side, as the standard asks


@dataclass(frozen=True, slots=True)
class Picture:
    """A square of `size` modules; `path` draws the dark ones."""

    size: int
    path: str


def picture(text: str) -> Picture:
    """The QR code of `text`, with medium error correction."""
    code = qrcode.QRCode(border=_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    return Picture(len(rows), "".join(_drawn(y, row) for y, row in enumerate(rows)))


def _drawn(y: int, row: list[bool]) -> str:
    drawn, x = "", 0
    for is_dark, run in groupby(row):
        width = len(list(run))
        if is_dark:
            drawn += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return drawn
