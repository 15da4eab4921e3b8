"""Numbers and spans in the doctor's sentences."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_timedelta


def counted(number: int, noun: str) -> str:
    """'1 job', '2,000 jobs'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def span(length: timedelta) -> str:
    """'5 minutes', '3 days'."""
    return str(format_timedelta(length, locale="en", threshold=1.2))


def size(number: int) -> str:
    """'1.2 GB' of `number` bytes."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number} bytes"
