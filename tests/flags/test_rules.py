"""The rules on their own: when they fit, how grave it is, and when a person has decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shopapp.flags import rules
from shopapp.flags.rules import Facts, Kind, Limits, Verdict

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = Limits(24, Decimal(300))
LATE = Facts(NOW - timedelta(hours=31), Decimal(20), "GBP", "paid", "unfulfilled")
LARGE = Facts(NOW - timedelta(hours=1), Decimal(420), "GBP", "paid", "unfulfilled")


def kinds(order: Facts) -> list[Kind]:
    return [each.kind for each in rules.findings(order, LIMITS, NOW)]


def test_an_order_that_waits_too_long_is_found_with_its_evidence() -> None:
    (found,) = rules.findings(LATE, LIMITS, NOW)
    assert (found.kind, found.severity) == (Kind.UNFULFILLED, "warning")
    assert (found.fact.value, found.fact.threshold) == ("31 hours", "24 hours")
    assert found.fact.sentence == "Still not shipped after 31 hours; the limit is 24 hours."


def test_a_large_order_is_found_with_its_evidence() -> None:
    (found,) = rules.findings(LARGE, LIMITS, NOW)
    assert (found.kind, found.severity) == (Kind.HIGH_VALUE, "notice")
    assert (found.fact.value, found.fact.threshold) == ("£420.00", "£300.00")


def test_an_order_at_the_threshold_is_not_found() -> None:
    exactly = Facts(NOW - timedelta(hours=24), Decimal(300), "GBP", "paid", "unfulfilled")
    assert kinds(exactly) == []
    assert len(kinds(replace(exactly, placed_at=exactly.placed_at - timedelta(seconds=1)))) == 1


def test_what_is_three_times_over_is_graver() -> None:
    (late,) = rules.findings(replace(LATE, placed_at=NOW - timedelta(days=3)), LIMITS, NOW)
    (large,) = rules.findings(replace(LARGE, total=Decimal(900)), LIMITS, NOW)
    assert (late.severity, large.severity) == ("critical", "warning")
    assert late.fact.value == "3 days"


def test_an_order_may_be_both() -> None:
    assert kinds(replace(LATE, total=Decimal(301))) == [Kind.UNFULFILLED, Kind.HIGH_VALUE]


def test_a_partly_shipped_order_still_waits() -> None:
    (found,) = rules.findings(replace(LATE, fulfilment="partial"), LIMITS, NOW)
    assert found.fact.sentence.startswith("Still partly shipped")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fulfilment": "fulfilled"}, "The order is fulfilled."),
        ({"fulfilment": "restocked"}, "The order is restocked."),
        ({"financial": "refunded"}, "The order was refunded."),
        ({"financial": "voided"}, "The order was voided."),
        ({"is_cancelled": True}, "The order was cancelled."),
    ],
)
def test_nothing_is_found_once_nobody_has_to_ship_it(change: dict[str, str], reason: str) -> None:
    for order in (LATE, LARGE):
        changed = replace(order, **change)  # type: ignore[arg-type]
        assert kinds(changed) == []
        assert rules.settled(changed) == reason
    assert rules.settled(LATE) == ""


def test_a_high_value_that_was_looked_at_stays_quiet_while_it_is_the_same() -> None:
    (found,) = rules.findings(LARGE, LIMITS, NOW)
    looked = [Verdict(Kind.HIGH_VALUE, NOW - timedelta(days=30), found.evidence, is_final=False)]
    assert rules.is_quiet(found, looked, LIMITS, NOW)
    (more,) = rules.findings(replace(LARGE, total=Decimal(421)), LIMITS, NOW)
    assert not rules.is_quiet(more, looked, LIMITS, NOW)


def test_a_resolved_delay_is_quiet_for_as_long_again() -> None:
    (found,) = rules.findings(LATE, LIMITS, NOW)
    verdict = Verdict(Kind.UNFULFILLED, NOW - timedelta(hours=24), {}, is_final=False)
    assert rules.is_quiet(found, [verdict], LIMITS, NOW)
    assert not rules.is_quiet(found, [verdict], LIMITS, NOW + timedelta(seconds=1))
    assert rules.is_quiet(found, [replace(verdict, is_final=True)], LIMITS, NOW + timedelta(days=9))


def test_a_verdict_about_another_kind_means_nothing() -> None:
    (found,) = rules.findings(LATE, LIMITS, NOW)
    assert not rules.is_quiet(found, [Verdict(Kind.HIGH_VALUE, NOW, {}, True)], LIMITS, NOW)


def test_evidence_is_read_back_as_it_was_found() -> None:
    (found,) = rules.findings(LARGE, LIMITS, NOW)
    assert list(rules.facts_in(found.evidence)) == [found.fact]
    assert list(rules.facts_in({"order": "#1"})) == []


def test_a_flag_by_hand_carries_the_note_as_evidence() -> None:
    severity, evidence = rules.by_hand(Kind.FRAUD, "Three cards, one address.")
    (fact,) = rules.facts_in(evidence)
    assert (severity, fact.sentence) == ("critical", "Three cards, one address.")
    (bare,) = rules.facts_in(rules.by_hand(Kind.OTHER, "")[1])
    assert bare.sentence == "Something else, raised by hand."


def test_every_kind_has_words_and_an_unknown_one_too() -> None:
    assert {each.label for each in Kind} == {rules.label(each.value) for each in Kind}
    assert rules.label("late_delivery") == "Late delivery"
    assert set(rules.OF_RULES) | set(rules.BY_HAND) == set(Kind)


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "1 hour"), (47, "47 hours"), (48, "2 days"), (100, "4 days")]
)
def test_a_span_is_told_in_hours_and_then_in_days(hours: int, words: str) -> None:
    assert rules.span(hours) == words
