"""As much of CSS as is needed to know whether a mail hides words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shopapp.inbox.sanitising.css_values import rgb_of

Colour = tuple[int, int, int] | None
"""Red, green and blue from 0 to 255; None where it cannot be known."""

_NAMED: dict[str, Colour] = {
    "aliceblue": (240, 248, 255),
    "azure": (240, 255, 255),
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "floralwhite": (255, 250, 240),
    "ghostwhite": (248, 248, 255),
    "gray": (128, 128, 128),
    "green": (0, 128, 0),
    "grey": (128, 128, 128),
    "honeydew": (240, 255, 240),
    "ivory": (255, 255, 240),
    "mintcream": (245, 255, 250),
    "navy": (0, 0, 128),
    "red": (255, 0, 0),
    "seashell": (255, 245, 238),
    "silver": (192, 192, 192),
    "snow": (255, 250, 250),
    "white": (255, 255, 255),
    "whitesmoke": (245, 245, 245),
    "yellow": (255, 255, 0),
}
ROOT = ":root"
_SIMPLE = re.compile(r"[a-z0-9]*(?:[.#][\w-]+)?")


@dataclass(frozen=True, slots=True)
class Rules:
    """Declarations by simple selector: `p`, `.note`, `#top`, `p.note`."""

    by_selector: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        """What the style sheet declares for one element."""
        if not self.by_selector:
            return {}
        marks = [f".{each}" for each in attributes.get("class", "").lower().split()]
        marks += [f"#{attributes['id'].lower()}"] if attributes.get("id") else []
        found: dict[str, str] = {}
        for selector in [name, *marks, *(name + mark for mark in marks)]:
            found |= self.by_selector.get(selector, {})
        return found


def declarations(style: str) -> dict[str, str]:
    """`color: Red !important; margin: 0` as {"color": "red", "margin": "0"}."""
    pairs = (each.partition(":") for each in _without_comments(style).lower().split(";"))
    return {
        name.strip(): value.replace("!important", "").strip()
        for name, colon, value in pairs
        if colon and value.strip()
    }


def colour(value: str, otherwise: Colour) -> Colour:
    """The colour a value names; `otherwise` where it says nothing, None where it is unknown."""
    value = value.strip().lower()
    if value in {"", "inherit", "initial", "unset", "none", "transparent"}:
        return otherwise
    digits = re.match(r"#?([0-9a-f]{6}|[0-9a-f]{3})\b", value)
    if digits:
        return _hex(digits[1])
    if "(" in value:
        return rgb_of(value)
    return _NAMED.get(value.split()[0])


def style_rules(html: str) -> Rules:
    """The rules of the `<style>` blocks, but those inside `@media`: they do not always hold.

    Of `.note p` and its like the last part counts: more may be called hidden, never less.
    """
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in _blocks(_without_comments(_sheets(html))):
        for selector in selectors.lower().split(","):
            last = re.split(r"[\s>+~]+", selector.strip())[-1]
            if last and (last == ROOT or _SIMPLE.fullmatch(last)):
                rules.setdefault(last, {}).update(declarations(body))
    return Rules(rules)


def _hex(digits: str) -> Colour:
    pairs = [2 * each for each in digits] if len(digits) == 3 else re.findall("..", digits)
    red, green, blue = (int(pair, 16) for pair in pairs)
    return red, green, blue


def _sheets(html: str) -> str:
    parts: list[str] = []
    lower = html.lower()
    at = lower.find("<style")
    while at >= 0:
        end = lower.find("</style", at)
        if end < 0:
            break
        parts.append(html[html.find(">", at) + 1 : end])
        at = lower.find("<style", end)
    return "\n".join(parts).replace("<!--", "").replace("-->", "")


def _blocks(sheet: str) -> list[tuple[str, str]]:
    """(selectors, declarations) of the rules at the top level of a style sheet."""
    found: list[tuple[str, str]] = []
    depth, start, selectors = 0, 0, ""
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            if depth == 0:
                selectors, start = sheet[start : brace.start()].strip(), brace.end()
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                found.append((selectors, sheet[start : brace.start()]))
                start = brace.end()
    return found


def _without_comments(style: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := style.find("/*", at)) >= 0:
        parts.append(style[at:start])
        end = style.find("*/", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 2
    return "".join([*parts, style[at:]])
