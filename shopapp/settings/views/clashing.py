"""The banner of a form that somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from shopapp.settings.actions import Clash
from shopapp.settings.wording import Difference, collisions


@dataclass(frozen=True, slots=True)
class ClashBanner:
    """Who changed what, and the keys a person takes over with "Take theirs"."""

    by: str
    at: datetime
    rows: Sequence[Difference]
    keys: str


def banner(clash: Clash | None) -> ClashBanner | None:
    """The banner for a clash, if there is one."""
    if clash is None:
        return None
    last = clash.collisions[-1]
    keys = " ".join(each.key for each in clash.collisions)
    return ClashBanner(last.by, last.at, collisions(clash.collisions), keys)


def given_up() -> frozenset[str]:
    """The keys whose saved value shall stand, whatever was typed: the person said so."""
    return frozenset(request.form.get("theirs", "").split())
