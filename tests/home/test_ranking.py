"""The ranking is pure arithmetic, and it agrees with a person who ranked a store by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shopapp.home import ranking
from shopapp.home.ranking import Decision, Hold, Kind, Weights
from shopapp.stores.registry import THRESHOLDS
from tests.cast import NOON

WEIGHTS = Weights(
    **{
        each.key.removeprefix("today_"): each.default
        for each in THRESHOLDS
        if each.key.startswith("today_")
    }
)


def decision(
    key: str, stake: float = 10, chance: float = 0.5, minutes: int = 5, **more: object
) -> Decision:
    """A decision; its kind is the key's first part."""
    made = Decision(
        key=key,
        kind=Kind(key.partition(":")[0]),
        title=f"{key}: title",
        why="Why",
        proposal="Do it",
        verb="Do",
        stake=Decimal(str(stake)),
        chance=chance,
        minutes=minutes,
        since=NOON,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def keys(*decisions: Decision) -> list[str]:
    return [each.key for each in ranking.ranked(decisions)]


def test_the_score_is_money_times_chance_a_minute() -> None:
    assert decision("flag:a", stake=84, chance=0.4, minutes=3).score == pytest.approx(11.2)
    assert decision("flag:a", minutes=0).score == pytest.approx(5.0), "no division by zero"


def test_best_first_and_of_equals_the_oldest() -> None:
    old = decision("flag:z", since=NOON - timedelta(days=1))
    assert keys(decision("flag:a"), old, decision("flag:b", stake=99)) == [
        "flag:b",
        "flag:z",
        "flag:a",
    ]


def test_what_holds_the_rest_up_comes_first_whatever_the_money() -> None:
    job = decision("job:inbox.draft", stake=0, hold=Hold.WORK)
    broken = decision("connection:smtp", stake=0, hold=Hold.CONNECTION)
    assert keys(decision("flag:a", stake=9_999), job, broken) == [
        "connection:smtp",
        "job:inbox.draft",
        "flag:a",
    ]


def test_a_ticket_about_a_flagged_order_is_one_row() -> None:
    ticket = decision("ticket:t", stake=50, chance=0.1, minutes=3, about="401")
    flag = decision("flag:f", stake=80, chance=0.4, minutes=5, about="401")
    (row,) = ranking.ranked([flag, ticket, decision("flag:f", about="401")])
    assert (row.key, row.also, row.minutes) == ("ticket:t", ("flag:f",), 8)
    assert (row.stake, row.chance) == (Decimal(50), 0.5), "the order's money counts once"
    assert row.why.endswith("Also flagged: flag")


def test_two_mails_about_one_order_are_two_rows_and_its_flags_go_to_the_better_one() -> None:
    rows = ranking.ranked(
        [
            decision("ticket:a", stake=10, about="401"),
            decision("ticket:b", stake=20, about="401"),
            decision("flag:f", about="401"),
            decision("flag:other", about="402"),
        ]
    )
    assert {row.key: row.also for row in rows} == {
        "ticket:b": ("flag:f",),
        "ticket:a": (),
        "flag:other": (),
    }


def test_several_flags_of_one_order_are_one_row() -> None:
    (row,) = ranking.ranked(
        [decision("flag:a", stake=5, about="1"), decision("flag:b", stake=9, about="1")]
    )
    assert (row.key, row.also, row.stake) == ("flag:b", ("flag:a",), Decimal(9))


def test_the_sum_is_of_minutes_and_money() -> None:
    total = ranking.waiting([decision("flag:a", minutes=3), decision("flag:b", stake=2.5)])
    assert (total.count, total.minutes, total.money) == (2, 8, Decimal("12.5"))


@pytest.mark.parametrize(
    ("hours", "asks", "chance"),
    [
        (0, False, 0.04),
        (12, False, 0.04),
        (24, False, 0.28),
        (36, False, 0.40),
        (9_999, False, 0.95),
        (1, True, 0.45),
    ],
)
def test_a_late_answer_costs_more_with_each_span(hours: float, asks: bool, chance: float) -> None:
    found = ranking.ticket_chance(WEIGHTS, hours=hours, overdue_hours=12, asks_for_money=asks)
    assert found == pytest.approx(chance)


@pytest.mark.parametrize(
    ("severity", "days", "chance"),
    [
        ("critical", 0, 0.4),
        ("critical", 7, 0.8),
        ("warning", 0, 0.15),
        ("notice", 14, 0.15),
        ("critical", 99, 0.95),
        ("odd", 0, 0.05),
    ],
)
def test_a_flag_costs_more_with_each_week(severity: str, days: float, chance: float) -> None:
    assert ranking.flag_chance(WEIGHTS, severity, days=days) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("low", "high", "lead", "stock", "chance"),
    [
        (10, 20, 15, 5, 0.5),
        (10, 20, 9, 5, 0.05),
        (10, 20, 40, 5, 0.95),
        (0, 0, 5, 0, 1.0),
        (3, 3, 5, 1, 0.95),
        (9, 9, 5, 1, 0.05),
    ],
)
def test_the_shelf_against_the_vendor(
    low: float, high: float, lead: float, stock: int, chance: float
) -> None:
    found = ranking.stockout_chance(low=low, high=high, lead=lead, stock=stock)
    assert found == pytest.approx(chance)
