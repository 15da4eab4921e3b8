"""Harms: where drafts cost more than they give, said with how sure that is."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shopapp.drafts.measuring.intervals import Share, share, shared_level
from shopapp.drafts.measuring.savings import ENOUGH, Saving

FEWEST = 20
"""Drafts a group needs to be looked at."""
EXAMPLES = 3


class Place(enum.StrEnum):
    """What a group of drafts has in common."""

    REQUEST = "request"
    MAILBOX = "mailbox"
    MACRO = "macro"
    ARTICLE = "article"
    POLICY = "policy"


class Sign(enum.StrEnum):
    """What shows that drafts hurt."""

    UNDONE = "undone"
    SLOWER = "slower"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Fate:
    """A concluded draft: was it `undone`, that is rewritten or discarded?

    `sources` are (kind, id, title) of what it rested on.
    """

    ticket_id: str
    made_at: datetime
    undone: bool
    intent: str
    model: str
    mailbox_id: str
    sources: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Harm:
    """A group in which drafts hurt.

    `low` and `high` bound the share (UNDONE), the seconds lost (SLOWER) or the share by which more
    are reopened; `usual` is the store's share. `examples` are tickets, newest first.
    """

    place: Place
    key: tuple[str, ...]
    title: str
    sign: Sign
    n: int
    value: float
    low: float
    high: float
    usual: float = 0.0
    examples: tuple[Fate, ...] = ()


def harms(fates: Sequence[Fate], compared: Sequence[Saving]) -> list[Harm]:
    """What stands out beyond chance, the surest first.

    A group is listed when its interval lies wholly above the share of all drafts. Many groups are
    looked at, so each interval is as wide as Bonferroni asks for; groups of fewer than FEWEST
    drafts are not listed, however bad.
    """
    return [*_undone(fates), *_slower(compared), *_reopened(compared)]


def _undone(fates: Sequence[Fate]) -> list[Harm]:
    groups = {key: rows for key, rows in _groups(fates).items() if len(rows) >= FEWEST}
    usual = _share(fates, 0.95).value
    level = shared_level(len(groups))
    found = []
    for key, rows in groups.items():
        measured = _share(rows, level)
        if measured.low > usual:
            found.append(_harm(key, measured, usual, rows))
    return sorted(found, key=lambda each: (-each.low, each.key))


def _harm(key: _Key, measured: Share, usual: float, rows: Sequence[Fate]) -> Harm:
    worst = sorted((row for row in rows if row.undone), key=lambda row: row.made_at, reverse=True)
    return Harm(
        *key,
        sign=Sign.UNDONE,
        n=measured.n,
        value=measured.value,
        low=measured.low,
        high=measured.high,
        usual=usual,
        examples=tuple(worst[:EXAMPLES]),
    )


def _slower(compared: Sequence[Saving]) -> Iterator[Harm]:
    """Requests that are answered more slowly with a draft than without."""
    for row in compared:
        if row.intent is None or row.saved is None or row.saved.high >= 0:
            continue
        lost = row.saved
        yield Harm(
            Place.REQUEST,
            (row.intent,),
            "",
            Sign.SLOWER,
            row.drafted,
            -lost.value,
            -lost.high,
            -lost.low,
        )


def _reopened(compared: Sequence[Saving]) -> Iterator[Harm]:
    """Requests whose tickets come back more often after a draft than without."""
    for row in compared:
        drafted, without = row.drafted_reopened, row.held_out_reopened
        low, high = row.reopened_more
        if row.intent is None or min(drafted.n, without.n) < ENOUGH or low <= 0:
            continue
        value = drafted.value - without.value
        yield Harm(
            Place.REQUEST,
            (row.intent,),
            "",
            Sign.REOPENED,
            drafted.n,
            value,
            low,
            high,
            without.value,
        )


_Key = tuple[Place, tuple[str, ...], str]


def _groups(fates: Sequence[Fate]) -> dict[_Key, list[Fate]]:
    found: dict[_Key, list[Fate]] = defaultdict(list)
    for fate in fates:
        for key in dict.fromkeys(_keys(fate)):
            found[key].append(fate)
    return found


def _keys(fate: Fate) -> Iterator[_Key]:
    if fate.intent:
        yield Place.REQUEST, (fate.intent, fate.model), ""
    if fate.mailbox_id:
        yield Place.MAILBOX, (fate.mailbox_id,), ""
    for kind, key, title in fate.sources:
        if kind in _SOURCES:
            yield Place(kind), (key,), title


_SOURCES = (Place.MACRO, Place.ARTICLE, Place.POLICY)


def _share(fates: Iterable[Fate], level: float) -> Share:
    rows = list(fates)
    return share(sum(row.undone for row in rows), len(rows), level=level)
