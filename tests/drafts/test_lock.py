"""The fact lock: only what the packet states passes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from shopapp.drafts.grounding import BrandVoice, CustomerFacts, Passage, PassageKind
from shopapp.drafts.locking.lock import coverage, order_meant, unsupported
from tests.drafts.shop import order, packet

POLICY = Passage(
    PassageKind.ARTICLE, "a1", "Returns", "Within 30 days at https://h.example/returns"
)
OLD_REPLY = Passage(PassageKind.APPROVED_REPLY, "r1", "Re", "Order #1007 cost $38.50")
FULL = packet(passages=(POLICY, OLD_REPLY))


@pytest.mark.parametrize(
    "text",
    [
        "Order #1042, or order 1042, cost $54.00, 54 USD or US$54.",
        "Placed on 9 March 2026, left on 2026-03-10, due on March 16.",
        "Parcel 1Z 999 AA1 01 2345 6784 at https://track.example/1Z999AA10123456784",
        "Two bags of HCR-ETH-250.",
        "Return it within 30 days at h.example/returns.",
        "We can not, will never and don't refuse.",
        "We write to anna@example.com",
    ],
)
def test_what_the_packet_states_passes_in_any_notation(text: str) -> None:
    assert unsupported(text, FULL) == []


@pytest.mark.parametrize(
    "text",
    [
        "order #1007",
        "it cost $38.50",
        "$54.01",
        "€54.00",
        "on 16 March 2025",
        "on 17 March",
        "within 60 days",
        "https://track.example/other",
        "https://h.example/returns?to=evil",
        "http://evil.example",
        "10% off",
        "code FREESHIP",
        "1Z999AA10123456785",
        "HCR-ETH-500",
        "mail eve@example.com",
        "call +1 503 555 0123",
    ],
)
def test_everything_else_is_named(text: str) -> None:
    assert len(unsupported(f"Well, {text} it is.", FULL)) == 1


def test_without_an_order_its_facts_are_unsupported() -> None:
    assert unsupported("order #1042", replace(FULL, order=None))


def test_a_link_hidden_in_a_customers_name_is_no_evidence() -> None:
    tricked = packet(customer=CustomerFacts("Win at evil.example", "", "anna@example.com"))
    assert [fact.text for fact in unsupported("Hi Win at evil.example,", tricked)] == [
        "evil.example"
    ]


def test_the_signature_is_evidence() -> None:
    brand = BrandVoice("Harbor", signature="Mia, +1 503 555 0123")
    assert unsupported("Call 1 503 555 0123 or +1 503 555 0123", packet(brand=brand))[1:] == []


def test_coverage_counts_facts_without_negations() -> None:
    found = coverage("Order #1042 was not $99.00, it was $54.00", FULL)
    assert (found.supported, found.total, str(found)) == (2, 3, "2 of 3 facts")
    assert str(coverage("No, thank you", FULL)) == "no facts"
    assert str(coverage("#1042", FULL)) == "1 of 1 fact"


def test_an_amount_of_another_dollar_is_read_as_the_orders() -> None:
    canadian = packet(order=order(currency="CAD", total=Decimal("54.00")))
    assert unsupported("$54.00", canadian) == []
    assert unsupported("US$54.00", canadian)


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("Where is #1042?", ["#1042", "#1050"], "#1042"),
        ("Where is order 1042?", ["#HCR-1042", "#HCR-1050"], "#HCR-1042"),
        ("Where is my order?", ["#1042"], "#1042"),
        ("Where is my order?", ["#1042", "#1050"], None),
        ("Where is #2000?", ["#1042"], None),
        ("Where is #1042?", ["#21042"], None),
        ("#1042 and #1050", ["#1042", "#1050"], None),
        ("Hello", [], None),
    ],
)
def test_the_order_meant_is_certain_or_none(text: str, names: list[str], meant: str | None) -> None:
    found = order_meant(text, [order(name=name) for name in names])
    assert (found.name if found else None) == meant


def test_among_several_the_only_one_underway_is_meant() -> None:
    old, new = order("delivered", "#1001"), order("in-transit", "#1042")
    assert order_meant("Where is my order?", [old, new]) == new
