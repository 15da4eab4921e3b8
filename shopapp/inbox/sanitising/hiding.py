"""Text that a mail carries but does not show: found, named and taken out before anyone prompts."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from shopapp.inbox.sanitising.css import ROOT, Colour, Rules, colour, declarations, style_rules
from shopapp.inbox.sanitising.css_values import inherited, resolved
from shopapp.inbox.sanitising.markup import Token, clean_text, readable, tokens, well_formed
from shopapp.inbox.sanitising.plain import plain_text

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb"
)
_INVISIBLES = re.compile(f"[{_INVISIBLE}\U000e0000-\U000e007f\U000e0100-\U000e01ef]")
_RUN = re.compile(f"[{_INVISIBLE}\u200c\u200d]{{8,}}")
_TAGS = re.compile("[\U000e0020-\U000e007e]{2,}")
_NOTHING = re.compile(r"[+-]?0*(?:\.0+)?(?:px|pt|em|rem|%|in|cm|mm|vh|vw|ex|ch)?")
_TINY = re.compile(r"0*(?:1(?:\.0+)?|0?\.\d+)(?:px|pt)|0?\.0?[0-2]\d*(?:em|rem)|[0-9]%")
_TURNED = re.compile("[\u202d\u202e][^\u202c\n]{3,}")
_CARRIED = re.compile("[\U000e0100-\U000e01ef]{2,}")
_FAINT = re.compile(r"0*(?:\.0\d*)?%?|0*[1-4](?:\.\d+)?%")
_CLIPPED = re.compile(r"inset\((?:100|[5-9]\d)%|circle\(0|polygon\(0 0,? 0 0")
_SHRUNK = re.compile(r"scale[xy]?\(\s*0*(?:\.0\d*)?\s*[,)]|translate[xy]?\(\s*-\d{3,}")
_CLEAR = re.compile(
    r"(?:rgb|hsl)a?\([^)]*[,/]\s*0*(?:\.0\d*)?%?\s*\)|#[0-9a-f]{6}0[0-9a-f]|#[0-9a-f]{3}0"
)
_TOLD_ALT = 8
_FAR_AWAY = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem)?")


_PLACES = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")


@dataclass(frozen=True, slots=True)
class _Look:
    """How text is drawn at one place: hidden or not, its colour and the colour behind it."""

    is_hidden: bool = False
    ink: Colour = (0, 0, 0)
    paper: Colour = (255, 255, 255)
    variables: Mapping[str, str] = field(default_factory=dict)


def hidden_text(html: str) -> tuple[str, ...]:
    """What the HTML says without showing it, in order of appearance.

    Covers `display: none` and its relatives, zero and tiny sizes, ink on paper of the same colour,
    places off the page, the `hidden` attribute, rules of the mail's own style sheets, sentences in
    comments, long descriptions of pictures, and what `hidden_in_plain` finds.
    """
    shown, hidden = _split(html)
    return (*hidden, *_comments(html), *hidden_in_plain(shown))


def hidden_in_plain(text: str) -> tuple[str, ...]:
    """What plain text says without showing it: words spelled in tag characters, long runs of
    zero-width ones, words in variation selectors, lines whose direction is turned round."""
    spelled = ["".join(chr(ord(each) - 0xE0000) for each in run) for run in _TAGS.findall(text)]
    runs = [f"({len(run)} zero-width characters)" for run in _RUN.findall(text)]
    carried = ["".join(map(_byte, run)) for run in _CARRIED.findall(text)]
    return (*spelled, *runs, *carried, *(run[1:].strip() for run in _TURNED.findall(text)))


def visible_plain(text: str) -> str:
    """Plain text without what it hides, and without invisible characters by themselves."""
    return _INVISIBLES.sub("", _RUN.sub("", text))


def _byte(selector: str) -> str:
    """The character a variation selector smuggles: VS17 is byte 16 and so on."""
    return chr(ord(selector) - 0xE0100 + 16)


def visible_text(html: str) -> str:
    """The plain text of the HTML without anything `hidden_text` names: what may enter a prompt."""
    shown, _ = _split(html)
    return visible_plain(plain_text(shown))


def _split(html: str) -> tuple[str, list[str]]:
    """The markup without its hidden runs of text, and those runs."""
    page = readable(html)
    markup, rules = well_formed(page), style_rules(page)
    shown: list[str] = []
    hidden: list[str] = []
    looks = [_body(page, rules)]
    for token in tokens(markup):
        source = markup[token.start : token.end]
        _follow(token, looks, rules)
        if token.kind == "text" and looks[-1].is_hidden:
            hidden.append(" ".join(entities.unescape(source).split()))
        elif token.kind == "open" and token.name == "img":
            hidden += _told(token.attributes.get("alt", ""))
        else:
            shown.append(source)
    return "".join(shown), [text for text in hidden if _INVISIBLES.sub("", text).strip()]


def _told(alt: str) -> list[str]:
    """What stands for a picture is read by nobody who sees it: long ones are no description."""
    return [" ".join(alt.split())] if len(alt.split()) >= _TOLD_ALT else []


def _follow(token: Token, looks: list[_Look], rules: Rules) -> None:
    if token.kind == "open" and not token.is_void:
        looks.append(_look(token.name, token.attributes, looks[-1], rules))
    elif token.kind == "close" and len(looks) > 1:
        looks.pop()


def _look(name: str, attributes: dict[str, str], around: _Look, rules: Rules) -> _Look:
    written = {**rules.of(name, attributes), **declarations(attributes.get("style", ""))}
    variables = inherited(around.variables, written)
    style = resolved(written, variables)
    ink = colour(style.get("color", attributes.get("color", "")), around.ink)
    behind = _background(style, attributes)
    paper = ink if behind == "currentcolor" else colour(behind, around.paper)
    look = replace(around, ink=ink, paper=paper, variables=variables)
    if around.is_hidden or "hidden" in attributes or _is_hiding(style):
        return replace(look, is_hidden=True)
    return replace(look, is_hidden=_same(ink, paper) or _is_small(style, attributes))


def _background(style: dict[str, str], attributes: dict[str, str]) -> str:
    if "url(" in style.get("background", "") + style.get("background-image", ""):
        return "picture"
    return style.get("background-color", style.get("background", attributes.get("bgcolor", "")))


def _is_hiding(style: dict[str, str]) -> bool:
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") == "all"
        or bool(_FAINT.fullmatch(style.get("opacity", "1")))
        or style.get("color") == "transparent"
        or bool(_CLEAR.fullmatch(style.get("color", "")))
        or bool(re.match(r"rect\((?:0|1px)", style.get("clip", "")))
        or bool(_CLIPPED.match(style.get("clip-path", "")))
        or bool(_SHRUNK.search(style.get("transform", "")))
        or "opacity(0" in style.get("filter", "")
        or any(_FAR_AWAY.fullmatch(style.get(key, "")) for key in _PLACES)
    )


def _is_small(style: dict[str, str], attributes: dict[str, str]) -> bool:
    size = style.get("font-size", "1em")
    if _NOTHING.fullmatch(size) or _TINY.fullmatch(size) or attributes.get("size") == "0":
        return True
    is_cut = style.get("overflow", "") in {"hidden", "clip"}
    sides = ("height", "max-height", "width", "max-width")
    return is_cut and any(_NOTHING.fullmatch(style.get(side, "1px")) for side in sides)


def _same(ink: Colour, paper: Colour) -> bool:
    """Too close to read; an unknown colour (a picture, a name we do not know) is never the same."""
    if ink is None or paper is None:
        return False
    return sum(abs(one - other) for one, other in zip(ink, paper, strict=True)) <= 24


def _body(page: str, rules: Rules) -> _Look:
    """What `<body>` says about ink and paper: the balanced markup has lost that tag."""
    found = re.search(r"(?i)<body\b([^<>]{0,2000})>", page)
    pairs = re.findall(
        r"(?i)([a-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", found[1] if found else ""
    )
    attributes = {name.lower(): entities.unescape(a or b or c) for name, a, b, c in pairs}
    attributes["color"] = attributes.get("text", "")
    root = {**rules.of(ROOT, {}), **rules.of("html", {})}
    outside = _Look(variables=inherited({}, root))
    look = _look("body", attributes, outside, rules)
    return replace(look, is_hidden=False)


def _comments(html: str) -> Iterator[str]:
    """Comments that read like sentences; conditional ones and bits of markup are everyday noise."""
    html = clean_text(readable(html))
    at = html.find("<!--")
    while at >= 0:
        end = html.find("-->", at + 4)
        text = " ".join(html[at + 4 : end if end >= 0 else len(html)].split())
        if len(text.split()) >= 3 and not re.search(r"[<>{}]|^\[|\[(?:end)?if", text):
            yield text
        at = html.find("<!--", end) if end >= 0 else -1
