"""The registry: every threshold and toggle has its words, a default in its bounds and one key."""

from __future__ import annotations

import pytest

from shopapp.refusals import Invalid
from shopapp.stores.actions import set_limits, set_switches
from shopapp.stores.models import StoreSettings
from shopapp.stores.registry import (
    THRESHOLDS,
    TOGGLES,
    Threshold,
    is_on,
    limit,
    limits,
    read,
    switches,
    threshold,
)

OVERDUE = threshold("overdue_hours")


def settings() -> StoreSettings:
    """Settings nobody has touched."""
    return StoreSettings(thresholds={}, toggles={})


def test_every_key_is_there_once() -> None:
    keys = [each.key for each in (*THRESHOLDS, *TOGGLES)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("each", THRESHOLDS, ids=lambda each: each.key)
def test_a_threshold_says_what_follows_and_starts_within_its_bounds(each: Threshold) -> None:
    assert each.minimum <= each.default <= each.maximum
    assert each.consequence.endswith(".")
    assert each.group
    assert each.unit
    assert read(each, str(each.minimum)) == each.minimum
    assert read(each, str(each.maximum)) == each.maximum


def test_every_toggle_says_what_follows() -> None:
    assert all(each.consequence.endswith(".") for each in TOGGLES)
    assert all(each.risk.endswith(".") for each in TOGGLES if each.risk)
    assert not any(each.default for each in TOGGLES if each.risk), "a risk is taken by a person"


def test_untouched_settings_are_the_defaults() -> None:
    assert limits(settings()) == {each.key: each.default for each in THRESHOLDS}
    assert switches(settings()) == {each.key: each.default for each in TOGGLES}


@pytest.mark.parametrize(("typed", "number"), [("24", 24), (" 24 ", 24), ("24.0", 24), ("2 4", 24)])
def test_a_number_is_read_as_people_type_it(typed: str, number: int) -> None:
    assert OVERDUE is not None
    assert read(OVERDUE, typed) == number


@pytest.mark.parametrize(
    "typed", ["", "x", "0", "241", "1.5", "NaN", "Infinity", "-Infinity", "1e400", "--1"]
)
def test_anything_else_is_refused_with_the_bounds(typed: str) -> None:
    assert OVERDUE is not None
    with pytest.raises(Invalid) as caught:
        read(OVERDUE, typed)
    assert str(caught.value) == "Overdue after must be a whole number from 1 to 240."
    assert caught.value.field == "overdue_hours"


def test_only_what_differs_from_its_default_is_stored() -> None:
    row = settings()
    set_limits(row, limits(row) | {"overdue_hours": 24})
    set_switches(row, switches(row) | {"remote_images": True})
    assert (row.thresholds, row.toggles) == ({"overdue_hours": 24}, {"remote_images": True})
    assert (limit(row, "overdue_hours"), is_on(row, "remote_images")) == (24, True)
    set_limits(row, limits(row) | {"overdue_hours": 12})
    assert row.thresholds == {}
