"""Two people, one form: what was typed meets what somebody else saved meanwhile (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Earlier:
    """A change that was saved after the form was opened: only the values that differ."""

    by: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collision:
    """One value that both people changed, differently."""

    key: str
    mine: Any
    theirs: Any
    by: str
    at: datetime


def merge(
    mine: Mapping[str, Any], current: Mapping[str, Any], earlier: Sequence[Earlier]
) -> tuple[dict[str, Any], list[Collision]]:
    """The values to save and the collisions; `earlier` is oldest first.

    A value I left as I found it follows theirs; one that both of us changed differently collides
    and stays mine until a person decides.
    """
    values, collisions = dict(mine), []
    for key, typed in mine.items():
        touched = [change for change in earlier if key in change.after]
        if not touched or typed == current[key]:
            continue
        if typed == touched[0].before.get(key):
            values[key] = current[key]
        else:
            last = touched[-1]
            collisions.append(Collision(key, typed, current[key], last.by, last.at))
    return values, collisions
