"""HTML mail split into what was written and what is quoted, by the marks of many clients."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from shopapp.inbox.quoting.attributions import announcement
from shopapp.inbox.quoting.lines import Line, lines_of, walk
from shopapp.inbox.sanitising.markup import Token, tokens, well_formed

_QUOTES = re.compile(
    r"(?:x_|ecx|yiv\d+|ydp\w+?)*(?:gmail_quote(?:_container)?|yahoo_quoted|moz-cite-prefix"
    r"|moz-forward-container|protonmail_quote|tutanota_quote|zmail_extra|outlookmessageheader"
    r"|ms-outlook-mobile-reference-message|bloop_original_html|airmail_ext_on|mail_android_quote"
    r"|mailru-blockquote|spark_quote|missive_quote|freshdesk_quote|hs_reply|front-blockquote"
    r"|cloudmagic-smart-beak|mailbox_signature_quote|composequoted|replyforwardbody|edo_quote)"
)
_QUOTE_IDS = re.compile(
    r"(?:yahoo_quoted_\d+|mail_android_quote|isforwardcontent|isreplycontent|mailcontent_quote)"
)
_QUOTE_NAMES = {"quote", "messagereplysection"}
_REST_IDS = re.compile(
    r"(?i)(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling"
    r"|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-body-separator-line|outlookmessageheader|olk_src_body_section|replysplit)"
)
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1\.0pt", re.IGNORECASE
)
_MAX_LINES = 3_000


@dataclass(frozen=True, slots=True)
class HtmlReply:
    """Two stretches of one HTML text, each balanced; not sanitised: never show them as they are."""

    visible: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of the markup that is quoted, and the elements open at its ends."""

    start: int
    end: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def split_reply_html(html: str) -> HtmlReply:
    """The new HTML apart from the quoted, in time linear in the text.

    The answer is normalised markup. Everything stays visible where nothing would be left, or where
    new text stands between quotes or inside one.
    """
    markup = well_formed(html)
    cuts = _announced(markup, _cuts(markup))
    if not cuts or _is_interleaved(markup, cuts):
        return HtmlReply(markup, "")
    visible = _without(markup, cuts)
    if not _says_something(visible):
        return HtmlReply(markup, "")
    return HtmlReply(visible, "".join(_whole(markup, cut) for cut in cuts))


def _cuts(markup: str) -> list[_Cut]:
    """The outermost quoted stretches by the marks of mail programs, in order."""
    cuts: list[_Cut] = []
    since: tuple[int, tuple[str, ...]] | None = None
    for token, around in walk(markup):
        if token.kind == "open" and since is None:
            if _opens_rest(token):
                return [*cuts, _Cut(token.start, len(markup), around)]
            if _is_quote(token):
                since = (token.start, around)
        elif token.kind == "close" and since is not None and len(around) == len(since[1]):
            cuts.append(_Cut(since[0], token.end, around, around))
            since = None
    return cuts


def _announced(markup: str, cuts: list[_Cut]) -> list[_Cut]:
    """The cuts with the line that announces the first one; where there are none, what it finds."""
    lines = lines_of(markup[: cuts[0].start] if cuts else markup, _MAX_LINES)
    texts = [line.text for line in lines]
    for at in range(max(0, len(lines) - 6) if cuts else 0, len(lines)):
        length = announcement(texts, at)
        if not length:
            continue
        if not cuts:
            return [_below(markup, lines[at])]
        if at + length == len(lines):
            first = cuts[0]
            return [_Cut(lines[at].start, first.end, lines[at].before, first.after), *cuts[1:]]
    return cuts


def _below(markup: str, line: Line) -> _Cut:
    """Everything from an announcement on, or up to the end of the blockquote that follows it."""
    quote = _first_blockquote(markup, line.end)
    if quote is not None and not _says_something(markup[line.end : quote.start]):
        return _Cut(line.start, quote.end, line.before, quote.after)
    return _Cut(line.start, len(markup), line.before)


def _first_blockquote(markup: str, since: int) -> _Cut | None:
    start: tuple[int, tuple[str, ...]] | None = None
    for token, around in walk(markup):
        if token.start < since or token.name != "blockquote":
            continue
        if token.kind == "open" and start is None:
            start = (token.start, around)
        elif token.kind == "close" and start is not None and len(around) == len(start[1]):
            return _Cut(start[0], token.end, around, around)
    return None


def _is_quote(token: Token) -> bool:
    kind = token.attributes.get("type", "").lower()
    if token.name == "blockquote":
        # Gmail marks what somebody indents by hand with its class too, without this type.
        return kind == "cite" or "protonmail_quote" in token.classes
    return not token.is_void and (
        any(_QUOTES.fullmatch(each) for each in token.classes)
        or _QUOTE_IDS.fullmatch(token.attributes.get("id", "").lower()) is not None
        or token.attributes.get("name", "").lower() in _QUOTE_NAMES
    )


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
        _answers_inside(markup[cut.start : cut.end])
        for cut in cuts
        if cut.end < len(markup) or not cut.before
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
        kept = _shared(cut)
        parts.append(markup[at : cut.start])
        parts += [f"</{name}>" for name in reversed(cut.before[kept:])]
        parts += [f"<{name}>" for name in cut.after[kept:]]
        at = cut.end
    return "".join([*parts, markup[at:]])


def _shared(cut: _Cut) -> int:
    """How many elements around a cut's beginning are still around its end, as far as names tell."""
    pairs = zip(cut.before, cut.after, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other),
        min(len(cut.before), len(cut.after)),
    )


def _whole(markup: str, cut: _Cut) -> str:
    opened = "".join(f"<{name}>" for name in cut.before)
    closed = "".join(f"</{name}>" for name in reversed(cut.after))
    return f"{opened}{markup[cut.start : cut.end]}{closed}"


def _says_something(markup: str) -> bool:
    """Whether there are words or pictures in it."""
    if "<img" in markup:
        return True
    return bool(re.sub(r"<[^<>]*>|&nbsp;|[\s\u200b-\u200f\ufeff]+", "", markup))
