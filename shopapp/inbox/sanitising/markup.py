"""Any HTML as balanced markup, and that markup as a flat run of tokens."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import nh3

MAX_HTML = 500_000
"""Characters of HTML that are read; what follows is left to the raw mail."""

MAX_PICTURE = 200_000
"""Characters of a `data:` picture that is shown."""

MAX_NESTING = 500
"""Elements inside elements; deeper markup is read as bare text: trees cost their depth squared."""


def words(text: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(text.split())


KEPT_TAGS = words(
    "a abbr address article aside b big blockquote br caption center cite code col colgroup dd del"
    " details dfn dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6"
    " header hr i img ins kbd label legend li main mark menu nav ol p pre q s samp section small"
    " span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var"
)
DROPPED_WITH_CONTENT = words(
    "applet audio canvas datalist embed head iframe map math noembed noframes object script select"
    " style svg template textarea title video xmp"
)
CLOSED_BY_THEMSELVES = words(
    "area base br col dd dt embed hr img input li link meta o:p option p source td th tr wbr"
)
ATTRIBUTES = words(
    "align bgcolor class color data-marker dir height hidden href id name size src style type width"
)

_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+=\"[^\"]*\")*)\s*/?>|[^<]+|<")
_BIG_PICTURE = re.compile(
    rf"(?i)data:[a-z]{{1,20}}/[a-z0-9.+-]{{1,40}};base64,[a-z0-9+/=\s%]{{{MAX_PICTURE},}}"
)
_ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")
_VOID = frozenset({"br", "col", "hr", "img"})


@dataclass(frozen=True, slots=True)
class Token:
    """One opening tag, closing tag or run of text; `start` and `end` are offsets in the markup."""

    kind: str
    name: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def is_void(self) -> bool:
        return self.name in _VOID

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").lower().split())


def clean_text(text: str) -> str:
    """The text without NULs and lone surrogates, which neither UTF-8 nor PostgreSQL can hold."""
    return text.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def without_big_pictures(html: str) -> str:
    """The HTML without `data:` pictures too big to show, which would use up what is read."""
    return _BIG_PICTURE.sub("data:,", html)


def readable(html: str) -> str:
    """The HTML within its limits: cut at MAX_HTML, and as bare text where it nests too deep."""
    html = clean_text(without_big_pictures(html)[:MAX_HTML])
    return html if _nesting(html) <= MAX_NESTING else entities.escape(_bare(html))


def well_formed(html: str) -> str:
    """Balanced markup with every attribute value in double quotes.

    Kept for reading only, never for showing: classes, ids and styles are still in it.
    """
    return nh3.clean(
        readable(html),
        tags=set(KEPT_TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={"*": set(ATTRIBUTES), "img": {"alt", "src", *ATTRIBUTES}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
    )


def tokens(markup: str) -> Iterator[Token]:
    """The tokens of well-formed markup, in order; text stays escaped in the markup itself."""
    for found in _TOKEN.finditer(markup):
        closing, name, attributes = found.groups()
        if name is None:
            yield Token("text", "", found.start(), found.end())
        elif closing:
            yield Token("close", name, found.start(), found.end())
        else:
            values = {
                key: entities.unescape(value) for key, value in _ATTRIBUTE.findall(attributes)
            }
            yield Token("open", name, found.start(), found.end(), values)


def rewrite_tags(markup: str, changes: Mapping[str, Callable[[Token], str]]) -> str:
    """The markup with opening tags replaced by what `changes`, by tag name, answer for them."""
    parts: list[str] = []
    for token in tokens(markup):
        change = changes.get(token.name) if token.kind == "open" else None
        parts.append(change(token) if change else markup[token.start : token.end])
    return "".join(parts)


def _nesting(html: str) -> int:
    depth = deepest = 0
    for closing, name in _RAW_TAG.findall(html):
        if name.lower() in CLOSED_BY_THEMSELVES:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _bare(html: str) -> str:
    return re.sub(r"<[^<>]*>", " ", html)
