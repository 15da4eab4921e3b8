"""Static files: hashed names are kept for ever, others are never kept."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from shopapp.web import assets

NAMES = ("app.css", "app.js", "htmx.js", "icons.svg", "favicon.svg")
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def served() -> dict[str, assets.Asset]:
    return assets.load()


@pytest.mark.parametrize("name", NAMES)
def test_an_asset_is_served_whole_for_ever(
    client: FlaskClient, served: dict[str, assets.Asset], name: str
) -> None:
    answer = client.get(f"/static/{served[name].url_name}")
    assert answer.status_code == 200
    assert answer.data == served[name].content
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_packed_for_who_can_unpack(
    client: FlaskClient, served: dict[str, assets.Asset], name: str
) -> None:
    url = f"/static/{served[name].url_name}"
    packed = client.get(url, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == served[name].content
    assert packed.headers["Vary"] == "Accept-Encoding"
    plain = client.get(url, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers


def test_a_name_says_what_is_in_the_file() -> None:
    one, other = assets.Asset("a.css", b"one"), assets.Asset("a.css", b"other")
    assert re.fullmatch(r"a\.[\w-]{6}\.css", one.url_name)
    assert one.url_name != other.url_name
    assert one.compressed == assets.Asset("a.css", b"one").compressed


def test_an_old_name_gets_todays_file_but_is_not_kept(client: FlaskClient) -> None:
    for name in ("app.0123456789.css", "app.css"):
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["other.css", "..%2fconfig.py", "app.css.map", ".", "app", "%00"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_page_asks_for_todays_names(client: FlaskClient, served: dict[str, assets.Asset]) -> None:
    page = client.get("/login").text
    for name in NAMES:
        assert f"/static/{served[name].url_name}" in page


def test_every_style_sheet_and_script_is_served(served: dict[str, assets.Asset]) -> None:
    for folder, bundle in (("css", "app.css"), ("js", "app.js")):
        for path in Path(assets.STATIC / folder).rglob(f"*.{folder}"):
            whole = f"{path.stem.partition('-')[0]}.{folder}"  # composer-panel.js is in composer.js
            assert path.read_bytes() in served[whole if whole in served else bundle].content
