"""DejaVu Sans in PDF files, and what to print for a character it cannot draw."""

from __future__ import annotations

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from shopapp.config import ROOT

PLAIN, BOLD = "DejaVu", "DejaVu-Bold"
_FILES = {PLAIN: "dejavu-sans-2.37.ttf", BOLD: "dejavu-sans-bold-2.37.ttf"}
_SILENT = {"Cc", "Cf", "Mn", "Me"}  # controls, joiners, variation selectors, loose marks


@cache
def register() -> None:
    """Make both faces known, once a process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, ROOT / "static" / "vendor" / file))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def printable(text: str) -> str:
    """`text` in characters both faces have: 🫖 becomes [teapot], a letter it lacks becomes □."""
    return "".join(map(_drawn, unicodedata.normalize("NFC", text)))


@cache
def _drawn(sign: str) -> str:
    if sign in "\n\t" or ord(sign) in _known():
        return sign
    kind = unicodedata.category(sign)
    if kind in _SILENT:
        return ""
    name = unicodedata.name(sign, "").lower()
    return f"[{name}]" if kind == "So" and name else "\u25a1"


@cache
def _known() -> frozenset[int]:
    register()
    faces = (pdfmetrics.getFont(name).face.charToGlyph for name in _FILES)
    return frozenset.intersection(*(frozenset(face) for face in faces))
