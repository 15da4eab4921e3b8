"""Sections: a long article cut where its headings and paragraphs are, so that a part can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from shopapp.drafts.grounding import Passage, PassageKind

LONG = 900
"""Characters from which on an article is cut; a section is cut between paragraphs at twice that."""
ARTICLES = (PassageKind.ARTICLE, PassageKind.POLICY)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_BLANK = re.compile(r"\n[ \t]*\n")


def sections(passage: Passage) -> tuple[tuple[str, Passage], ...]:
    """(heading, the passage with that section as its body); one without a heading if it is short.

    Only articles and policies are cut: a macro or a reply is used whole.
    """
    if passage.kind not in ARTICLES or len(passage.body) <= LONG:
        return (("", passage),)
    found = [
        (heading, replace(passage, body=part))
        for heading, text in _by_heading(passage.body)
        for part in _parts(text)
    ]
    return tuple(found) or (("", passage),)


def _by_heading(body: str) -> Iterator[tuple[str, str]]:
    """Headings inside a code block are none."""
    fences = [(fence.start(), fence.end()) for fence in _FENCE.finditer(body)]
    heads = [
        head
        for head in _HEADING.finditer(body)
        if not any(start <= head.start() < end for start, end in fences)
    ]
    yield "", body[: heads[0].start() if heads else len(body)]
    ends = [*(head.start() for head in heads[1:]), len(body)]
    for head, end in zip(heads, ends, strict=bool(heads)):
        yield head[1], body[head.end() : end]


def _parts(text: str) -> Iterator[str]:
    """Whole paragraphs, as many as go into twice LONG characters; nothing for nothing."""
    room, held = 2 * LONG, ""
    for paragraph in (each.strip() for each in _BLANK.split(text)):
        if held and len(held) + len(paragraph) > room:
            yield held
            held = ""
        held = f"{held}\n\n{paragraph}".strip()
    if held:
        yield held
