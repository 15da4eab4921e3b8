"""What stands on every page of the PDF: the foot with its page number, and the mark."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from shopapp.purchasing.papers import fonts
from shopapp.purchasing.papers.content import Paper

INK, LINE, FAINT = HexColor("#1d2528"), HexColor("#d5dcdd"), HexColor("#6d787c")
SIDE = 18 * mm
_FOOT, _SIZE = 12 * mm, 7.5


class Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows how many pages there are when it writes the first one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page back."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its number."""
        for at, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(fonts.PLAIN, _SIZE)
            self.setFillColor(FAINT)
            self.drawRightString(A4[0] - SIDE, _FOOT, f"Page {at} of {len(self._pages)}")
            super().showPage()
        super().save()


def furniture(paper: Paper, canvas: Canvas, _document: object) -> None:
    """The foot's words, and the mark behind the text."""
    canvas.saveState()
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.line(SIDE, _FOOT + 5 * mm, A4[0] - SIDE, _FOOT + 5 * mm)
    canvas.setFont(fonts.PLAIN, _SIZE)
    canvas.setFillColor(FAINT)
    words = " · ".join((paper.store, "Purchase order", paper.number or paper.mark.capitalize()))
    canvas.drawString(SIDE, _FOOT, _clipped(fonts.printable(words), A4[0] - 2 * SIDE - 30 * mm))
    if paper.mark:
        _stamp(canvas, paper.mark)
    canvas.restoreState()


def _stamp(canvas: Canvas, mark: str) -> None:
    canvas.setFillColor(Color(0.42, 0.48, 0.5, alpha=0.09))
    canvas.setFont(fonts.BOLD, 110 if len(mark) < 7 else 76)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.drawCentredString(0, -30, mark)


def _clipped(text: str, width: float) -> str:
    while stringWidth(text, fonts.PLAIN, _SIZE) > width:
        text = text[: -max(2, len(text) // 20)] + "…"
    return text
