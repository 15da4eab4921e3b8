"""Two people, one form: every value is somebody's, and none gets lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shopapp.settings.merging import Earlier, merge
from tests.cast import NOON

KEYS = ("undo", "overdue", "stock")
VALUES = st.fixed_dictionaries(dict.fromkeys(KEYS, st.integers(0, 3)))


def change(before: dict[str, Any], after: dict[str, Any], by: str = "Ben") -> Earlier:
    """What somebody saved: only the values that differ."""
    keys = [key for key in after if before[key] != after[key]]
    return Earlier(by, NOON, {k: before[k] for k in keys}, {k: after[k] for k in keys})


def test_nobody_else_saved_so_mine_stand() -> None:
    assert merge({"undo": 5}, {"undo": 9}, []) == ({"undo": 5}, [])


def test_what_i_left_alone_follows_theirs() -> None:
    theirs = change({"undo": 10, "stock": 5}, {"undo": 20, "stock": 5})
    values, collisions = merge({"undo": 10, "stock": 7}, {"undo": 20, "stock": 5}, [theirs])
    assert values == {"undo": 20, "stock": 7}
    assert not collisions


def test_what_both_changed_collides_and_names_the_other() -> None:
    values, (collision,) = merge({"undo": 30}, {"undo": 20}, [change({"undo": 10}, {"undo": 20})])
    assert values == {"undo": 30}
    assert (collision.key, collision.mine, collision.theirs) == ("undo", 30, 20)
    assert (collision.by, collision.at) == ("Ben", NOON)


def test_what_both_changed_alike_is_no_collision() -> None:
    assert merge({"undo": 20}, {"undo": 20}, [change({"undo": 10}, {"undo": 20})])[1] == []


def test_the_last_of_several_is_named_and_the_first_says_what_i_saw() -> None:
    first = change({"undo": 10}, {"undo": 20})
    second = Earlier("Cleo", NOON + timedelta(hours=1), {"undo": 20}, {"undo": 25})
    assert merge({"undo": 10}, {"undo": 25}, [first, second]) == ({"undo": 25}, [])
    (collision,) = merge({"undo": 20}, {"undo": 25}, [first, second])[1]
    assert collision.by == "Cleo"


@given(opened=VALUES, theirs=VALUES, mine=VALUES)
def test_a_value_only_one_of_us_changed_is_kept(
    opened: dict[str, int], theirs: dict[str, int], mine: dict[str, int]
) -> None:
    values, collisions = merge(mine, theirs, [change(opened, theirs)])
    for key in KEYS:
        by_me, by_them = mine[key] != opened[key], theirs[key] != opened[key]
        collided = by_me and by_them and mine[key] != theirs[key]
        assert (key in [each.key for each in collisions]) == collided
        assert values[key] == (mine[key] if by_me else theirs[key])
