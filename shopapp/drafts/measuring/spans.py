"""Spans: stretches of active work as a browser tells them, joined so that none counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

Spans = list[list[int]]
"""[from, to] in milliseconds since 1970, ascending and apart."""

MOST = 200
"""Spans one report may have, and spans that are kept; older ones live on in the sum."""
LONGEST = 12_000


def told(text: str, now: int) -> Spans | None:
    """The spans of a report: a JSON list of [milliseconds ago, milliseconds long].

    Relative to `now`, so that a browser's clock may be wrong. None when it is no such list: that
    is not measured, which is not zero.
    """
    if len(text) > LONGEST:
        return None
    try:
        pairs = msgspec.json.decode(text, type=list[tuple[int, int]])
    except msgspec.DecodeError:
        return None
    return [[now - ago, now - ago + long] for ago, long in pairs[:MOST] if 0 < long <= ago + 1000]


def joined(spans: Iterable[Sequence[int]], *, since: int, until: int) -> Spans:
    """The union of `spans` within [since, until]: what overlaps, in however many tabs, counts once.

    So the sum can never be more than the time that went by.
    """
    found: Spans = []
    for start, end in sorted((max(a, since), min(b, until)) for a, b in spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return found


def length(spans: Iterable[Sequence[int]]) -> int:
    """Milliseconds in spans that are apart."""
    return sum(end - start for start, end in spans)
