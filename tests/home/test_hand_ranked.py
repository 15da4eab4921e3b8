"""A store ranked by hand, each place with its reason, and how far the ranking agrees."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

from shopapp.home import ranking
from shopapp.home.ranking import Decision, Hold
from tests.cast import NOON
from tests.home.test_ranking import WEIGHTS, decision

LEAST = 0.8


def ticket(
    name: str, order: float, hours: float, *, draft: bool = True, asks: bool = False
) -> Decision:
    chance = ranking.ticket_chance(WEIGHTS, hours=hours, overdue_hours=12, asks_for_money=asks)
    minutes = WEIGHTS.draft_minutes if draft else WEIGHTS.write_minutes
    since = NOON - timedelta(hours=hours)
    return decision(f"ticket:{name}", order, chance, minutes, since=since)


def flag(name: str, order: float, severity: str, days: float) -> Decision:
    chance = ranking.flag_chance(WEIGHTS, severity, days=days)
    since = NOON - timedelta(days=days)
    return decision(f"flag:{name}", order, chance, WEIGHTS.flag_minutes, since=since)


def shelf(name: str, daily_loss: float, *, low: float, high: float, stock: int = 5) -> Decision:
    chance = ranking.stockout_chance(low=low, high=high, lead=14, stock=stock)
    return decision(f"stock:{name}", daily_loss, chance, WEIGHTS.purchase_minutes)


def finding(name: str, low: float, high: float) -> Decision:
    a_day = (low + high) / 2 / 30 * 60 * WEIGHTS.conversion / 100
    return decision(f"insight:{name}", a_day, low / high, WEIGHTS.insight_minutes)


# Best first, as a shopkeeper would go through the morning, and why each stands where it stands.
BY_HAND = (
    # nothing we answer leaves before this works
    decision("connection:smtp", 0, 1, 5, hold=Hold.CONNECTION),
    # no mail gets a draft before this works
    decision("job:inbox.draft", 0, 1, 5, hold=Hold.WORK),
    # a large order threatens with a chargeback; the answer is written, one click saves it
    ticket("chargeback", 180, 5, asks=True),
    # a large order that may be fraud: once it is shipped, all of it is gone
    flag("fraud", 640, "critical", 1),
    # three days without an answer to somebody who spent 240, and the answer is written
    ticket("forgotten", 240, 72),
    # the bestseller is sold out: every day costs 95, and the order takes four minutes
    shelf("bestseller", 95, low=0, high=0, stock=0),
    # wants money back for a middling order; quick to answer
    ticket("refund", 96, 2, asks=True),
    # 410 that should have left two days ago
    flag("unshipped", 410, "warning", 2),
    # a day late with an answer that only wants approving
    ticket("late", 85, 36),
    # a parcel lost for six days: not much money, but nearly lost
    flag("lost parcel", 75, "critical", 6),
    # runs out before the vendor can deliver, likely; 38 a day
    shelf("second seller", 38, low=8, high=18),
    # two days late, and somebody has to write the answer first
    ticket("late and long", 60, 48, draft=False),
    # runs out about when the vendor delivers
    shelf("third seller", 22, low=9, high=19),
    # wants money back, but little
    ticket("small refund", 18, 2, asks=True),
    # a warning about a small order
    flag("small warning", 55, "warning", 3),
    # in time, and a large order: let nobody wait for no reason
    ticket("fresh and large", 150, 3),
    # high value, new, and only to be looked at before it is shipped
    flag("look at it", 300, "notice", 0),
    # a lost page of the site is worth 36 a day, but takes twenty minutes and may not come back
    finding("lost page", 600, 1_200),
    # in time; an order like any other
    ticket("fresh", 50, 2),
    # a slow seller that lasts longer than the vendor takes
    shelf("slow seller", 3, low=16, high=24),
    # in time, small, and to be written by hand
    ticket("fresh and small", 20, 1, draft=False),
    # a few clicks a month
    finding("small finding", 40, 90),
)


def test_the_ranking_agrees_with_a_person() -> None:
    by_machine = [each.key for each in ranking.ranked(reversed(BY_HAND))]
    by_hand = [each.key for each in BY_HAND]
    assert len(by_hand) == len(set(by_hand)) >= 20
    assert kendall(by_hand, by_machine) >= LEAST, by_machine


def test_agreement_is_one_with_itself_and_minus_one_with_its_reverse() -> None:
    order = ["a", "b", "c", "d"]
    assert kendall(order, order) == 1
    assert kendall(order, order[::-1]) == -1
    assert kendall(order, ["b", "a", "c", "d"]) == (5 - 1) / 6


def kendall(one: list[str], other: list[str]) -> float:
    """Kendall's τ: pairs in the same order less pairs in the other, of all pairs."""
    place = {key: at for at, key in enumerate(other)}
    pairs = list(combinations(one, 2))
    same = sum(place[first] < place[second] for first, second in pairs)
    return (2 * same - len(pairs)) / len(pairs)
