"""A macro or an article as the seeds write it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Text:
    """A title, a body, and for a macro its tags: intents, and order statuses that limit it."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    url: str | None = None


def macro(title: str, tags: str, body: str) -> Text:
    """A macro; `tags` are separated by blanks."""
    return Text(title, dedent(body).strip(), tuple(tags.split()))


def article(title: str, url: str, body: str) -> Text:
    """An article at `url`."""
    return Text(title, dedent(body).strip(), url=url)
