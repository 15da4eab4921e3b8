"""Results: what became of the drafts of some days, by whatever they are grouped."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, select, type_coerce
from sqlalchemy.sql.selectable import Subquery

from shopapp.db import Session
from shopapp.drafts.models import ASIDE, AiDraft, DraftState
from shopapp.drafts.outcome_models import DraftOutcome
from shopapp.drafts.reward import EditClass

MOST = 100
"""Groups shown, those with most drafts first."""
SENT = (EditClass.AS_IS, EditClass.LIGHT, EditClass.MODERATE, EditClass.REWRITE)
_REOPENED, _REFUNDED = timedelta(days=7), timedelta(days=14)


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

    With `agent_id` only those this person sent or discarded. `now` says which outcomes are final.
    """

    since: datetime
    until: datetime
    now: datetime
    weeks: tuple[datetime, ...] = ()
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class After:
    """What happened `count` times among the `n` replies that had all the time for it."""

    count: int
    n: int


@dataclass(frozen=True, slots=True)
class Result:
    """The drafts of one group.

    `made` are those with a text, `failed` those where nothing fitted. Medians (`ned`, `kept`) and
    the mean `facts_changed` are over what was sent, the mean `reward` over the `scored`: sent and
    discarded. Latency in milliseconds, cost in the provider's currency.
    """

    key: str
    made: int = 0
    failed: int = 0
    waiting: int = 0
    classes: Mapping[EditClass, int] = field(default_factory=dict)
    ned: float | None = None
    kept: float | None = None
    facts_changed: float | None = None
    reward: float | None = None
    scored: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = None
    latency: float | None = None
    reopened: After = After(0, 0)
    good: After = After(0, 0)
    refunded: After = After(0, 0)

    @property
    def sent(self) -> int:
        return sum(self.classes.get(each, 0) for each in SENT)

    @property
    def ended(self) -> int:
        """Drafts with a class."""
        return sum(self.classes.values())

    def share(self, name: EditClass) -> float:
        """The share of a class among the drafts that have one, 0 to 1."""
        return self.classes.get(name, 0) / self.ended if self.ended else 0.0


def results(session: Session, by: By, asked: Asked) -> Sequence[Result]:
    """The groups, weeks in their order and others by size: one statement, read from an index."""
    rows = _ranked(by, asked)
    order = (rows.c.key,) if by is By.WEEK else (func.count().desc(), rows.c.key)
    found = session.execute(
        select(rows.c.key, *_figures(rows, asked)).group_by(rows.c.key).order_by(*order).limit(MOST)
    )
    return [_result(dict(row._mapping)) for row in found]


def total(session: Session, asked: Asked) -> Result:
    """All drafts together."""
    return next(iter(results(session, By.ALL, asked)), Result(""))


def _key(by: By, asked: Asked) -> ColumnElement[Any]:
    columns: dict[By, Any] = {
        By.MODEL: AiDraft.model,
        By.VERSION: AiDraft.version,
        By.PROMPT: AiDraft.prompt_version,
        By.INTENT: AiDraft.intent,
        By.MAILBOX: AiDraft.mailbox_id,
        By.AGENT: AiDraft.agent_id,
        By.SUBJECT: AiDraft.subject_type,
        By.CLASS: _class(),
    }
    if by is By.WEEK and asked.weeks:
        starts = reversed(list(enumerate(asked.weeks)))
        return case(*((AiDraft.created_at >= start, at) for at, start in starts), else_=0)
    return func.coalesce(columns[by], "") if by in columns else literal("")


def _class() -> ColumnElement[Any]:
    """The class of a draft; one that was outdated unseen is stale."""
    is_stale = AiDraft.state == DraftState.STALE
    return case((is_stale, EditClass.STALE.value), else_=AiDraft.edit_class)


def _ranked(by: By, asked: Asked) -> Subquery:
    """The drafts, each with its rank by what a median is wanted of, within its group."""
    key, is_sent = _key(by, asked), AiDraft.state == DraftState.SENT
    measured: dict[str, ColumnElement[Any]] = {
        "ned": case((is_sent, AiDraft.ned)),
        "kept": case((is_sent, AiDraft.kept)),
        "latency": type_coerce(AiDraft.latency_ms, Integer),
    }
    return (
        select(
            key.label("key"),
            _class().label("class"),
            AiDraft.state,
            case((is_sent, AiDraft.facts_changed)).label("facts_changed"),
            case((AiDraft.state.in_(_SCORED), AiDraft.reward_score)).label("reward"),
            AiDraft.tokens_in,
            AiDraft.tokens_out,
            AiDraft.cost,
            DraftOutcome.sent_at,
            DraftOutcome.reopened,
            DraftOutcome.rating,
            DraftOutcome.refunded,
            *_ranks(key, measured),
        )
        .outerjoin(DraftOutcome, DraftOutcome.ai_draft_id == AiDraft.id)
        .where(*_within(asked))
        .subquery()
    )


def _within(asked: Asked) -> list[ColumnElement[bool]]:
    """The drafts of the time and person asked for; a rework nobody took up is none."""
    where = [
        AiDraft.created_at >= asked.since,
        AiDraft.created_at < asked.until,
        AiDraft.state.not_in(ASIDE),
    ]
    return where if asked.agent_id is None else [*where, AiDraft.agent_id == asked.agent_id]


def _ranks(
    key: ColumnElement[Any], measured: Mapping[str, ColumnElement[Any]]
) -> Iterator[ColumnElement[Any]]:
    """Each value with its rank in its group and how many the group has; those without come last."""
    for name, value in measured.items():
        order = (value.is_(None), value)
        yield value.label(name)
        yield func.count(value).over(partition_by=key).label(f"{name}_n")
        yield func.row_number().over(partition_by=key, order_by=order).label(f"{name}_at")


_SCORED = (DraftState.SENT, DraftState.DISCARDED)
_WRITTEN = (DraftState.FAILED, DraftState.DRAFTING)
_WAITING = (DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED)


def _figures(rows: Subquery, asked: Asked) -> list[ColumnElement[Any]]:
    c = rows.c
    week, fortnight = asked.now - _REOPENED, asked.now - _REFUNDED
    counts = {
        "made": c.state.not_in(_WRITTEN),
        "failed": c.state == DraftState.FAILED,
        "waiting": c.state.in_(_WAITING),
        "reopened": and_(c.sent_at <= week, c.reopened.is_(True)),
        "reopened_n": c.sent_at <= week,
        "good": c.rating == 1,
        "good_n": c.rating.is_not(None),
        "refunded": and_(c.sent_at <= fortnight, c.refunded.is_(True)),
        "refunded_n": and_(c.sent_at <= fortnight, c.refunded.is_not(None)),
        **{f"class_{each}": c["class"] == each.value for each in EditClass},
    }
    return [
        *(func.count(case((is_so, 1))).label(name) for name, is_so in counts.items()),
        *(_median(rows, name).label(name) for name in ("ned", "kept", "latency")),
        func.avg(c.facts_changed).label("facts_changed"),
        func.avg(c.reward).label("reward"),
        func.count(c.reward).label("scored"),
        *(func.sum(c[name]).label(name) for name in ("tokens_in", "tokens_out", "cost")),
    ]


def _median(rows: Subquery, name: str) -> ColumnElement[Any]:
    """The mean of the middle one or two: what both dialects can do, unlike percentile_cont."""
    middle = 2 * rows.c[f"{name}_at"]
    n = rows.c[f"{name}_n"]
    return func.avg(case((middle.between(n, n + 2), rows.c[name])))


def _result(row: Mapping[str, Any]) -> Result:
    return Result(
        key=str(row["key"] if row["key"] is not None else ""),
        made=row["made"],
        failed=row["failed"],
        waiting=row["waiting"],
        classes={each: row[f"class_{each}"] for each in EditClass},
        **{name: _number(row[name]) for name in _SHARES},
        scored=row["scored"],
        tokens_in=int(row["tokens_in"] or 0),
        tokens_out=int(row["tokens_out"] or 0),
        cost=row["cost"],
        reopened=After(row["reopened"], row["reopened_n"]),
        good=After(row["good"], row["good_n"]),
        refunded=After(row["refunded"], row["refunded_n"]),
    )


_SHARES = ("ned", "kept", "facts_changed", "reward", "latency")


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
