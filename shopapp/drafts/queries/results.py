"""Results: what became of the drafts of some days, by whatever they are grouped."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
    values,
)

from shopapp.columns import UtcDateTime
from shopapp.db import Session
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.tally import MEASURES, Part, Point, Result, Tally
from shopapp.drafts.models import ASIDE, AiDraft, DraftOutcome, DraftState

_REOPENED, _REFUNDED = timedelta(days=7), timedelta(days=14)
_SCORED = (DraftState.SENT, DraftState.DISCARDED)
_WRITTEN = (DraftState.FAILED, DraftState.DRAFTING)
_AS_IS = f"class_{EditClass.AS_IS}"
_WAITING = (DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED)


class By(enum.StrEnum):
    """What drafts are grouped by."""

    MODEL = "model"
    VERSION = "version"
    PROMPT = "prompt"
    INTENT = "intent"
    MAILBOX = "mailbox"
    AGENT = "agent"
    SUBJECT = "subject"
    WEEK = "week"
    CLASS = "class"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """Drafts begun from `since` on and before `until`; `weeks` begin at these moments.

    `now` says which outcomes are final.
    """

    since: datetime
    until: datetime
    now: datetime
    weeks: tuple[datetime, ...] = ()


def tally(session: Session, by: By, asked: Asked) -> Tally:
    """Everything the page says of these days: three statements, read from two indexes."""
    weeks = _weeks(asked)
    parts = (*_counted(session, by, weeks), *_outcomes(session, by, asked, weeks))
    points = [*_untouched(parts), *_points(session, by, weeks, MEASURES)]
    return Tally(parts, points, groups_are_weeks=by is By.WEEK)


def headline(session: Session, asked: Asked) -> Result:
    """All drafts together, without latency and what came after: for a comparison."""
    weeks = _weeks(replace(asked, weeks=()))
    parts = tuple(_counted(session, By.ALL, weeks))
    points = [*_untouched(parts), *_points(session, By.ALL, weeks, ("ned", "kept"))]
    return Tally(parts, points).total()


def _weeks(asked: Asked) -> CTE:
    """The weeks as rows: joined to them, drafts are read week by week, each once."""
    begins = asked.weeks or (asked.since,)
    ends = (*begins[1:], asked.until)
    moment = UtcDateTime()
    found = values(
        column("week", Integer), column("since", moment), column("until", moment), name="weeks"
    )
    rows = [(at, *span) for at, span in enumerate(zip(begins, ends, strict=True))]
    return found.data(rows).cte("weeks")


def _key(by: By, weeks: CTE) -> ColumnElement[Any]:
    columns: dict[By, Any] = {
        By.MODEL: AiDraft.model,
        By.VERSION: AiDraft.version,
        By.PROMPT: AiDraft.prompt_version,
        By.INTENT: AiDraft.intent,
        By.MAILBOX: AiDraft.mailbox_id,
        By.AGENT: AiDraft.agent_id,
        By.SUBJECT: AiDraft.subject_type,
        By.WEEK: weeks.c.week,
        By.CLASS: case(
            (AiDraft.state == DraftState.STALE, EditClass.STALE.value), else_=AiDraft.edit_class
        ),
    }
    key: ColumnElement[Any] = columns.get(by, literal(""))
    return key


def _drafts(statement: Select[Any], weeks: CTE) -> Select[Any]:
    """The drafts of these weeks; a rework nobody took up is none."""
    is_in = and_(AiDraft.created_at >= weeks.c.since, AiDraft.created_at < weeks.c.until)
    return statement.select_from(weeks).join(AiDraft, is_in).where(AiDraft.state.not_in(ASIDE))


def _counted(session: Session, by: By, weeks: CTE) -> Iterator[Part]:
    """Counts and sums of what is alike in week, group, state and class."""
    alike = (weeks.c.week, _key(by, weeks).label("key"), AiDraft.state, AiDraft.edit_class)
    measured = (AiDraft.facts_changed, AiDraft.reward_score, AiDraft.cost)
    found = session.execute(
        _drafts(
            select(
                *alike,
                func.count(),
                *(each(one) for one in measured for each in (func.sum, func.count)),
                func.sum(AiDraft.tokens_in),
                func.sum(AiDraft.tokens_out),
            ),
            weeks,
        ).group_by(*alike)
    )
    return (_part(*row) for row in found)


def _part(week: int, key: Any, state: DraftState, edit_class: str | None, *sums: Any) -> Part:
    n, facts, facts_read, reward, scored, cost, priced, tokens_in, tokens_out = sums
    name = EditClass.STALE.value if state is DraftState.STALE else edit_class
    numbers: dict[str, int | float | Decimal] = {
        "priced": priced,
        "cost": cost or 0,
        "tokens_in": int(tokens_in or 0),
        "tokens_out": int(tokens_out or 0),
        "made": 0 if state in _WRITTEN else n,
        "failed": n if state is DraftState.FAILED else 0,
        "waiting": n if state in _WAITING else 0,
    }
    if name:
        numbers[f"class_{name}"] = n
    if state in _SCORED:
        numbers |= {"reward": reward or 0.0, "scored": scored}
    if state is DraftState.SENT:
        numbers |= {"facts_changed": facts or 0.0, "facts_read": facts_read}
    return Part(week, _text(key), name, numbers)


def _outcomes(session: Session, by: By, asked: Asked, weeks: CTE) -> Iterator[Part]:
    """What came after the replies, counted once its time is over."""
    alike = (_key(by, weeks).label("key"), AiDraft.edit_class)
    row, week, fortnight = DraftOutcome, asked.now - _REOPENED, asked.now - _REFUNDED
    counts = {
        "reopened": and_(row.sent_at <= week, row.reopened.is_(True)),
        "reopened_n": row.sent_at <= week,
        "good": row.rating == 1,
        "good_n": row.rating.is_not(None),
        "refunded": and_(row.sent_at <= fortnight, row.refunded.is_(True)),
        "refunded_n": and_(row.sent_at <= fortnight, row.refunded.is_not(None)),
    }
    statement = select(*alike, *(func.count(case((is_so, 1))) for is_so in counts.values()))
    found = session.execute(
        _drafts(statement, weeks)
        .join(DraftOutcome, DraftOutcome.ai_draft_id == AiDraft.id)
        .group_by(*alike)
    )
    for key, edit_class, *numbers in found:
        yield Part(None, _text(key), edit_class, dict(zip(counts, numbers, strict=True)))


def _points(session: Session, by: By, weeks: CTE, measures: Sequence[str]) -> list[Point]:
    """How often each value was measured, for the medians: shares to a tenth of a percent, times
    from a second on to ten milliseconds.
    """
    never, ms = cast(null(), Integer), type_coerce(AiDraft.latency_ms, Integer)
    spreads = {
        "ned": _spread(_touched(AiDraft.ned), _mille(AiDraft.ned), weeks.c.week),
        "kept": _spread(_touched(AiDraft.kept), _mille(AiDraft.kept), never),
        "latency": _spread(ms, _rough(ms), never),
    }
    key = _key(by, weeks).label("key")
    found = session.execute(
        union_all(
            *(_drafts(spreads[each].add_columns(key, literal(each)), weeks) for each in measures)
        )
    ).all()
    return [
        Point(measure, week, _text(key), value if measure == "latency" else value / 1000, n)
        for value, week, n, key, measure in found
    ]


def _untouched(parts: Iterable[Part]) -> Iterator[Point]:
    """What was sent as it was has NED 0 and is kept whole: counted already, so not read again."""
    for part in parts:
        n = int(part.numbers.get(_AS_IS, 0))
        if n:
            yield Point("ned", part.week, part.key, 0.0, n)
            yield Point("kept", None, part.key, 1.0, n)


def _touched(value: Any) -> ColumnElement[Any]:
    """The value of what was changed and sent: no condition on the state alone, for which SQLite
    would leave the index that holds everything for one that does not.
    """
    is_touched = and_(
        AiDraft.state == DraftState.SENT,
        func.coalesce(AiDraft.edit_class, "") != EditClass.AS_IS.value,
    )
    return case((is_touched, value))


def _spread(
    known: ColumnElement[Any], value: ColumnElement[Any], week: ColumnElement[Any]
) -> Select[Any]:
    told = select(value.label("value"), week.label("at"), func.count().label("n"))
    return told.where(known.is_not(None)).group_by("value", "key", "at")


def _rough(ms: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((ms < 1000, ms), else_=ms - ms % 10)


def _mille(share: Any) -> ColumnElement[Any]:
    """A share in thousands: through an exact number, so that both dialects round halves alike."""
    return cast(func.round(cast(share * 1000, Numeric(8, 0))), Integer)


def _text(key: Any) -> str:
    return "" if key is None else str(key)
