"""Static files: bundles with content-hashed names, compressed once, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, g, request
from werkzeug.wrappers import Response

from shopapp.config import ROOT
from shopapp.web.access import public

STATIC = ROOT / "static"
STYLES = (
    "tokens",
    "base",
    "components",
    "lists",
    "queue",
)  # every page; what else lies there is a page's own
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
assets = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    name: str
    content: bytes

    @cached_property
    def compressed(self) -> bytes:
        """The content gzipped, deterministically."""
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def url_name(self) -> str:
        """The name with 36 bits of the content's sha256 in it, as six letters of base64."""
        digest = urlsafe_b64encode(hashlib.sha256(self.content).digest())[:6].decode()
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{digest}.{ending}"

    @property
    def kind(self) -> str:
        """The media type."""
        return KINDS[self.name.rpartition(".")[2]]


def load() -> dict[str, Asset]:
    """Every asset by its plain name: the two bundles, what single pages add, htmx, the pictures."""
    found = [
        Asset("app.css", _joined(STATIC / "css" / f"{name}.css" for name in STYLES)),
        Asset("app.js", _in_blocks((STATIC / "js").glob("*.js"))),
        *(Asset(path.name, path.read_bytes()) for path in _styles_of_pages()),
        *(Asset(f"{page}.js", _in_blocks(paths)) for page, paths in _scripts_of_pages()),
        Asset("htmx.js", next(STATIC.glob("vendor/htmx-*.min.js")).read_bytes()),
        *(Asset(name, (STATIC / name).read_bytes()) for name in ("icons.svg", "favicon.svg")),
    ]
    return {asset.name: asset for asset in found}


def install(app: Flask) -> None:
    """Load the assets and serve them below /static."""
    app.extensions["shopapp_assets"] = load()
    app.register_blueprint(assets, url_prefix="/static")


def asset(name: str) -> str:
    """The URL of an asset; in development the files are read afresh for each page."""
    if current_app.config["SHOPAPP"].development and "assets_read" not in g:
        g.assets_read = True
        current_app.extensions["shopapp_assets"] = load()
    found: Asset = current_app.extensions["shopapp_assets"][name]
    return f"/static/{found.url_name}"


@assets.get("/<name>")
@public
def static_file(name: str) -> Response:
    """One asset by its hashed name; a name with an old hash gets today's file, uncached."""
    stem, _, ending = name.rpartition(".")
    plain = f"{stem.rpartition('.')[0] or stem}.{ending}"
    found: Asset | None = current_app.extensions["shopapp_assets"].get(plain)
    if found is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.compressed if packed else found.content, mimetype=found.kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    if name == found.url_name:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _styles_of_pages() -> list[Path]:
    return sorted(path for path in (STATIC / "css").glob("*.css") if path.stem not in STYLES)


def _scripts_of_pages() -> list[tuple[str, list[Path]]]:
    """Each page's scripts: composer.js and what belongs to it, composer-panel.js, are one file."""
    paths = sorted((STATIC / "js" / "pages").glob("*.js"), key=_page_of)
    return [(page, list(group)) for page, group in groupby(paths, _page_of)]


def _page_of(path: Path) -> str:
    return path.stem.partition("-")[0]


def _in_blocks(scripts: Iterable[Path]) -> bytes:
    """The scripts one after another, each with names of its own."""
    return b"".join(b"{\n%b\n}\n" % path.read_bytes() for path in sorted(scripts))


def _joined(paths: Iterable[Path]) -> bytes:
    return b"\n".join(path.read_bytes() for path in paths)
