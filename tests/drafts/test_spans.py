"""Active time as browsers tell it: what overlaps counts once, nonsense does not count."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.measuring import spans

NOW = 1_800_000_000_000
MOMENTS = st.integers(0, 200)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS).map(list))


@given(SPANS, SPANS)
def test_joined_spans_cover_each_moment_once(a: list[list[int]], b: list[list[int]]) -> None:
    found = spans.joined([*a, *b], since=20, until=150)
    seen = {at for start, end in (*a, *b) for at in range(start, end)}
    assert spans.length(found) == len(seen & set(range(20, 150)))
    assert all(x[1] < y[0] for x, y in pairwise(found))


@given(SPANS)
def test_the_same_report_twice_changes_nothing(told: list[list[int]]) -> None:
    once = spans.joined(told, since=0, until=200)
    assert spans.joined([*once, *told], since=0, until=200) == once


def test_a_report_is_relative_to_now() -> None:
    assert spans.told("[[5000, 2000]]", NOW) == [[NOW - 5000, NOW - 3000]]


def test_no_work_is_measured_too() -> None:
    assert spans.told("[]", NOW) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        "[1]",
        "[[1]]",
        '[["a", 1]]',
        "[[1e999, 1]]",
        "[[1.5, 1]]",
        "[" * 500,
        "x" * 99_999,
    ],
)
def test_what_is_no_report_is_not_measured(text: str) -> None:
    assert spans.told(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["[[1000, -5]]", "[[1000, 0]]", "[[1000, 999999]]", "[[-9000, 4]]"]
)
def test_an_impossible_span_is_left_out(text: str) -> None:
    assert spans.told(text, NOW) == []


def test_a_long_report_has_an_end() -> None:
    text = str([[9000 + at, 1] for at in range(900)]).replace(" ", "")
    assert len(spans.told(text, NOW) or []) == spans.MOST
