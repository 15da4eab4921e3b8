"""A decision as the list shows it: where it leads, what may be done here, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from shopapp.accounts.models import Role
from shopapp.home.ranking import Decision, Hold, Kind, waiting
from shopapp.money import formatted
from shopapp.web.access import Scope

WORKERS = (Role.ADMIN, Role.AGENT)
ASSIGNABLE = (Kind.TICKET, Kind.FLAG, Kind.INSIGHT)
GLYPHS = {
    Kind.TICKET: "inbox",
    Kind.FLAG: "flag",
    Kind.PURCHASE: "truck",
    Kind.STOCK: "package",
    Kind.INSIGHT: "trending-up",
    Kind.CONNECTION: "plug",
    Kind.JOB: "zap",
}
GROUPS: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    "tickets": ("Tickets", (Kind.TICKET,)),
    "orders": ("Orders", (Kind.FLAG,)),
    "stock": ("Stock", (Kind.PURCHASE, Kind.STOCK)),
    "search": ("Search", (Kind.INSIGHT,)),
    "system": ("System", (Kind.CONNECTION, Kind.JOB)),
}
_PAGES: Mapping[Kind, Callable[[Decision], str]] = {
    Kind.TICKET: lambda each: url_for("inbox.ticket", ticket_id=each.id),
    Kind.FLAG: lambda each: url_for("orders.flag", flag_id=each.id),
    Kind.PURCHASE: lambda each: url_for("purchasing.order", order_id=each.id),
    Kind.STOCK: lambda _: url_for("purchasing.velocity"),
    Kind.INSIGHT: lambda each: url_for("seo.insight", insight_id=each.id),
    Kind.CONNECTION: lambda _: url_for("settings.connections"),
}
_ADMINS_PAGES = (Kind.CONNECTION,)
_ADMINS_WORK = (Kind.PURCHASE, Kind.JOB)


@dataclass(frozen=True, slots=True)
class Row:
    """`mode` says what the first button does: review (a draft), post, open (the page) or none."""

    decision: Decision
    id: str
    glyph: str
    tone: str
    url: str
    mode: str
    verb: str
    stake: str
    odds: str
    minutes: str
    can_assign: bool
    can_postpone: bool
    is_mine: bool

    @property
    def numbers(self) -> str:
        """'£84 · 40 % · 3 min': the score's three parts, so that a person can disagree."""
        return " · ".join(each for each in (self.stake, self.odds, self.minutes) if each)


@dataclass(frozen=True, slots=True)
class Head:
    """What the page's head says: how much waits, and how much was done."""

    count: int
    time: str
    money: str
    handled: int


def row(here: Scope, decision: Decision) -> Row:
    """The row of one decision for the person who looks at it."""
    is_worker, url, may = here.role in WORKERS, _url(here, decision), _may(here, decision)
    name = here.user.name or here.user.email
    return Row(
        decision=decision,
        id=element_id(decision.key),
        glyph=GLYPHS[decision.kind],
        tone=_tone(decision),
        url=url,
        mode=_mode(decision, url, may=may),
        verb=decision.verb if may else "Open",
        stake=_stake(decision, here.store.currency),
        odds="" if decision.hold else f"{round(decision.chance * 100)} %",
        minutes=f"{decision.minutes} min",
        can_assign=is_worker and decision.kind in ASSIGNABLE and decision.assignee != name,
        can_postpone=is_worker,
        is_mine=bool(name) and decision.assignee == name,
    )


def element_id(key: str) -> str:
    """The id of a decision's row in the page."""
    return "d-" + key.replace(":", "-").replace(".", "-")


def head(here: Scope, decisions: Sequence[Decision], handled: int) -> Head:
    """The sums over everything that waits."""
    total = waiting(decisions)
    return Head(total.count, spent(total.minutes), whole(total.money, here.store.currency), handled)


def spent(minutes: int) -> str:
    """'3 h 20 min'."""
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (rest, "min")) if n) or "0 min"


def whole(amount: Decimal, currency: str) -> str:
    """An amount without its cents: a sum of estimates is not exact to the penny."""
    text = formatted(amount.quantize(Decimal(1)), currency)
    return text.removesuffix(".00")


def in_group(decision: Decision, group: str) -> bool:
    """Whether a decision is shown under this tab; every decision is under none."""
    return group not in GROUPS or decision.kind in GROUPS[group][1]


def _url(here: Scope, decision: Decision) -> str:
    if decision.kind not in _PAGES:
        return ""
    if decision.kind in _ADMINS_PAGES and here.role is not Role.ADMIN:
        return ""
    return _PAGES[decision.kind](decision)


def _may(here: Scope, decision: Decision) -> bool:
    """Whether the person's role may do what is proposed."""
    if here.role is Role.ADMIN:
        return True
    return here.role in WORKERS and decision.kind not in _ADMINS_WORK


def _mode(decision: Decision, url: str, *, may: bool) -> str:
    if not may or not decision.is_done_here:
        return "open" if url else "none"
    return "review" if decision.kind is Kind.TICKET else "post"


def _tone(decision: Decision) -> str:
    if decision.hold or decision.chance >= 0.4:
        return "critical"
    return "caution" if decision.chance >= 0.15 else "neutral"


def _stake(decision: Decision, currency: str) -> str:
    if decision.hold is Hold.CONNECTION:
        return "Holds everything up"
    if decision.hold is Hold.WORK:
        return "Not done"
    return whole(decision.stake, currency)
