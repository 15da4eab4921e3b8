"""Matters: what a draft that is no reply is about, in facts: a purchase order, a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar

from shopapp.drafts.reading.characters import shown

MOST_LINES = 60
"""Lines of an order that are told; a longer one is told by its paper."""
LONGEST = 6_000
"""Characters of a text that are told."""


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """One line of a purchase order; `total` is at the currency's precision."""

    title: str
    quantity: int
    unit_cost: Decimal
    total: Decimal
    sku: str = ""
    vendor_sku: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """A purchase order as its vendor reads it. `notes` is what the store wrote on its paper."""

    name: ClassVar[str] = "purchase_order"
    task: ClassVar[str] = "Write the mail that sends this purchase order to its vendor."
    tongue: ClassVar[str] = "the language in which the vendor's terms and the notes are, or English"

    number: str
    vendor: str
    currency: str
    placed_on: date
    lines: tuple[BoughtLine, ...]
    subtotal: Decimal
    shipping: Decimal
    total: Decimal
    expected_on: date | None = None
    ship_to: str = ""
    terms: str = ""
    notes: str = ""

    def amounts(self) -> Iterator[tuple[str, Decimal]]:
        """Every amount with its field, in `currency`."""
        for line in self.lines:
            yield from (("lines", line.total), ("lines", line.unit_cost))
        yield from (("subtotal", self.subtotal), ("total", self.total))
        if self.shipping:
            yield "shipping", self.shipping

    def days(self) -> Iterator[tuple[str, date]]:
        """Every day with its field."""
        yield "placed_on", self.placed_on
        if self.expected_on:
            yield "expected_on", self.expected_on

    def numbers(self) -> Iterator[str]:
        """The order's number, and its articles' as the store and the vendor call them."""
        yield self.number
        yield from (each for line in self.lines for each in (line.sku, line.vendor_sku) if each)

    def texts(self) -> Iterator[tuple[str, str]]:
        """What people wrote, with its field."""
        named = ((field, getattr(self, field)) for field in ("ship_to", "terms", "notes"))
        yield from (*(("lines", line.title) for line in self.lines), *named)

    def told(self) -> Iterator[str]:
        """All of it in lines, for a reader."""
        yield from (f"Number: {self.number}", f"Vendor: {_line(self.vendor)}")
        yield f"Date: {self.placed_on.isoformat()}"
        if self.expected_on:
            yield f"Expected: {self.expected_on.isoformat()}"
        if self.ship_to:
            yield f"Ship to: {_line(self.ship_to)}"
        yield from (self._line(line) for line in self.lines[:MOST_LINES])
        if len(self.lines) > MOST_LINES:
            yield f"{len(self.lines) - MOST_LINES} more items, which stand on the paper alone"
        amounts = [("Subtotal", self.subtotal), ("Shipping", self.shipping), ("Total", self.total)]
        yield from (f"{label}: {self._money(amount)}" for label, amount in amounts)
        for label, text in (("Payment terms", self.terms), ("Notes on the paper", self.notes)):
            if text.strip():
                yield f"{label}: {shown(text).strip()[:LONGEST]}"

    def _line(self, line: BoughtLine) -> str:
        parts = [f"{line.quantity} × {_line(line.title)}"]
        parts += [f"SKU {line.sku}"] if line.sku else []
        parts += [f"vendor's number {line.vendor_sku}"] if line.vendor_sku else []
        parts += [f"{self._money(line.unit_cost)} each", f"{self._money(line.total)} in all"]
        return f"Item: {'; '.join(parts)}"

    def _money(self, amount: Decimal) -> str:
        """At the currency's precision, which the subtotal has, or finer where it is."""
        exponents = (each.as_tuple().exponent for each in (self.subtotal, amount.normalize()))
        places = max(0, *(-each for each in exponents if isinstance(each, int)))
        return f"{amount:.{places}f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Searched:
    """What people typed into a search engine, and what came of it at the page's `position`."""

    query: str
    impressions: int = 0
    clicks: int = 0
    position: float | None = None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A product's page: its name, its present title, what the catalogue says, who finds it how.

    Strangers typed the queries: they are told, support nothing, and newer figures change no page.
    """

    name: ClassVar[str] = "page"
    task: ClassVar[str] = "Write the title of this page for search results."
    tongue: ClassVar[str] = "that of the product's name"

    product: str
    title: str = ""
    described: str = ""
    searched: tuple[Searched, ...] = field(default=(), compare=False)

    def texts(self) -> Iterator[tuple[str, str]]:
        """What the catalogue says, with its field."""
        yield from ((field, getattr(self, field)) for field in ("product", "title", "described"))

    def told(self) -> Iterator[str]:
        """All of it in lines, for a reader."""
        yield f"Product: {_line(self.product)}"
        yield f"Present title: {_line(self.title) or 'none of its own'}"
        yield f"What the catalogue says: {_line(self.described)[:LONGEST] or 'nothing'}"
        yield from (_searched(each) for each in self.searched)


Matter = PurchaseFacts | PageFacts


def _searched(each: Searched) -> str:
    told = [f"{each.impressions} impressions, {each.clicks} clicks"] if each.impressions else []
    told += [f"position {each.position:.1f}"] if each.position is not None else []
    return f"People search for: {_line(each.query)}" + (f" ({', '.join(told)})" if told else "")


def _line(text: str) -> str:
    return " ".join(shown(text).split())
