"""What happened to an order, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopapp.audit.models import AuditEvent

_SAID = {
    "created": ("plus", "made this draft"),
    "proposed": ("sparkles", "proposed it from what sells"),
    "refreshed": ("refresh-cw", "brought the proposal up to date"),
    "changed": ("pencil", "changed it"),
    "approved": ("badge-check", "approved it"),
    "reopened": ("undo-2", "opened it again"),
    "sent": ("send", "marked it as sent"),
    "cancelled": ("ban", "cancelled it"),
}
_LABELS = {"notes": "Notes", "expected": "Expected", "shipping": "Shipping", "location": "Ship to"}
MOST = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an order's history."""

    glyph: str
    who: str
    what: str
    details: Sequence[str]
    at: datetime


def events(log: Sequence[AuditEvent]) -> list[Event]:
    """The history, in the log's order."""
    return [_event(line) for line in log]


def _event(line: AuditEvent) -> Event:
    verb = line.action.partition(".")[2]
    glyph, said = _SAID.get(verb, ("history", verb.replace("_", " ")))
    before, after = line.before or {}, line.after or {}
    details = list(_details(before, after))
    shown = details[:MOST] + ([f"and {len(details) - MOST} more"] if len(details) > MOST else [])
    return Event(glyph, line.actor_name, said, shown, line.created_at)


def _details(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if after.get("number") and not before.get("number"):
        yield f"Number {after['number']}"
    for name in ("note", "reason"):
        if after.get(name):
            yield str(after[name])
    for name, label in _LABELS.items():
        if name in before and name in after:
            told = name in ("notes", "location")
            yield f"{label} changed" if told else f"{label}: {before[name]} → {after[name]}"
    old, new = before.get("lines"), after.get("lines")
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _lines(old, new)


def _lines(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in {**old, **new}:
        if key not in old:
            yield f"Added {new[key][0]} × {new[key][1]}"
        elif key not in new:
            yield f"Removed {old[key][0]}"
        else:
            title, quantity, cost = old[key]
            now, price = new[key][1:]
            told = [f"{quantity} → {now}"] if quantity != now else []
            told += [f"cost {cost} → {price}"] if cost != price else []
            yield f"{title}: {', '.join(told)}"
