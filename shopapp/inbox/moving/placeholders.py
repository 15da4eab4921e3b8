"""Other help desks' variables as ours: what has a match is renamed, the rest is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_FALLBACK = re.compile(r"(?i)\b(?:fallback|default)\s*(?:=|\()\s*[\"']?([^\"')|}]*)")
_FIRST = re.compile(r"\[0\]")
_SHARP = re.compile(r"#(?=\{\{order\.name\}\})")
_UNFIT = re.compile(r"[{}|]+")

ANGLED = re.compile(r"\{\{\s*(?P<name>[^{}|]+?)\s*(?P<rest>\|[^{}]*)?\}\}")
"""`{{name|filter}}`: Gorgias, Zendesk."""
PERCENT = re.compile(r"\{%\s*(?P<name>[^{},%]+?)\s*(?P<rest>,[^{}%]*)?%\}")
"""`{%name,fallback=words%}`: Help Scout."""


class Translated(NamedTuple):
    """A text with our variables, and the names that have no match, each once."""

    text: str
    missed: tuple[str, ...]


def translate(text: str, names: Mapping[str, str], pattern: re.Pattern[str]) -> Translated:
    """Rename what `names` knows (lower case; a first item's `[0]` is left out there).

    Filters are dropped, a fallback is kept.
    """
    missed: list[str] = []

    def renamed(match: re.Match[str]) -> str:
        theirs = match["name"].strip()
        ours = names.get(_FIRST.sub("", theirs).lower())
        if ours is None:
            missed.append(theirs)
            return "{{" + _UNFIT.sub(" ", theirs) + "}}"
        fallback = _FALLBACK.search(match["rest"] or "")
        return "{{" + ours + (f"|{fallback[1].strip()}" if fallback else "") + "}}"

    return Translated(
        _SHARP.sub("", pattern.sub(renamed, text)).strip(), tuple(dict.fromkeys(missed))
    )
