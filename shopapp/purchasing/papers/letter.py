"""A purchase order as PDF: the vendor's copy on A4, with the same bytes each time."""

from __future__ import annotations

import io
from functools import cache, partial
from typing import Any
from xml.sax.saxutils import escape

from babel.dates import format_date
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from shopapp.money import formatted
from shopapp.purchasing.checks import price
from shopapp.purchasing.papers import fonts
from shopapp.purchasing.papers.content import Paper, PaperLine
from shopapp.purchasing.papers.pages import FAINT, INK, LINE, SIDE, Numbered, furniture

SOFT, PALE = HexColor("#566267"), HexColor("#f3f6f6")
WIDTH = A4[0] - 2 * SIDE
COLUMNS = (12 * mm, 29 * mm, 0, 18 * mm, 25 * mm, 28 * mm)
LONGEST, MOST_LINES = 400, 12  # of a name and of an address: a box must fit on a page
HEADS = ("#", "Your SKU", "Article", "Quantity", "Unit cost", "Total")


def pdf(paper: Paper) -> bytes:
    """The file; every text in it is escaped, and nothing in it depends on the moment."""
    fonts.register()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=SIDE,
        rightMargin=SIDE,
        topMargin=20 * mm,
        bottomMargin=22 * mm,
        title=fonts.printable(f"Purchase order {paper.number or paper.mark.lower()}".strip()),
        author=fonts.printable(paper.store),
        invariant=1,
    )
    draw = partial(furniture, paper)
    document.build(_story(paper), onFirstPage=draw, onLaterPages=draw, canvasmaker=Numbered)
    return file.getvalue()


def _story(paper: Paper) -> list[Any]:
    story = [_head(paper), Spacer(1, 9 * mm), _parties(paper), Spacer(1, 8 * mm)]
    story += [_lines(paper), Spacer(1, 4 * mm), KeepTogether([_sums(paper)])]
    if paper.notes.strip():
        notes = [_text("Notes", "label"), Spacer(1, 1.5 * mm)]
        paragraphs = [_text(each, "plain") for each in paper.notes.splitlines()]
        story += [Spacer(1, 8 * mm), KeepTogether([*notes, *paragraphs[:3]]), *paragraphs[3:]]
    return story


def _head(paper: Paper) -> Table:
    facts = [("Date", _day(paper.day)), ("Expected", _day(paper.expected))]
    facts += [("Currency", paper.currency), ("Terms", paper.terms)]
    rows = [[_text(name, "label"), _text(value, "right")] for name, value in facts if value]
    left = [
        _text(paper.store, "store"),
        Spacer(1, 5 * mm),
        _text("Purchase order", "title"),
        _text(paper.number or "Not numbered yet", "number"),
    ]
    box = Table(rows, colWidths=[22 * mm, 44 * mm], style=_bare(bottom=1.2 * mm))
    return Table([[left, box]], colWidths=[WIDTH - 66 * mm, 66 * mm], style=_bare())


def _parties(paper: Paper) -> Table:
    vendor = [paper.vendor_address, paper.vendor_email]
    boxes = [
        _party("Vendor", paper.vendor, vendor),
        _party("Ship to", paper.store, [paper.ship_to]),
    ]
    gap = 6 * mm
    half = (WIDTH - gap) / 2
    style = _bare(bottom=4 * mm, top=4 * mm, side=4 * mm)
    style.add("BACKGROUND", (0, 0), (-1, -1), PALE)
    style.add("ROUNDEDCORNERS", [5, 5, 5, 5])
    tall = max(Table([[box]], colWidths=[half], style=style).wrap(half, 0)[1] for box in boxes)
    left, right = (
        Table([[box]], colWidths=[half], rowHeights=[tall], style=style) for box in boxes
    )
    return Table([[left, "", right]], colWidths=[half, gap, half], style=_bare())


def _party(label: str, name: str, rest: list[str]) -> list[Any]:
    lines = [line.strip() for each in rest for line in each.splitlines() if line.strip()]
    shown = [_text(line[:LONGEST], "plain") for line in lines[:MOST_LINES] if line != name]
    return [_text(label, "label"), Spacer(1, 1.5 * mm), _text(name, "strong"), *shown]


def _lines(paper: Paper) -> LongTable:
    widths = [width or WIDTH - sum(COLUMNS) for width in COLUMNS]
    heads = [_text(head, "head" if at < 3 else "head-right") for at, head in enumerate(HEADS)]
    rows = [
        _row(paper, at, line, paper.totals.lines[at - 1]) for at, line in enumerate(paper.lines, 1)
    ] or [["", "", _text("No lines yet", "faint"), "", "", ""]]
    style = _bare(bottom=1.9 * mm, top=1.9 * mm, side=2 * mm)
    style.add("LINEBELOW", (0, 0), (-1, 0), 0.9, INK)
    style.add("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE)
    return LongTable([heads, *rows], colWidths=widths, repeatRows=1, style=style)


def _row(paper: Paper, at: int, line: PaperLine, total: Any) -> list[Any]:
    title = _escaped(line.title[:LONGEST])
    if line.sku and line.sku != line.vendor_sku:
        title += f'<br/><font size="7.5" color="#566267">{_escaped(line.sku)}</font>'
    return [
        _text(str(at), "faint"),
        _text(line.vendor_sku or "\u2013", "plain"),
        Paragraph(title, _styles()["plain"]),
        _text(f"{line.quantity:,}", "right"),
        _text(price(line.unit_cost, paper.currency), "right"),
        _text(formatted(total, paper.currency), "right"),
    ]


def _sums(paper: Paper) -> Table:
    sums, units = paper.totals, sum(line.quantity for line in paper.lines)
    rows = [("Units", f"{units:,}"), ("Subtotal", formatted(sums.subtotal, paper.currency))]
    if sums.shipping:
        rows.append(("Shipping", formatted(sums.shipping, paper.currency)))
    cells: list[list[Any]] = [
        ["", _text(name, "plain"), _text(sum_, "right")] for name, sum_ in rows
    ]
    total = formatted(sums.total, paper.currency)
    cells.append(["", _text("Total", "total"), _text(total, "total-right")])
    style = _bare(bottom=1.2 * mm, top=1.2 * mm, side=2 * mm)
    style.add("LINEABOVE", (1, -1), (-1, -1), 0.9, INK)
    style.add("TOPPADDING", (1, -1), (-1, -1), 2 * mm)
    return Table(cells, colWidths=[WIDTH - 84 * mm, 34 * mm, 50 * mm], style=style)


def _bare(*, bottom: float = 0, top: float = 0, side: float = 0) -> TableStyle:
    everything = ((0, 0), (-1, -1))
    return TableStyle(
        [
            ("VALIGN", *everything, "TOP"),
            ("LEFTPADDING", *everything, side),
            ("RIGHTPADDING", *everything, side),
            ("TOPPADDING", *everything, top),
            ("BOTTOMPADDING", *everything, bottom),
        ]
    )


def _text(text: str, style: str) -> Paragraph:
    return Paragraph(_escaped(text), _styles()[style])


def _escaped(text: str) -> str:
    return escape(fonts.printable(text))


def _day(day: Any) -> str:
    return str(format_date(day, "d MMMM y", locale="en")) if day else ""


@cache
def _styles() -> dict[str, ParagraphStyle]:
    base = ParagraphStyle(
        "plain", fontName=fonts.PLAIN, fontSize=9, leading=12.5, textColor=INK, splitLongWords=True
    )
    bold = {"parent": base, "fontName": fonts.BOLD}
    made = (
        base,
        ParagraphStyle("right", base, alignment=TA_RIGHT),
        ParagraphStyle("faint", base, textColor=FAINT),
        ParagraphStyle("label", base, fontSize=8, textColor=SOFT),
        ParagraphStyle("strong", **bold),
        ParagraphStyle("store", **bold, fontSize=10.5, leading=14, textColor=SOFT),
        ParagraphStyle("title", **bold, fontSize=21, leading=26),
        ParagraphStyle("number", base, fontSize=12, leading=17, textColor=SOFT),
        ParagraphStyle("head", **bold, fontSize=8),
        ParagraphStyle("head-right", **bold, fontSize=8, alignment=TA_RIGHT),
        ParagraphStyle("total", **bold, fontSize=11, leading=15),
        ParagraphStyle("total-right", **bold, fontSize=11, leading=15, alignment=TA_RIGHT),
    )
    return {style.name: style for style in made}
