"""Each sentence with its sources, from any text, and what an order's change does to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.drafts.grounding import Passage, PassageKind, packet_json, packet_of
from shopapp.drafts.locking.evidence import evidence
from shopapp.drafts.locking.origins import OriginKind
from shopapp.drafts.locking.rechecking import changes, order_hash
from tests.drafts.shop import PARCEL, order, packet

POLICY = Passage(
    PassageKind.POLICY, "p1", "Returns", "You can return unopened bags within 30 days."
)
REPLY = Passage(PassageKind.APPROVED_REPLY, "r1", "Re", "Order #1007 cost $38.50")
FULL = packet(passages=(POLICY, REPLY))
TEXT = (
    "Hi Anna,\n\nyour order #1042 cost $54.00. It arrives on 17 March. "
    "You can return unopened bags within 30 days.\n\nWarm regards,\nMia"
)


def test_a_sentence_names_its_sources_and_its_open_facts() -> None:
    order_line, date_line, rule_line = evidence(TEXT, FULL).sentences
    assert {(o.kind, o.field) for o in order_line.origins} == {
        (OriginKind.ORDER, "name"),
        (OriginKind.ORDER, "total"),
    }
    assert {o.as_of for o in order_line.origins} == {order().as_of}
    assert date_line.pieces == (("It arrives on ", False), ("17 March", True), (".", False))
    assert [(o.kind, o.id) for o in rule_line.origins] == [(OriginKind.POLICY, "p1")]
    assert str(evidence(TEXT, FULL).coverage) == "3 of 4 facts"


def test_what_was_confirmed_is_open_no_more() -> None:
    (fact,) = evidence(TEXT, FULL).open
    found = evidence(TEXT, FULL, {(fact.family, fact.value)})
    assert found.open == ()
    assert [f.text for line in found.sentences for f in line.confirmed] == ["17 March"]


@pytest.mark.parametrize(
    "text",
    [
        "You cannot return unopened bags within 30 days.",
        "Unopened bags you can never return within 30 days.",
    ],
)
def test_a_rule_turned_round_is_open(text: str) -> None:
    assert [fact.text for fact in evidence(text, FULL).open] == [text]


def test_a_packet_is_read_back_as_it_was_written() -> None:
    assert packet_of(json.loads(packet_json(FULL))) == FULL


LATER = replace(PARCEL, estimated_delivery=date(2026, 3, 20))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("It arrives on 16 March.", [("Expected on", "2026-03-16", "2026-03-20")]),
        ("Order #1042 cost $54.00.", []),
        ("Thank you for your patience!", []),
    ],
)
def test_a_change_counts_where_the_text_says_otherwise(
    text: str, fields: list[tuple[str, str, str]]
) -> None:
    found = changes(text, packet(), order(fulfilments=(LATER,)))
    assert [(d.field, d.before, d.after) for d in found] == fields


def test_a_new_status_always_counts_when_the_order_is_spoken_of() -> None:
    after = order("delivered")
    assert changes("Your order #1042 costs $54.00.", packet(), after)[0].field == "Status"
    assert changes("Thank you!", packet(), after) == ()
    assert changes("It is #1042.", packet(), None)[0].after.startswith("no longer")


def test_reading_an_order_again_is_no_change() -> None:
    again = order(as_of=order().as_of.replace(hour=20))
    assert order_hash(again) == order_hash(order()) != order_hash(order(total=Decimal(1)))
    assert changes("Order #1042 cost $54.00.", packet(), again) == ()


PARTS = ("#1", "$5,", "1.", "has been ", "shipped ", "www.", "a@", "\n- ", "twenty-", "if ", "é")


@settings(max_examples=8)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=8), min_size=1, max_size=4))
def test_twenty_thousand_characters_of_anything_are_judged(parts: list[str]) -> None:
    unit = "".join(parts) or "."
    text = (unit * (20_000 // len(unit) + 1))[:20_000]
    found = evidence(text, FULL)
    assert found.coverage.supported <= found.coverage.total
    for line in found.sentences:
        assert "".join(piece for piece, _ in line.pieces) == line.text
