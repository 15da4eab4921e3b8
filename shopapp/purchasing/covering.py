"""The covering mail of a purchase order: what it says, made of the order's own facts (pure)."""

from __future__ import annotations

from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from shopapp.drafts.grounding import BrandVoice, Packet, packet_hash
from shopapp.drafts.locking.lock import coverage
from shopapp.drafts.matters import BoughtLine, PurchaseFacts
from shopapp.drafts.proposals import Brief, Proposal, Wish
from shopapp.purchasing.papers.content import Paper, PaperLine
from shopapp.purchasing.totals import line_total

MODEL, VERSION = "embedded", "order-2"
SHOWN = 12
"""Lines the mail lists itself; a longer order is told by its number of lines and its paper."""


def brief(paper: Paper, brand: BrandVoice, wish: Wish, rules: tuple[str, ...] = ()) -> Brief:
    """What is asked of a drafter: the mail that sends the order, from the order's own facts."""
    packet = Packet(
        brand,
        question=f"Write the mail that sends purchase order {paper.number} to {paper.vendor}.",
        subject=f"Purchase order {paper.number}",
        style_rules=rules,
        purchase=stated(paper),
    )
    return Brief(packet.question, packet.subject, packet, wish)


def proposal(paper: Paper, packet: Packet) -> Proposal:
    """A mail that sends the order, made here; it states nothing that `packet` does not."""
    text = _text(paper, packet.brand)
    return Proposal(
        text=text,
        sources=(),
        coverage=coverage(text, packet),
        reason=f"Written from {paper.number}",
        fit=1.0,
        packet=packet,
        packet_hash=packet_hash(packet),
        model=MODEL,
        version=VERSION,
    )


def stated(paper: Paper) -> PurchaseFacts:
    """Every fact of the order that its mail may state."""
    totals = paper.totals
    return PurchaseFacts(
        number=paper.number,
        vendor=paper.vendor,
        currency=paper.currency,
        placed_on=paper.day,
        lines=tuple(map(_bought, paper.lines, totals.lines)),
        subtotal=totals.subtotal,
        shipping=totals.shipping,
        total=totals.total,
        expected_on=paper.expected,
        ship_to=paper.ship_to,
        terms=paper.terms,
        notes=paper.notes,
    )


def _bought(line: PaperLine, total: Decimal) -> BoughtLine:
    return BoughtLine(line.title, line.quantity, line.unit_cost, total, line.sku, line.vendor_sku)


def subject(paper: Paper) -> str:
    """The mail's subject."""
    return f"Purchase order {paper.number} from {paper.store}"


def _text(paper: Paper, brand: BrandVoice) -> str:
    parts = [
        "Hello,",
        f"please find our purchase order {paper.number} attached.",
        "\n".join(_lines(paper)),
        _wish(paper),
        "Please confirm the order and the delivery date by replying to this mail.",
        paper.notes.strip(),
        brand.signature.strip() or f"Kind regards,\n{paper.store}",
    ]
    return "\n\n".join(part for part in parts if part)


def _lines(paper: Paper) -> list[str]:
    total = f"Total: {_money(paper.totals.total, paper)}"
    if len(paper.lines) > SHOWN:
        return [f"It has {len(paper.lines)} lines.", total]
    return [*(f"- {_line(each, paper)}" for each in paper.lines), *_shipping(paper), total]


def _line(line: PaperLine, paper: Paper) -> str:
    number = f" (your number {line.vendor_sku})" if line.vendor_sku else ""
    cost = line_total(line.quantity, line.unit_cost, paper.currency)
    quantity = format_decimal(line.quantity, locale="en")
    return f"{quantity} × {line.title}{number}: {_money(cost, paper)}"


def _shipping(paper: Paper) -> list[str]:
    return [f"Shipping: {_money(paper.shipping, paper)}"] if paper.shipping else []


def _wish(paper: Paper) -> str:
    to = f" to {paper.ship_to}" if paper.ship_to else ""
    if paper.expected is None:
        return f"Please ship it{to} and tell us when it will arrive." if to else ""
    day = format_date(paper.expected, "d MMMM y", locale="en")
    return f"We expect the goods{to} by {day}."


def _money(amount: Decimal, paper: Paper) -> str:
    return format_currency(amount, paper.currency, locale="en")
