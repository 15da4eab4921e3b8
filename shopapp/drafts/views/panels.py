"""What the results page shows of its figures: cards, charts, rows, findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.savings import Saving
from shopapp.drafts.measuring.tally import SENT, After, Result
from shopapp.drafts.views.asking import Question
from shopapp.drafts.views.wording import (
    CLASSES,
    Names,
    milliseconds,
    percent,
    request,
    seconds,
)

FEW = 10
"""Below this many scored drafts a row is greyed: its figures are anecdotes."""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with what it means, its change and whether that is good."""

    label: str
    value: str | None
    delta: str = ""
    direction: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A group as the table shows it; `shares` are of all classes, in their order."""

    name: str
    result: Result
    ned: str
    kept: str
    facts_changed: str
    reward: str
    shares: tuple[tuple[EditClass, int, float], ...]
    cost: str
    latency: str
    reopened: str

    @property
    def is_few(self) -> bool:
        return self.result.scored < FEW


def cards(now: Result, before: Result, days: int) -> list[Card]:
    """The headline figures, each beside the same number of days before."""
    than = f"vs previous {days} days"
    return [
        _count("Drafts made", now.made, before.made, than),
        _count("Sent", now.sent, before.sent, than),
        _share("Median edit", now.ned, before.ned, than, good="down"),
        _share("Median kept", now.kept, before.kept, than, good="up"),
        _share("Facts changed", now.facts_changed, before.facts_changed, than, good="down"),
        Card("Mean reward", _reward(now), f"of {now.scored:,} sent or discarded"),
    ]


def row(result: Result, names: Names) -> Row:
    """A group with its figures in words."""
    return Row(
        names.of(result.key),
        result,
        percent(result.ned),
        percent(result.kept),
        percent(result.facts_changed),
        _reward(result) or "",
        shares(result),
        f"{result.cost:,.2f}" if result.cost is not None else "",
        milliseconds(result.latency),
        counted(result.reopened),
    )


def shares(result: Result) -> tuple[tuple[EditClass, int, float], ...]:
    """Every class with its count and its share, all of them, also those with none."""
    return tuple((each, result.classes.get(each, 0), result.share(each)) for each in EditClass)


def counted(after: After) -> str:
    """'7 of 120'; nothing where no time is over yet."""
    return f"{after.count:,} of {after.n:,}" if after.n else ""


def afterwards(classes: Iterable[Result]) -> list[tuple[str, int, After, After, After]]:
    """What came after the replies of each class: reopened, rated good, refunded."""
    by_key = {each.key: each for each in classes}
    rows = (by_key.get(each.value, Result(each.value)) for each in SENT)
    return [
        (CLASSES[EditClass(row.key)], row.sent, row.reopened, row.good, row.refunded)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Trend:
    """One line of a chart, from 0 to 1; None where a week has nothing."""

    label: str
    look: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


def trends(weeks: Sequence[Result | None]) -> list[Trend]:
    """How near drafts came and what they earned, week by week."""
    measures = (("Median edit", "rewrite", "ned"), ("Mean reward", "as_is", "reward"))
    return [
        Trend(
            label,
            look,
            tuple(getattr(each, name) if each else None for each in weeks),
            tuple(_text(name, each) for each in weeks),
        )
        for label, look, name in measures
    ]


def by_week(found: Sequence[Result], question: Question) -> list[Result | None]:
    """The weeks of the range in order, None for one without drafts."""
    known = {each.key: each for each in found}
    return [known.get(str(at)) for at, _ in enumerate(question.days.weeks())]


@dataclass(frozen=True, slots=True)
class Saved:
    """Time saved for one kind of request, or what is missing to say so."""

    name: str
    row: Saving
    held_out: str
    drafted: str
    saved: str
    interval: str
    missing: str
    tone: str


def saved(row: Saving) -> Saved:
    """A comparison in words."""
    estimate = row.saved
    return Saved(
        "All requests" if row.intent is None else request(row.intent),
        row,
        "" if row.held_out_median is None else seconds(row.held_out_median),
        "" if row.drafted_median is None else seconds(row.drafted_median),
        seconds(estimate.value) if estimate else "",
        f"{seconds(estimate.low)} to {seconds(estimate.high)}" if estimate else "",
        _missing(row),
        _tone(row),
    )


def _tone(row: Saving) -> str:
    if row.saved is None:
        return ""
    return "success" if row.saved.low > 0 else "critical" if row.saved.high < 0 else ""


def _missing(row: Saving) -> str:
    parts = ((row.held_out_missing, "without a draft"), (row.drafted_missing, "with one"))
    told = [f"{count} more {what}" for count, what in parts if count]
    return f"{' and '.join(told)} to go" if told else ""


def _count(label: str, now: int, before: int, than: str) -> Card:
    if not before:
        return Card(label, f"{now:,}")
    change = (now - before) / before
    direction = "up" if change > 0 else "down" if change < 0 else ""
    told = f"{abs(change):.0%} {than}" if direction else f"the same {than}"
    return Card(label, f"{now:,}", told, direction)


def _share(label: str, now: float | None, before: float | None, than: str, *, good: str) -> Card:
    if now is None:
        return Card(label, None, "nothing sent yet")
    if before is None:
        return Card(label, percent(now))
    points = round(100 * (now - before), 1)
    direction = "up" if points > 0 else "down" if points < 0 else ""
    tone = ("success" if direction == good else "critical") if direction else ""
    told = f"{abs(points):g} points {than}" if direction else f"the same {than}"
    return Card(label, percent(now), told, direction, tone)


def _reward(result: Result) -> str | None:
    return None if result.reward is None else f"{result.reward:.2f}"


def _text(name: str, result: Result | None) -> str:
    if result is None:
        return "–"
    return (percent(result.ned) if name == "ned" else _reward(result)) or "–"
