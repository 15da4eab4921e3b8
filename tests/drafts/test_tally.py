"""A tally against the same figures from each draft, for any drafts: the sums may not drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.measuring.tally import Part, Point, Result, Tally, median_of

ONE = st.tuples(
    st.integers(0, 3),
    st.sampled_from(("a", "b")),
    st.sampled_from(("as_is", "light", "discarded", "stale")),
    st.integers(0, 1000).map(lambda share: share / 1000),
)
Draft = tuple[int, str, str, float]


def tallied(drafts: list[Draft]) -> Tally:
    """What the database would hand over: drafts alike counted together."""
    alike = Counter((week, key, name) for week, key, name, _ in drafts)
    parts = [
        Part(week, key, name, {"made": n, f"class_{name}": n})
        for (week, key, name), n in alike.items()
    ]
    sent = Counter((week, key, ned) for week, key, name, ned in drafts if name in _SENT)
    return Tally(parts, [Point("ned", week, key, ned, n) for (week, key, ned), n in sent.items()])


_SENT = ("as_is", "light")


def told(
    drafts: list[Draft], group_of: Callable[[Draft], str]
) -> dict[str, tuple[int, int, float | None]]:
    """Drafts, sent ones and their median by group, from each draft."""
    found = {}
    for group in {group_of(each) for each in drafts}:
        theirs = [each for each in drafts if group_of(each) == group]
        sent = [each[3] for each in theirs if each[2] in _SENT]
        found[group] = (len(theirs), len(sent), median(sent) if sent else None)
    return found


def read(results: list[Result]) -> dict[str, tuple[int, int, float | None]]:
    return {each.key: (each.made, each.sent, each.ned) for each in results}


@given(st.lists(ONE, min_size=1, max_size=30))
def test_every_reading_is_that_of_its_drafts(drafts: list[Draft]) -> None:
    tally = tallied(drafts)
    for results, group_of in (
        ([tally.total()], lambda _: ""),
        (tally.groups(), lambda draft: draft[1]),
        (tally.weeks(), lambda draft: str(draft[0])),
    ):
        expected = told(drafts, group_of)
        found = read(results)
        assert found.keys() == expected.keys()
        for key, (made, sent, ned) in found.items():
            assert (made, sent) == expected[key][:2]
            assert ned == pytest.approx(expected[key][2])


@given(st.lists(ONE, min_size=1, max_size=30))
def test_groups_weeks_and_classes_add_up_to_all(drafts: list[Draft]) -> None:
    tally = tallied(drafts)
    for results in (tally.groups(), tally.weeks(), tally.classes()):
        assert sum(each.made for each in results) == tally.total().made == len(drafts)
        assert sum(each.ended for each in results) == tally.total().ended


@given(st.lists(st.integers(0, 50), min_size=1))
def test_a_median_of_counted_values_is_that_of_the_values(numbers: list[int]) -> None:
    points = [Point("latency", None, "", value, n) for value, n in Counter(numbers).items()]
    assert median_of(points) == median(numbers)


def test_of_nothing_there_is_no_median_and_no_mean() -> None:
    assert median_of([]) is None
    assert Tally((), ()).total() == Result("")


def test_a_mean_is_over_what_has_the_value() -> None:
    rows = [(2, 1.5), (1, 0.5)]
    parts = [Part(0, "a", "light", {"made": n, "scored": n, "reward": total}) for n, total in rows]
    assert Tally(parts, ()).total().reward == pytest.approx(mean([0.75, 0.75, 0.5]))
