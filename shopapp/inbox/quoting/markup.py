"""HTML mail split into what was written and what is quoted, by the marks of many clients."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from shopapp.inbox.sanitising.markup import Token, tokens, well_formed, words

_QUOTE_CLASSES = words(
    "gmail_quote gmail_quote_container x_gmail_quote yahoo_quoted moz-cite-prefix protonmail_quote"
    " tutanota_quote zmail_extra ms-outlook-mobile-reference-message outlookmessageheader"
)
_REST_IDS = re.compile(
    r"(?i)(?:x_)?(?:divrplyfwdmsg|appendonsend|stopspelling"
    r"|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-body-separator-line|outlookmessageheader)"
)
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1\.0pt", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class HtmlReply:
    """Two stretches of one HTML text, each balanced; not sanitised: never show them as they are."""

    visible: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of the markup that is quoted, and the names of the elements around it."""

    start: int
    end: int
    around: tuple[str, ...] = ()


def split_reply_html(html: str) -> HtmlReply:
    """The new HTML apart from the quoted, in time linear in the text.

    The answer is normalised markup. Everything stays visible where nothing would be left, or where
    new text stands between quotes or inside one.
    """
    markup = well_formed(html)
    cuts = _cuts(markup)
    if not cuts or _is_interleaved(markup, cuts):
        return HtmlReply(markup, "")
    visible = _without(markup, cuts)
    if not _says_something(visible):
        return HtmlReply(markup, "")
    return HtmlReply(visible, "".join(_whole(markup, cut) for cut in cuts))


def _cuts(markup: str) -> list[_Cut]:
    """The outermost quoted stretches, in order."""
    cuts: list[_Cut] = []
    around: list[str] = []
    since: tuple[int, int] | None = None
    for token in tokens(markup):
        if token.kind == "open":
            if since is None and _opens_rest(token):
                return [*cuts, _Cut(token.start, len(markup), tuple(around))]
            if since is None and _is_quote(token):
                since = (token.start, len(around))
            if not token.is_void:
                around.append(token.name)
        elif token.kind == "close" and around:
            around.pop()
            if since is not None and len(around) == since[1]:
                cuts.append(_Cut(since[0], token.end))
                since = None
    return cuts


def _is_quote(token: Token) -> bool:
    is_cited = token.name == "blockquote" and token.attributes.get("type", "").lower() == "cite"
    return not token.is_void and (is_cited or bool(token.classes & _QUOTE_CLASSES))


def _opens_rest(token: Token) -> bool:
    """A mark after which everything is quoted."""
    style = token.attributes.get("style", "")
    return (
        _REST_IDS.fullmatch(token.attributes.get("id", "")) is not None
        or token.attributes.get("data-marker") == "__DIVIDER__"
        or (token.name == "div" and _OUTLOOK_RULE.search(style) is not None)
    )


def _is_interleaved(markup: str, cuts: list[_Cut]) -> bool:
    """Whether new text stands between two quotes, or between blockquotes inside one."""
    gaps = (markup[one.end : other.start] for one, other in pairwise(cuts))
    return any(_says_something(gap) for gap in gaps) or any(
        _answers_inside(markup[cut.start : cut.end]) for cut in cuts if not cut.around
    )


def _answers_inside(quote: str) -> bool:
    """Words after a blockquote, outside of any: somebody answered between the lines."""
    depth = 0
    has_ended = False
    for token in tokens(quote):
        if token.name == "blockquote":
            depth += 1 if token.kind == "open" else -1
            has_ended = has_ended or depth == 0
        elif depth == 0 and has_ended and _says_something(quote[token.start : token.end]):
            return True
    return False


def _without(markup: str, cuts: list[_Cut]) -> str:
    parts: list[str] = []
    at = 0
    for cut in cuts:
        parts.append(markup[at : cut.start])
        parts += [f"</{name}>" for name in reversed(cut.around)]
        at = cut.end
    return "".join([*parts, markup[at:]])


def _whole(markup: str, cut: _Cut) -> str:
    return "".join(f"<{name}>" for name in cut.around) + markup[cut.start : cut.end]


def _says_something(markup: str) -> bool:
    """Whether there are words or pictures in it."""
    if "<img" in markup:
        return True
    return bool(re.sub(r"<[^<>]*>|&nbsp;|[\s\u200b-\u200f\ufeff]+", "", markup))
