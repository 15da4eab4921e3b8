"""Why a variant has the figures it has, in sentences a buyer would say. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shopapp.inventory.reorder import SERVICE_LEVEL, LeadTime, Levels, Suggestion
from shopapp.inventory.velocity import HALF_LIFE, Velocity


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that was decided about one variant; `available` is None when nobody knows."""

    velocity: Velocity
    available: int | None
    incoming: int
    cover: float | None
    lead: LeadTime
    levels: Levels
    suggestion: Suggestion
    minimum: int = 0
    pack: int = 0
    is_discontinued: bool = False


def reasons(case: Case) -> list[str]:
    """The summary first ("Sells 4.1 a day, 9 days left, vendor takes 21 ± 5."), then each part."""
    return [summary(case), *_order(case), *_basis(case)]


def summary(case: Case) -> str:
    """One sentence: how fast, how long it lasts, how long the vendor takes."""
    rate = case.velocity.rate
    if rate <= 0:
        last = case.velocity.last_sale
        return f"No sales since {last.day} {last:%b %Y}." if last else "No sales are known."
    left = "stock unknown"
    if case.available is not None:
        cover = round(case.cover or 0)
        left = f"{cover} day{'s' * (cover != 1)} left" if case.available > 0 else "none left"
    return f"Sells {number(rate)} a day, {left}, vendor takes {_takes(case.lead)}."


def number(value: float) -> str:
    """A rate as people read it: 12, 4.1, 0.35, 0.004."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def _takes(lead: LeadTime) -> str:
    spread = f" ± {lead.sd:.0f}" if round(lead.sd) else ""
    return f"{lead.mean:.0f}{spread} days{' (assumed)' * lead.is_assumed}"


def _order(case: Case) -> Iterator[str]:
    if case.is_discontinued:
        yield "The product is archived: it sells out and is not ordered again."
    elif case.available is None:
        yield "Its stock is not known, so nothing is suggested."
    elif case.suggestion.need:
        yield _shortage(case)
        yield from _rounding(case)
    elif case.incoming and case.available <= case.levels.point:
        yield f"{case.incoming:,} on order cover what is missing."
    if case.available is not None and case.available < 0:
        yield f"{-case.available:,} sold but not in stock are part of the order."


def _shortage(case: Case) -> str:
    has = f"{case.available:,} available"
    if case.incoming:
        has += f" and {case.incoming:,} on order"
    levels = case.levels
    return (
        f"{has}, reorder point {levels.point:,}: {case.suggestion.need:,} bring it to "
        f"{levels.up_to:,}."
    )


def _rounding(case: Case) -> Iterator[str]:
    quantity = case.suggestion.quantity
    if quantity == case.suggestion.need:
        return
    because = []
    if case.minimum > case.suggestion.need:
        because.append(f"the vendor's minimum of {case.minimum:,}")
    if case.pack > 1:
        because.append(f"packs of {case.pack:,}")
    yield f"Rounded up to {quantity:,} for {' and '.join(because)}."


def _basis(case: Case) -> Iterator[str]:
    velocity, lead = case.velocity, case.lead
    if velocity.rate > 0:
        yield (
            f"Reorder point by the classic formula: {number(velocity.rate)} × {lead.mean:.0f} days "
            f"+ {case.levels.safety:,} safety stock for {SERVICE_LEVEL:.0%} service."
        )
        yield f"Older days count less: half after {HALF_LIFE:.0f} days."
    if velocity.out_days:
        days = "1 day" if velocity.out_days == 1 else f"{velocity.out_days} days"
        yield f"{days} out of stock in the last {velocity.windows[-1].span} left out."
    for window in velocity.windows:
        if window.span > window.days:
            yield (
                f"The {window.days}-day rate looks back {window.span} days: too few of them were "
                "in stock."
            )
    for day, units, counted in velocity.capped[:3]:
        yield f"{units:,} on {day.day} {day:%b %Y} counted as {counted:,}: far above its usual."
    if lead.is_assumed:
        yield f"The vendor's lead time is not known: {lead.mean:.0f} days assumed."
