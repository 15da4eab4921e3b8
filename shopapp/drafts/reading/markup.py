"""Markup in a model's text: HTML, Markdown's images and links, scripts and variables undone."""

from __future__ import annotations

import html
import re

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NAMED = re.compile(
    r"\[([^\[\]\n]{0,500})\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?[^()\n]*\)"
)
_AUTOLINK = re.compile(
    r"<((?:https?://|mailto:|www\.)[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>", re.IGNORECASE
)
_TAG = re.compile(r"<(?:!--.*?(?:-->|$)|[/!?]?[A-Za-z][^<>]*(?:>|$))", re.DOTALL)
_SCHEMES = "javascript|vbscript|livescript|blob|file|view-source"

_UNDOING: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_AUTOLINK, "", r"\1"),
    (_TAG, "HTML", ""),
    (re.compile(r"!\[[^\]]{0,500}\](?:\([^)]*\)?|\[[^\]]*\])?"), "an image", ""),
    (_NAMED, "", r"\1 (\2)"),
    (re.compile(r"(?m)^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S.*$"), "a Markdown reference", ""),
    (re.compile(r"(?<=\])\[[^\]\n]{0,200}\]"), "a Markdown reference", ""),
    (re.compile(r"\b(?:mailto|tel|sms):(?=\S)", re.IGNORECASE), "", ""),
    (
        re.compile(r"\bdata:(?:[a-z]+/[\w.+-]+)?(?:;[\w=-]+)*,\S*", re.IGNORECASE),
        "a data: address",
        "",
    ),
    (re.compile(rf"\b(?:{_SCHEMES})\s*:\S+", re.IGNORECASE), "a script address", ""),
    (re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[^{}]*\}|\{\{|\}\}"), "a variable", ""),
)
_RUN_ON = re.compile(r"(?<=[^\W\dA-Z_]{2})\.(?=[A-ZÄÖÜÀ-ÞА-Я][^\W\dA-Z_])(?![^\s/]*[/@])")


def unmarked(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with each mark undone once, and what that took out with the reason.

    A link's words and its address both stay, side by side: whoever reads sees where it leads. A
    sentence that runs into the next ("sent.Please") gets its blank: it would pass for a host.
    """
    taken: list[tuple[str, str]] = []
    text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
    for pattern, why, instead in _UNDOING:
        if why:
            taken += [(match[0].strip(), why) for match in pattern.finditer(text)]
        text = pattern.sub(instead, text)
    return _RUN_ON.sub(". ", text), taken
