"""Time-ordered string keys in the style of cuid: 'c' + time + counter + randomness."""

from __future__ import annotations

import secrets
import threading
import time

LENGTH = 25
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIME_DIGITS, _COUNTER_DIGITS, _RANDOM_DIGITS = 9, 3, 12
_COUNTER_LIMIT = 36**_COUNTER_DIGITS

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> str:
    """A new key: 25 lower-case letters and digits, ascending within one process.

    Nine base-36 digits of milliseconds since 1970 keep inserts local in an index, a counter
    orders keys of one millisecond, and 62 random bits keep two processes apart.
    """
    milliseconds, counter = _next_tick()
    random = secrets.randbelow(36**_RANDOM_DIGITS)
    return (
        "c"
        + _base36(milliseconds, _TIME_DIGITS)
        + _base36(counter, _COUNTER_DIGITS)
        + _base36(random, _RANDOM_DIGITS)
    )


def _next_tick() -> tuple[int, int]:
    global _last  # noqa: PLW0603 - one process-wide tick is what keeps the keys ascending
    with _lock:
        moment, counter = _last
        present = time.time_ns() // 1_000_000
        if present > moment:
            _last = (present, 0)
        elif counter + 1 < _COUNTER_LIMIT:
            _last = (moment, counter + 1)
        else:
            _last = (moment + 1, 0)
        return _last


def _base36(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, rest = divmod(number, 36)
        text = _ALPHABET[rest] + text
    return text
