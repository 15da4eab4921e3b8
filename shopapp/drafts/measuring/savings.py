"""Savings: the time drafts save, measured against tickets that got none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from shopapp.drafts.measuring.bootstrap import Estimate, median_difference
from shopapp.drafts.measuring.intervals import Share, difference, share

ENOUGH = 30
"""Replies each side needs before a difference is shown."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The first reply of a ticket in the comparison.

    `seconds` of active work, None where nothing was measured; `reopened` None as long as it may
    still happen.
    """

    held_out: bool
    intent: str
    seconds: int | None
    reopened: bool | None


@dataclass(frozen=True, slots=True)
class Saving:
    """Held-out replies against drafted ones; `intent` None is all of them.

    The medians are seconds, None without a reply. `saved` is held out − drafted with its 95 %
    interval, None until both sides have ENOUGH.
    """

    intent: str | None
    held_out: int
    drafted: int
    held_out_median: float | None
    drafted_median: float | None
    saved: Estimate | None
    held_out_reopened: Share
    drafted_reopened: Share

    @property
    def held_out_missing(self) -> int:
        return max(0, ENOUGH - self.held_out)

    @property
    def drafted_missing(self) -> int:
        return max(0, ENOUGH - self.drafted)

    @property
    def reopened_more(self) -> tuple[float, float]:
        """By how much more often drafted replies are reopened: the interval, −1 to 1."""
        return difference(self.drafted_reopened, self.held_out_reopened)


def savings(replies: Sequence[Reply]) -> list[Saving]:
    """All intents together first, then each, those with most replies first."""
    intents = sorted({each.intent for each in replies})
    rows = [_saving(each, [row for row in replies if row.intent == each]) for each in intents]
    rows.sort(key=lambda row: -(row.held_out + row.drafted))
    return [_saving(None, replies), *rows]


def _saving(intent: str | None, replies: Sequence[Reply]) -> Saving:
    without = _seconds(each for each in replies if each.held_out)
    drafted = _seconds(each for each in replies if not each.held_out)
    is_enough = min(len(without), len(drafted)) >= ENOUGH
    return Saving(
        intent=intent,
        held_out=len(without),
        drafted=len(drafted),
        held_out_median=median(without) if without else None,
        drafted_median=median(drafted) if drafted else None,
        saved=median_difference(without, drafted) if is_enough else None,
        held_out_reopened=_reopened(each for each in replies if each.held_out),
        drafted_reopened=_reopened(each for each in replies if not each.held_out),
    )


def _seconds(replies: Iterable[Reply]) -> list[int]:
    return [each.seconds for each in replies if each.seconds is not None]


def _reopened(replies: Iterable[Reply]) -> Share:
    known = [each.reopened for each in replies if each.reopened is not None]
    return share(sum(known), len(known))
