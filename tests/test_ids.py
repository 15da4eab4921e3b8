"""Keys: unique, ordered by time, in one alphabet."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from shopapp import ids


def test_a_key_is_a_c_and_twenty_four_letters_and_digits() -> None:
    assert all(re.fullmatch(r"c[0-9a-z]{24}", ids.new_id()) for _ in range(1000))


def test_keys_ascend() -> None:
    keys = [ids.new_id() for _ in range(10_000)]
    assert keys == sorted(set(keys))


def test_keys_of_many_threads_differ() -> None:
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(lambda _: [ids.new_id() for _ in range(1000)], range(8)))
    assert len({key for keys in many for key in keys}) == 8000


def test_keys_ascend_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.new_id()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    assert before < ids.new_id() < ids.new_id()


def test_keys_ascend_when_a_millisecond_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", (10**12, ids._COUNTER_LIMIT - 1))
    monkeypatch.setattr(ids.time, "time_ns", lambda: 10**18)
    first, second = ids.new_id(), ids.new_id()
    assert first < second
    assert len(first) == ids.LENGTH
