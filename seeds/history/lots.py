"""Lots: what happened to each ticket of the past weeks, drawn the same way every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from seeds.history.requests import REQUESTS
from seeds.history.shapes import Request
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.models import Arm

COUNT, DAYS, LAST = 400, 78, 2
SHARE = 28
"""Percent of the tickets that were held out."""
_SPEED = {
    EditClass.AS_IS: 0.22,
    EditClass.LIGHT: 0.4,
    EditClass.MODERATE: 0.65,
    EditClass.REWRITE: 1.15,
}


@dataclass(frozen=True, slots=True)
class Lot:
    """One ticket: when it came, whether it was drafted, what became of that and what came after.

    `model` is the third of the installation's drafters so far, by number. `rating` -1, 0, 1 or
    None; `seconds` of active work, None where the browser measured nothing.
    """

    at: datetime
    request: Request
    ask: str
    arm: Arm
    became: EditClass
    model: int
    by: int
    seconds: int | None
    minutes: int
    reopened: bool
    rating: int | None
    shopper: int


def lots(now: datetime) -> Iterator[Lot]:
    """The past weeks up to two days ago, oldest first, on working days."""
    chance = Random(1742)
    span = DAYS - LAST
    moments = sorted(now - timedelta(days=LAST + chance.random() * span) for _ in range(COUNT))
    for moment in moments:
        at = moment.replace(hour=chance.randrange(8, 16), minute=chance.randrange(60))
        yield _lot(chance, at, (now - moment) / timedelta(days=DAYS))


def _lot(chance: Random, at: datetime, age: float) -> Lot:
    request = chance.choices(REQUESTS, [each.often for each in REQUESTS])[0]
    arm = Arm.HELD_OUT if chance.randrange(100) < SHARE else Arm.DRAFTED
    model = 0 if age > 0.62 else 1 if age > 0.3 else 2
    became = _became(chance, request, model)
    speed = 1.0 if arm is Arm.HELD_OUT else _SPEED.get(became, 1.0)
    seconds = round(request.seconds * speed * chance.lognormvariate(0, 0.45))
    again = 0.16 if became in (EditClass.AS_IS, EditClass.REWRITE) else 0.09
    return Lot(
        at,
        request,
        chance.choice(request.asks),
        arm,
        became,
        model,
        chance.randrange(3),
        None if chance.random() < 0.06 else seconds,
        chance.randrange(12, 260),
        chance.random() < again,
        chance.choices((1, 0, -1, None), (18, 4, 3, 75))[0],
        chance.randrange(1000),
    )


def _became(chance: Random, request: Request, model: int) -> EditClass:
    """Later models came nearer: some of what was rewritten or discarded was sent lightly edited."""
    became = chance.choices(tuple(request.odds), tuple(request.odds.values()))[0]
    if became in (EditClass.REWRITE, EditClass.DISCARDED) and request.intent != "damaged":
        return EditClass.LIGHT if chance.random() < 0.3 * model else became
    if became is EditClass.MODERATE and chance.random() < 0.25 * model:
        return EditClass.AS_IS
    return became
