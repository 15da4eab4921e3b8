"""The curve of click rates as a picture: where every line and label stands."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from shopapp.seo.rules.wording import percent

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 14, 26
_TICKS = (0.005, 0.02, 0.05, 0.10, 0.20, 0.30, 0.50, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The curve in a box of width × height; heights grow with the square root of the rate, so
    that the second page of results can be told from nothing."""

    points: str
    area: str
    here: tuple[float, float]
    usual: tuple[float, float]
    rows: list[tuple[str, str]]
    across: list[Tick]
    up: list[Tick]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM


def picture(held: dict[str, Any]) -> Picture | None:
    """The picture of an insight's evidence; None when it holds no curve."""
    rates: list[float] = held.get("curve", [])
    if not rates:
        return None
    position, rate = float(held["position"]), float(held["ctr"])
    usual = float(held["expected_ctr"])
    top = max(*rates, rate) * 1.06
    points = [_point(at, each, top) for at, each in enumerate(rates, start=1)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Picture(
        points=drawn,
        area=f"{points[0][0]},{HEIGHT - _BOTTOM} {drawn} {points[-1][0]},{HEIGHT - _BOTTOM}",
        here=_point(position, rate, top),
        usual=_point(position, usual, top),
        rows=[(str(at), percent(each)) for at, each in enumerate(rates, start=1)],
        across=[Tick(_point(at, 0, top)[0], str(at)) for at in (1, 5, 10, 15, 20)],
        up=[
            Tick(_point(1, each, top)[1], f"{each:.1%}".replace(".0%", "%"))
            for each in _TICKS
            if each <= top
        ],
        words=f"Position {position:.1f}: {percent(rate)}, usually {percent(usual)}",
    )


def _point(position: float, rate: float, top: float) -> tuple[float, float]:
    x = _LEFT + (min(max(position, 1), 20) - 1) / 19 * (WIDTH - _LEFT - _RIGHT)
    y = HEIGHT - _BOTTOM - sqrt(max(rate, 0) / top) * (HEIGHT - _TOP - _BOTTOM)
    return round(x, 1), round(y, 1)
