"""Describing: the words of a product's description that a visitor of its page sees."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
_UNSEEN = {"script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg"}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]*[1-9])"
)


def words_of(html: str) -> str:
    """The text of `html` without markup, comments, and what its own styles and marks hide."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.said).split())


class _Reader(HTMLParser):
    """Collects what is said outside elements that are not shown."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append(" ")
        if tag in _VOID:
            return
        if self._hidden or tag in _UNSEEN or _is_hidden(dict(attrs)):
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.said.append(" ")
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    is_marked = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return is_marked or bool(_HIDING.search((attributes.get("style") or "").lower()))
