"""Whatever is typed, pasted or forged into a form: an answer, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from shopapp.web.access import mark_of
from tests import cast, routes
from tests.apps import signed_in
from tests.conftest import OpenStore

NASTY = {
    "nul": "%00",
    "nul inside": "a%00b",
    "surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE",
    "controls": "%01%1B%7F%C2%85",
    "line ends": "a%0D%0ABcc:%20evil@nowhere.example",
    "huge number": "9" * 400,
    "negative": "-1",
    "odd digit": quote("²٣"),
    "nan": "NaN",
    "infinity": "1e999",
    "markup": quote("<script>alert(1)</script>"),
    "template": quote("{{7*7}}{%import os%}"),
    "long": "x" * 200_000,
    "right to left": quote("\u202egnp.exe"),
}
FIELDS = (
    "body version seen seen_version take reason assignee do ids q view after email password next "
    "remember theme shortcuts name currency timezone signature brand_voice host port username "
    "security address display_name compose images key value toggle base"
).split()


def encoded(value: str) -> str:
    return "&".join(f"{name}={value}" for name in FIELDS)


def places(app: Flask, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    for route in routes.routes(app):
        if route.rule.endpoint.startswith(("dev.", "health.")):
            continue
        assert mark_of(app, route.rule.endpoint)
        yield route.method, route.url(app, "harbor", ids)


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_form_or_query_breaks_a_page(app: Flask, store_session: OpenStore, nasty: str) -> None:
    with store_session("harbor") as session:
        ids = routes.furnish(session)
        session.commit()
    broken = []
    for method, place in places(app, ids):
        client = signed_in(app, cast.ADA)
        text = encoded(nasty)
        if method == "GET":
            answer = client.get(f"{place}?{text[:60_000]}")
        else:
            kind = "application/x-www-form-urlencoded"
            answer = client.open(place, method=method, data=text, content_type=kind)
        if answer.status_code >= 500:
            broken.append((method, place, answer.status_code))
    assert broken == []
