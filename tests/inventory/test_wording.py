"""Reasons in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shopapp.inventory.reorder import ASSUMED, LeadTime, Levels, Suggestion
from shopapp.inventory.velocity import History, measured
from shopapp.inventory.wording import Case, number, reasons

TODAY = date(2026, 11, 20)
SOLD = {TODAY - timedelta(days=day): 4 for day in range(1, 91)}
CASE = Case(
    measured(History(TODAY, SOLD)),
    available=36,
    incoming=0,
    cover=9.0,
    lead=LeadTime(21, 5),
    levels=Levels(30, 114, 234),
    suggestion=Suggestion(198, 198),
)


def test_the_first_sentence_says_it_all() -> None:
    assert reasons(CASE)[0] == "Sells 4.0 a day, 9 days left, vendor takes 21 ± 5 days."


def test_the_order_is_explained() -> None:
    told = reasons(replace(CASE, suggestion=Suggestion(198, 240), minimum=200, pack=24))
    assert "36 available, reorder point 114: 198 bring it to 234." in told
    assert "Rounded up to 240 for the vendor's minimum of 200 and packs of 24." in told
    assert (
        "Reorder point by the classic formula: 4.0 × 21 days + 30 safety stock for 95% service."
        in told
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lead": ASSUMED}, "The vendor's lead time is not known: 14 days assumed."),
        (
            {"is_discontinued": True},
            "The product is archived: it sells out and is not ordered again.",
        ),
        ({"available": None, "cover": None}, "Its stock is not known, so nothing is suggested."),
        ({"available": -6}, "6 sold but not in stock are part of the order."),
        (
            {"incoming": 90, "suggestion": Suggestion(0, 0)},
            "90 on order cover what is missing.",
        ),
    ],
)
def test_what_is_special_is_said(change: dict[str, object], sentence: str) -> None:
    assert sentence in reasons(replace(CASE, **change))


def test_what_never_sold_has_no_more_to_say() -> None:
    silent = measured(History(TODAY, {}))
    case = replace(CASE, velocity=silent, suggestion=Suggestion(0, 0), cover=None)
    assert reasons(case) == ["No sales are known."]


@pytest.mark.parametrize(
    ("value", "text"), [(1234.4, "1,234"), (12, "12"), (4.13, "4.1"), (0.354, "0.35"), (0.9, "0.9")]
)
def test_a_rate_is_as_exact_as_it_deserves(value: float, text: str) -> None:
    assert number(value) == text
