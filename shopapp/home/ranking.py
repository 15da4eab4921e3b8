"""The ranking: money at stake × chance of loss by tomorrow ÷ minutes to handle, best first."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

_ZERO = Decimal(0)
_MOST = 0.95


class Kind(enum.StrEnum):
    """What a decision is about; also the first part of its key."""

    TICKET = "ticket"
    FLAG = "flag"
    PURCHASE = "purchase"
    STOCK = "stock"
    INSIGHT = "insight"
    CONNECTION = "connection"
    JOB = "job"


class Hold(enum.IntEnum):
    """A fixed weight above all money: what else depends on it cannot be trusted until it works."""

    NONE = 0
    WORK = 1  # background work was given up: something a person asked for did not happen
    CONNECTION = 2  # a connection is broken: mail, orders or figures stand still


@dataclass(frozen=True, slots=True)
class Weights:
    """The constants of the ranking. Shares are in percent; Settings, Thresholds has the reasons."""

    draft_minutes: int
    write_minutes: int
    flag_minutes: int
    purchase_minutes: int
    insight_minutes: int
    repair_minutes: int
    waiting_share: int
    overdue_share: int
    refund_share: int
    critical_share: int
    warning_share: int
    notice_share: int
    order_value: int
    margin: int
    lead_days: int
    conversion: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits for a person. `key` is "<kind>:<id>", `chance` from 0 to 1.

    `about` names the order it concerns, so that it is shown once; `also` are the keys of what was
    folded into it. `changed_at` is when it last changed by itself: a postponement from before that
    counts no more. `is_done_here` says whether its proposed action can be done on Today.
    """

    key: str
    kind: Kind
    title: str
    why: str
    proposal: str
    verb: str
    stake: Decimal
    chance: float
    minutes: int
    since: datetime
    hold: Hold = Hold.NONE
    about: str = ""
    also: tuple[str, ...] = ()
    version: str = ""
    assignee: str = ""
    changed_at: datetime | None = None
    is_done_here: bool = True

    @property
    def id(self) -> str:
        """The row's id, without the kind."""
        return self.key.partition(":")[2]

    @property
    def score(self) -> float:
        """Money per minute that handling it now is expected to save."""
        return float(self.stake) * self.chance / max(1, self.minutes)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a list of decisions comes to."""

    count: int
    minutes: int
    money: Decimal


def ranked(decisions: Iterable[Decision]) -> list[Decision]:
    """Best first, each thing once; of two equals the one that waits longer."""
    return sorted(once(decisions), key=lambda each: (-each.hold, -each.score, each.since, each.key))


def once(decisions: Iterable[Decision]) -> list[Decision]:
    """A flag on an order somebody writes about is part of the ticket; several flags are one row."""
    rows = list({each.key: each for each in decisions}.values())
    leaders: dict[str, Decision] = {}
    for each in sorted(rows, key=_leads):
        if each.about:
            leaders.setdefault(each.about, each)
    folded = {
        leader.key: [
            each
            for each in rows
            if each.about == about and each.kind is Kind.FLAG and each.key != leader.key
        ]
        for about, leader in leaders.items()
    }
    hidden = {each.key for group in folded.values() for each in group}
    return [_joined(each, folded.get(each.key, [])) for each in rows if each.key not in hidden]


def waiting(decisions: Sequence[Decision]) -> Waiting:
    """How many wait, how long they take, and what is at stake."""
    return Waiting(
        len(decisions),
        sum(each.minutes for each in decisions),
        sum((each.stake for each in decisions), _ZERO),
    )


def ticket_chance(
    weights: Weights, *, hours: float, overdue_hours: int, asks_for_money: bool
) -> float:
    """The share of an order lost when its customer waits one more day.

    A little while the answer is in time; once overdue it grows by `overdue_share` for each further
    span of `overdue_hours`. Words of refund or chargeback put it at `refund_share` at least.
    """
    spans = max(0.0, hours - overdue_hours) / max(1, overdue_hours)
    share = weights.waiting_share + (weights.overdue_share * (1 + spans) if spans else 0)
    floor = weights.refund_share if asks_for_money else 0
    return min(_MOST, max(share, floor) / 100)


def flag_chance(weights: Weights, severity: str, *, days: float) -> float:
    """The share of a flagged order that is lost; it doubles with each week the flag is open."""
    shares = {"critical": weights.critical_share, "warning": weights.warning_share}
    return min(_MOST, shares.get(severity, weights.notice_share) / 100 * (1 + days / 7))


def stockout_chance(*, low: float, high: float, lead: float, stock: int) -> float:
    """P(the shelf is empty before the vendor delivers), `lead` days from now.

    `low` and `high` are the days within which it runs out, early and late; between them the
    chance rises evenly. What is sold out is lost for certain.
    """
    if stock <= 0:
        return 1.0
    if high <= low:
        return _MOST if lead > low else 1 - _MOST
    return min(_MOST, max(1 - _MOST, (lead - low) / (high - low)))


def _leads(decision: Decision) -> tuple[bool, float, datetime, str]:
    """A ticket before a flag: answering it is what settles the matter."""
    is_flag = decision.kind is Kind.FLAG
    return is_flag, -decision.score, decision.since, decision.key


def _joined(leader: Decision, others: Sequence[Decision]) -> Decision:
    """One row for one order: its money counts once, the work of both counts."""
    if not others:
        return leader
    told = ", ".join(dict.fromkeys(each.title.partition(":")[0].lower() for each in others))
    return replace(
        leader,
        why=f"{leader.why}. Also flagged: {told}",
        stake=max(each.stake for each in (leader, *others)),
        chance=max(each.chance for each in (leader, *others)),
        minutes=leader.minutes + sum(each.minutes for each in others),
        also=tuple(each.key for each in others),
    )
