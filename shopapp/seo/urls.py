"""Addresses of one page in their many spellings, brought to one form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

_END = re.compile(r"[\s/]+$")
_COLLECTION = re.compile(
    r"^(?P<before>(?:/[a-z]{2}(?:-[a-z]{2,4})?)?)/collections/[^/]+(?=/products/)"
)
_PRODUCT = re.compile(r"^(?:/[a-z]{2}(?:-[a-z]{2,4})?)?/products/(?P<handle>[^/]+)$")
_TRACKING = re.compile(
    r"utm_.*|gclid|gbraid|wbraid|gad_.*|dclid|fbclid|msclkid|ttclid|twclid|yclid|mc_[ce]id|_ga|_gl"
    r"|srsltid|ref|pr_.*|_pos|_sid|_ss|_psq|_fid|_v|_kx|currency|country|shpxid|epik|irclickid"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A page's address. `key` is equal for all spellings of the same page; `traits` are what
    this spelling adds: insecure, www, slash, variant, collection, tracking, fragment."""

    key: str
    host: str
    path: str
    traits: frozenset[str]


def read(url: str) -> Address:
    """The address in its one form: no scheme, no www, no closing slash, no collection before a
    product, no variant, no tracking, no fragment, other parameters sorted."""
    parts = _split(url)
    host = (parts.netloc or "").lower().removesuffix(":443").removesuffix(":80")
    path = _COLLECTION.sub(r"\g<before>", parts.path)
    bare = _END.sub("", path) or "/"
    kept, dropped = _parameters(parts.query)
    traits = {
        "insecure": parts.scheme.lower() == "http",
        "www": host.startswith("www."),
        "slash": path != "/" and path.endswith("/"),
        "variant": "variant" in dropped,
        "collection": path != parts.path,
        "tracking": bool(dropped - {"variant"}),
        "fragment": bool(parts.fragment),
    }
    shown = bare + (f"?{kept}" if kept else "")
    return Address(
        key=host.removeprefix("www.") + shown,
        host=host,
        path=shown,
        traits=frozenset(name for name, is_so in traits.items() if is_so),
    )


def path_of(url: str) -> str:
    """The address without scheme and host, as people say it: '/products/tide-mug'."""
    parts = _split(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def product_handle(url: str) -> str | None:
    """The handle of the product the page shows, if it is a product's page."""
    found = _PRODUCT.match(read(url).path.partition("?")[0])
    return unquote(found["handle"]) if found else None


def is_home(url: str) -> bool:
    """Whether it is the shop's first page, which mostly those reach who look for the brand."""
    return bool(re.fullmatch(r"/(?:[a-z]{2}(?:-[a-z]{2,4})?)?", read(url).path))


def _split(url: str) -> SplitResult:
    """The parts of an address; one that is none at all is a path."""
    try:
        return urlsplit(url.strip())
    except ValueError:
        return SplitResult("", "", url, "", "")


def _parameters(query: str) -> tuple[str, set[str]]:
    kept, dropped = [], set()
    for name, value in parse_qsl(query, keep_blank_values=True):
        low = name.lower()
        if low == "variant" or _TRACKING.fullmatch(low):
            dropped.add(low)
        else:
            kept.append((name, value))
    return urlencode(sorted(kept)), dropped
