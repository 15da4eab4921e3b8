"""The packet: stable text and hash, order status, and whose order it is."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shopapp.drafts.grounding import (
    OrderStatus,
    differences,
    may_use_order,
    packet_hash,
    packet_json,
)
from tests.drafts.shop import PARCEL, order, packet, passages


def test_equal_packets_have_equal_text_and_hash() -> None:
    cents = packet(order=order(total=Decimal("54.0000")))
    assert packet_json(packet()) == packet_json(cents)
    assert packet_hash(packet()) == packet_hash(cents)


def test_any_change_changes_the_hash() -> None:
    assert packet_hash(packet()) != packet_hash(packet(order=order(total=Decimal("54.01"))))


def test_the_text_is_json_and_keeps_every_letter() -> None:
    told = json.loads(packet_json(packet(passages=tuple(passages()), style_rules=("Größe",))))
    assert told["order"]["total"] == "54"
    assert told["order"]["fulfilments"][0]["estimated_delivery"] == "2026-03-16"
    assert told["style_rules"] == ["Größe"]
    assert len(told["passages"]) == len(passages())


def test_a_packet_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        packet().order = None  # type: ignore[misc]


@pytest.mark.parametrize(
    ("recipients", "allowed"),
    [
        (["anna@example.com"], True),
        ([" Anna@Example.com "], True),
        (["anna@example.com", "ANNA@example.com"], True),
        ([], False),
        ([""], False),
        (["anna@example.com", "eve@example.com"], False),
        (["Anna <anna@example.com>"], False),
        (["anna@example.com.evil.example"], False),
        (["\u0430nna@example.com"], False),
    ],
)
def test_order_facts_need_every_recipient_to_be_the_customer(
    recipients: list[str], allowed: bool
) -> None:
    assert may_use_order(recipients, "anna@example.com") is allowed


@pytest.mark.parametrize("nobody", [None, ""])
def test_an_order_without_an_address_is_nobodys(nobody: str | None) -> None:
    assert not may_use_order([""], nobody)


def test_letters_that_only_fold_alike_are_another_mailbox() -> None:
    assert not may_use_order(["\u212aate@example.com"], "kate@example.com")
    assert not may_use_order(["strasse@example.com"], "straße@example.com")


def test_the_status_follows_the_states_and_parcels() -> None:
    moment = datetime(2026, 3, 15, tzinfo=UTC)
    arrived, underway = replace(PARCEL, delivered_at=moment), PARCEL
    assert order("preparing").status is OrderStatus.PREPARING
    assert order("in-transit").status is OrderStatus.IN_TRANSIT
    assert order("delivered").status is OrderStatus.DELIVERED
    assert order("refunded").status is OrderStatus.REFUNDED
    assert order(cancelled_at=moment).status is OrderStatus.CANCELLED
    assert order(fulfillment_status="partial").status is OrderStatus.PARTLY_SHIPPED
    assert order(fulfilments=(arrived, underway)).status is OrderStatus.IN_TRANSIT
    assert order(fulfilments=()).status is OrderStatus.IN_TRANSIT


def test_differences_name_the_changed_fields_but_not_the_reading_time() -> None:
    later = order(as_of=datetime(2026, 4, 1, tzinfo=UTC), financial_status="refunded")
    (found,) = differences(order(), later)
    assert (found.field, found.before, found.after) == ("financial_status", "paid", "refunded")
