"""CSS values worked out: variables, arithmetic, and colours in every notation there is."""

from __future__ import annotations

import colorsys
import math
import re
from collections.abc import Callable, Mapping

RGB = tuple[int, int, int]
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "%": 0.16,
    "vw": 10.0,
    "vh": 10.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "ex": 8.0,
    "ch": 8.0,
}
_PARTS = re.compile(r"\s*([+-]?\d*\.?\d+(?:e[+-]?\d+)?)([a-z%]*)|\s*([a-z-]+\(|[()+*/,-])")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_REACHED = re.compile(r"\b(?:calc|min|max|clamp)\(")
_COLOUR = re.compile(r"(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(([^()]*)\)")
_ROUNDS, _LONGEST, _MOST = 8, 300, 400
_GREY = 0.02


def resolved(style: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """The declarations with their `var(--x, otherwise)` and arithmetic worked out.

    Lengths that were worked out are in pixels, 16 to an em and 1,000 to the window. What cannot be
    worked out is left as it is written.
    """
    return {name: _worked_out(_filled(value, variables)) for name, value in style.items()}


def inherited(around: Mapping[str, str], style: Mapping[str, str]) -> Mapping[str, str]:
    """The variables that hold where `style` holds: its own before those `around` it.

    More than a mail has a use for are left out, and so are long ones.
    """
    own = {k: v for k, v in style.items() if k.startswith("--") and len(v) <= _LONGEST}
    return {**around, **own} if own and len(around) + len(own) <= _MOST else around


def rgb_of(value: str) -> RGB | None:
    """Red, green and blue of a colour function; None for what is none or cannot be known.

    Of the perceptual spaces only greys are known: words are hidden in white or black.
    """
    match = _COLOUR.match(value.strip())
    if not match:
        return None
    parts = re.split(r"[\s,]+", match[2].partition("/")[0].strip())
    space = match[1]
    if space == "color":
        parts = parts[1:] if parts[:1] == ["srgb"] else []
    read = [_part(each) for each in parts[:3]]
    if len(read) < 3:
        return None
    return _SPACES[space](*read)


def _filled(value: str, variables: Mapping[str, str]) -> str:
    """`value` without variables; one that leads back to itself is worth what stands in for it."""
    filled = value
    for _ in range(_ROUNDS):
        if "var(" not in filled or len(filled) > _LONGEST:
            return filled
        filled = _VARIABLE.sub(lambda match: variables.get(match[1], _instead(match)), filled)
    return _VARIABLE.sub(_instead, value)


def _instead(variable: re.Match[str]) -> str:
    return (variable[2] or "").strip()


def _worked_out(value: str) -> str:
    if not _REACHED.search(value) or len(value) > _LONGEST:
        return value
    try:
        number, has_unit = _Sum(value).total()
    except (ValueError, ZeroDivisionError, IndexError, OverflowError, RecursionError):
        return value
    return f"{number:.4f}{'px' if has_unit else ''}"


class _Sum:
    """One pass over an expression: sums of products of numbers, brackets and functions."""

    def __init__(self, text: str) -> None:
        self._parts: list[tuple[str, str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            match = _PARTS.match(text, at)
            if not match:
                raise ValueError(text)
            self._parts.append((match[1] or "", match[2] or "", match[3] or ""))
            at = match.end()
        self._at = 0
        self._has_unit = False

    def total(self) -> tuple[float, bool]:
        """The value and whether any of its numbers has a unit; raises ValueError if it is none."""
        value = self._sum()
        if self._at != len(self._parts) or not math.isfinite(value):
            raise ValueError
        return value, self._has_unit

    def _sum(self) -> float:
        value = self._product()
        while self._sign() in ("+", "-") or self._is_signed():
            sign = "+" if self._is_signed() else self._take()
            value += self._product() if sign == "+" else -self._product()
        return value

    def _product(self) -> float:
        value = self._one()
        while self._sign() in ("*", "/"):
            value = value * self._one() if self._take() == "*" else value / self._one()
        return value

    def _one(self) -> float:
        number, unit, sign = self._parts[self._at]
        self._at += 1
        if number:
            self._has_unit |= bool(unit)
            return float(number) * _PIXELS[unit] if unit in _PIXELS else _unknown(unit)
        if sign == "-":
            return -self._one()
        if not sign.endswith("("):
            raise ValueError(sign)
        given = [self._sum()]
        while self._sign() == ",":
            self._take()
            given.append(self._sum())
        if self._take() != ")":
            raise ValueError
        return _FUNCTIONS[sign](given) if sign in _FUNCTIONS else _unknown(sign)

    def _sign(self) -> str:
        return self._parts[self._at][2] if self._at < len(self._parts) else ""

    def _is_signed(self) -> bool:
        """Whether a number with its own sign follows: "1px -1px"."""
        return self._at < len(self._parts) and self._parts[self._at][0][:1] in ("+", "-")

    def _take(self) -> str:
        self._at += 1
        return self._parts[self._at - 1][2]


def _unknown(what: str) -> float:
    raise ValueError(what)


def _clamped(given: list[float]) -> float:
    least, wanted, most = given
    return max(least, min(wanted, most))


_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "(": sum,
    "calc(": sum,
    "min(": min,
    "max(": max,
    "clamp(": _clamped,
}


def _part(text: str) -> tuple[float, str]:
    match = re.fullmatch(r"([+-]?\d*\.?\d+)(%|deg|turn|rad)?", text)
    return (float(match[1]), match[2] or "") if match else (0.0, "")


_Part = tuple[float, str]


def _share(part: _Part, whole: float) -> float:
    """A part of `whole`, in per cent or as it is, from 0 to 1."""
    number, unit = part
    return min(1.0, max(0.0, number / (100 if unit == "%" else whole)))


def _rgb(red: _Part, green: _Part, blue: _Part) -> RGB:
    return _bytes(_share(red, 255), _share(green, 255), _share(blue, 255))


def _srgb(red: _Part, green: _Part, blue: _Part) -> RGB:
    return _bytes(_share(red, 1), _share(green, 1), _share(blue, 1))


def _hsl(hue: _Part, saturation: _Part, lightness: _Part) -> RGB:
    turn = _turn(hue)
    return _bytes(*colorsys.hls_to_rgb(turn, _share(lightness, 100), _share(saturation, 100)))


def _hwb(hue: _Part, white: _Part, black: _Part) -> RGB:
    light, dark = _share(white, 100), _share(black, 100)
    if light + dark >= 1:
        grey = light / (light + dark)
        return _bytes(grey, grey, grey)
    pure = colorsys.hls_to_rgb(_turn(hue), 0.5, 1)
    red, green, blue = (each * (1 - light - dark) + light for each in pure)
    return _bytes(red, green, blue)


def _turn(hue: _Part) -> float:
    number, unit = hue
    return {"turn": number, "rad": number / math.tau}.get(unit, number / 360) % 1


def _lab(lightness: _Part, one: _Part, other: _Part) -> RGB | None:
    if max(abs(one[0]), abs(other[0])) > 100 * _GREY:
        return None
    light = _share(lightness, 100)
    return _grey(((100 * light + 16) / 116) ** 3 if light > 0.08 else 100 * light / 903.3)


def _lch(lightness: _Part, chroma: _Part, _hue: _Part) -> RGB | None:
    return _lab(lightness, chroma, (0.0, ""))


def _oklab(lightness: _Part, one: _Part, other: _Part) -> RGB | None:
    if max(abs(one[0]), abs(other[0])) > _GREY:
        return None
    return _grey(_share(lightness, 1) ** 3)


def _oklch(lightness: _Part, chroma: _Part, _hue: _Part) -> RGB | None:
    return _oklab(lightness, chroma, (0.0, ""))


def _grey(linear: float) -> RGB:
    """IEC 61966-2-1: from linear light to sRGB."""
    light = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return _bytes(light, light, light)


def _bytes(red: float, green: float, blue: float) -> RGB:
    return round(255 * min(1, red)), round(255 * min(1, green)), round(255 * min(1, blue))


_SPACES = {
    "rgb": _rgb,
    "color": _srgb,
    "hsl": _hsl,
    "hwb": _hwb,
    "lab": _lab,
    "lch": _lch,
    "oklab": _oklab,
    "oklch": _oklch,
}
