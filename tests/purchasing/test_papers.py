"""An order as PDF and CSV: complete, escaped, safe, and the same bytes each time."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.papers import fonts, letter, table
from shopapp.purchasing.papers.content import Paper, PaperLine
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.purchasing.goods import ROOM, goods, person


def line(number: int, title: str = "Earl Grey Größe L") -> PaperLine:
    return PaperLine(f"SKU-{number}", f"V-{number}", title, number + 1, Decimal("4.125"))


PAPER = Paper(
    store="Harbor Tea",
    number="PO-2026-0007",
    mark="",
    day=date(2026, 11, 22),
    expected=date(2026, 12, 6),
    vendor="Mühle & Söhne <GmbH>",
    vendor_address="Am Bach 1\n57223 Kreuztal",
    vendor_email="orders@mill.example",
    ship_to="Warehouse Kiel",
    terms="30 days net",
    currency="EUR",
    shipping=Decimal("12.50"),
    notes="Ring <b>twice</b> & wait.",
    lines=tuple(line(number) for number in range(3)),
)


def texts(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def test_everything_the_vendor_needs_is_on_the_paper() -> None:
    (page,) = texts(letter.pdf(PAPER))
    for words in (
        "Harbor Tea",
        "PO-2026-0007",
        "22 November 2026",
        "6 December 2026",
        "Mühle & Söhne <GmbH>",
        "57223 Kreuztal",
        "orders@mill.example",
        "Warehouse Kiel",
        "30 days net",
        "V-2",
        "SKU-2",
        "Earl Grey Größe L",
        "€4.125",
        "€24.76",
        "€37.26",
        "Ring <b>twice</b> & wait.",
        "Page 1 of 1",
    ):
        assert words in page, words
    assert "DRAFT" not in page


def test_the_same_order_makes_the_same_bytes() -> None:
    assert letter.pdf(PAPER) == letter.pdf(replace(PAPER))
    assert letter.pdf(PAPER) != letter.pdf(replace(PAPER, notes="Don't ring"))


def test_hundreds_of_lines_run_over_numbered_pages() -> None:
    pages = texts(letter.pdf(replace(PAPER, lines=tuple(line(each) for each in range(300)))))
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
    assert all("Unit cost" in page for page in pages[:-1])
    assert sum(page.count("SKU-299") for page in pages) == 1


def test_a_draft_says_so_on_every_page() -> None:
    many = tuple(line(each) for each in range(60))
    pages = texts(letter.pdf(replace(PAPER, number="", mark="DRAFT", lines=many)))
    assert all("DRAFT" in page for page in pages)
    assert "Not numbered yet" in pages[0]


@pytest.mark.parametrize(
    "text", ["🫖 Kettle", "茶" * 30, "\x00\u200b<img src=x>", "W" * 5000, "a\u0301b", "\ud800", ""]
)
def test_any_text_fits_on_the_paper(text: str) -> None:
    many = "\n".join([text] * 300)
    paper = replace(PAPER, vendor=text[:120] or "x", vendor_address=many[:1000], notes=many[:4000])
    assert texts(letter.pdf(replace(paper, lines=(line(1, text),))))


def test_what_the_font_lacks_is_named_or_boxed() -> None:
    assert fonts.printable("🫖 Öl 茶 €") == "[teapot] Öl \u25a1 €"


def test_the_table_has_a_row_a_line_and_no_formulas() -> None:
    lines = (line(0, '=cmd|"/c calc"!A1'), line(1))
    header, first, second = csv.reader(io.StringIO(table.csv(replace(PAPER, lines=lines))))
    assert tuple(header) == table.HEADER
    assert first[6] == '\'=cmd|"/c calc"!A1'
    assert second == [
        "PO-2026-0007",
        "Mühle & Söhne <GmbH>",
        "EUR",
        "2026-12-06",
        "SKU-1",
        "V-1",
        "Earl Grey Größe L",
        "2",
        "4.125",
        "8.25",
    ]


def test_files_are_downloaded_under_the_orders_name(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        variants = goods(session, "earl")
        (order,) = drafting.create_for(session, variants=variants, by=person(session)).drafts
        url = f"{ROOM}/orders/{order.id}"
        session.commit()
        cleo = sign_in(cast.CLEO)
        assert "DRAFT" in texts(cleo.get(f"{url}/order.pdf").data)[0]
        ordering.approve(session, order, by=person(session))
        number = order.number
        session.commit()
    answer = cleo.get(f"{url}/order.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}.pdf"
    assert f"{number}" in texts(answer.data)[0]
    assert answer.data == cleo.get(f"{url}/order.pdf").data
    rows = list(csv.reader(io.StringIO(cleo.get(f"{url}/order.csv").text)))
    assert rows[1][:3] == [number, "Mill & Sons", "EUR"]
