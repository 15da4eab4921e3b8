"""Foreign HTML made safe to show inside our pages."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable

import nh3

from shopapp.inbox.sanitising.markup import (
    DROPPED_WITH_CONTENT,
    MAX_PICTURE,
    Token,
    readable,
    rewrite_tags,
    tokens,
    words,
)

MAX_LINKS = 2_000
"""Links that stay clickable in one mail; the words of later ones stay, their address goes."""

TAGS = words(
    "a abbr address b big blockquote br caption center code col colgroup dd del div dl dt em h1 h2"
    " h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table"
    " tbody td tfoot th thead tr tt u ul var"
)
_CELL = {"align", "colspan", "rowspan", "valign"}
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"alt", "data-cid", "height", "src", "title", "width"},
    "span": {"data-remote-image"},
    "ol": {"start", "type"},
    "li": {"value"},
    "td": _CELL,
    "th": _CELL,
    "p": {"align"},
    "div": {"align"},
}
_NUMBERS = {"colspan", "height", "rowspan", "start", "value", "width"}
_LINK = re.compile(r"(?i)(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+")
_REMOTE = re.compile(r"(?i)https?://")
_DATA_IMAGE = re.compile(r"(?i)data:image/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+")
_PRE_BREAKS = re.compile(r"(<pre(?: [^<>]*)?>)\n+")
_NUMBER = re.compile(r"\d{1,4}%?")
_FORMS = frozenset({"button", "input", "optgroup", "option", "progress", "meter", "output"})


def sanitise_html(
    html: str,
    *,
    allow_remote_images: bool = False,
    cid_url: Callable[[str], str] | None = None,
) -> str:
    """The HTML with nothing in it that runs, submits, styles or names anything in our page.

    Links keep http, https, mailto and tel and open a new window without an opener. Images keep
    modest `data:` pictures; remote ones become `<span data-remote-image="">` with their alternative
    text unless allowed; `cid:` ones keep the id in `data-cid`, and get a `src` from
    `cid_url(content_id)` where that is given. Whatever styles hid in the mail is shown.
    Cleaning twice changes nothing. Never raises.
    """

    def shown(image: Token) -> str:
        return _image(image, allow_remote=allow_remote_images, cid_url=cid_url)

    shown_page = rewrite_tags(_allowed(html), {"a": _link, "img": shown})
    # Browsers drop a line end right after <pre>; dropping all of them keeps cleaning idempotent.
    return _PRE_BREAKS.sub(r"\1", shown_page)


def has_remote_images(html: str) -> bool:
    """Whether showing the HTML as it is would fetch a picture from elsewhere."""
    return any(
        token.name == "img" and _REMOTE.match(token.attributes.get("src", "").strip())
        for token in tokens(_allowed(html))
        if token.kind == "open"
    )


def _allowed(html: str) -> str:
    links = 0

    def keep(tag: str, name: str, value: str) -> str | None:
        nonlocal links
        if name in _NUMBERS:
            return value if _NUMBER.fullmatch(value.strip()) else None
        if name == "href":
            links += 1
            return value if links <= MAX_LINKS and _LINK.match(value.strip()) else None
        return "" if name == "data-remote-image" else value

    return nh3.clean(
        readable(html),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT | _FORMS),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel=None,
    )


def _link(link: Token) -> str:
    values = {name: link.attributes.get(name, "") for name in ("href", "title")}
    if values["href"]:
        values |= {"target": "_blank", "rel": "noopener noreferrer nofollow"}
    return _tag("a", {name: value for name, value in values.items() if value})


def _image(image: Token, *, allow_remote: bool, cid_url: Callable[[str], str] | None) -> str:
    source = image.attributes.get("src", "").strip()
    content_id = image.attributes.get("data-cid", "")
    if source.lower().startswith("cid:"):
        content_id = source[4:].strip().strip("<>")
    if content_id:
        address = {"src": cid_url(content_id)} if cid_url else {}
        return _picture(image, {**address, "data-cid": content_id})
    is_shown = bool(_REMOTE.match(source)) if allow_remote else False
    if is_shown or (len(source) <= MAX_PICTURE and _DATA_IMAGE.fullmatch(source)):
        return _picture(image, {"src": source})
    return _placeholder(image, is_remote=bool(_REMOTE.match(source)))


def _placeholder(image: Token, *, is_remote: bool) -> str:
    alternative = " ".join(image.attributes.get("alt", "").split())
    sizes = {image.attributes.get("width", ""), image.attributes.get("height", "")}
    if not alternative and (not is_remote or sizes & {"0", "1", "2"}):
        return ""
    words = f"Image: {alternative}" if alternative else "Image not loaded"
    mark = ' data-remote-image=""' if is_remote else ""
    return f"<span{mark}>[{entities.escape(words, quote=False)}]</span>"


def _picture(image: Token, attributes: dict[str, str]) -> str:
    kept = {name: image.attributes.get(name, "") for name in ("alt", "title", "width", "height")}
    values = {name: value for name, value in kept.items() if value}
    return _tag("img", {"alt": "", **attributes, **values})


def _tag(name: str, attributes: dict[str, str]) -> str:
    pairs = (f' {key}="{entities.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>"
