"""Markup: front matter, titles and sections of Markdown, and foreign HTML turned into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import nh3

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]*(.*)")
_TITLE = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
_SECOND = re.compile(r"^##[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_PAGE_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?(?:p|div|br|ul|ol|li|h[1-6]|a|b|strong|em|table|span)\b[^<>]*>", re.I)
_TAGS = frozenset(
    "a b blockquote br code dd dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre strong table tbody td"
    " th thead tr ul".split()
)
_HIDDEN = {"head", "nav", "noscript", "script", "style", "template", "title"}
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's title and its words as Markdown."""

    title: str
    markdown: str


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields between the two lines of hyphens at the top, if there are any, and the rest."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text.removeprefix("\ufeff")
    fields = (_FIELD.match(line) for line in found[1].splitlines())
    told = {field[1].lower(): field[2].strip().strip("\"'") for field in fields if field}
    return told, text[found.end() :]


def titled(text: str) -> tuple[str, str]:
    """The heading of the first level a text begins with, or "", and what follows."""
    found = _TITLE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def split(text: str) -> tuple[tuple[str, str], ...]:
    """(heading, text) for each heading of the second level; nothing when there is none.

    What stands before the first heading is an entry without one.
    """
    parts = _SECOND.split(text)
    if len(parts) == 1:
        return ()
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return tuple((heading, body.strip()) for heading, body in pairs if body.strip() or heading)


def page(html: str) -> Page:
    """A page without what runs, loads or is not read, as Markdown."""
    from markdownify import markdownify  # slow to import, and seldom needed

    found = _PAGE_TITLE.search(html)
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_HIDDEN),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    written = _BLANKS.sub("\n\n", markdownify(clean, heading_style="ATX", bullets="-")).strip()
    heading, rest = titled(written)
    told = nh3.clean(found[1], tags=set()) if found else ""
    return Page(heading or " ".join(told.split()), rest.strip() if heading else written)


def is_markup(text: str) -> bool:
    """Whether a cell holds HTML."""
    return bool(_TAG.search(text))


def is_address(url: str) -> bool:
    """Whether a link leads to a web page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not set(url) & set(" \t\n")


def named(path: str) -> str:
    """A title made of a file's name: "returns-policy.md" is "Returns policy"."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    words = " ".join(re.split(r"[-_\s]+", stem)).strip()
    return words[:1].upper() + words[1:]
