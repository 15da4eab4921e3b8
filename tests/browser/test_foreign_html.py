"""Foreign HTML in a real browser: nothing runs, fetches, submits, names or moves anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from shopapp.inbox.quoting import split_reply_html
from shopapp.inbox.sanitising import sanitise_html
from tests.inbox.written_mail import attacks

VECTORS = attacks()
EVIL = "https://evil.example"
HOME = "http://shop.example/"
PAGE = (
    "<!doctype html><html><head><title>shopapp</title></head>"
    "<body><header id=chrome>shopapp</header>"
    "<main>{}</main></body></html>"
)
SPY = "window.ran = []; window.alert = () => window.ran.push(1)"
POKE = """() => {
  for (const each of document.querySelectorAll('main *')) {
    for (const name of ['mouseover', 'click', 'focus', 'pointerenter', 'wheel', 'keydown', 'toggle',
                        'animationstart', 'transitionend', 'load', 'error'])
      if (!(name === 'click' && each.closest('a'))) each.dispatchEvent(new Event(name))
  }
  return window.ran.length
}"""
LOOK = """() => {
  const place = (name) => { const box = document.querySelector(name).getBoundingClientRect()
    return [box.x, box.y, box.width, getComputedStyle(document.querySelector(name)).color,
            getComputedStyle(document.querySelector(name)).display] }
  const inside = [...document.querySelectorAll('main *')]
  return {
    chrome: place('#chrome'),
    title: document.title,
    own: [document.getElementById('chrome').tagName, typeof document.getElementById,
          typeof document.cookie, typeof document.forms, typeof window.csrf_token],
    controls: inside.filter((each) => each.matches('form, input, button, select, textarea,'
      + 'output, object, embed, iframe, frame, script, style, link, meta, base, svg, math,'
      + 'template')).length,
    moved: inside.filter((each) => getComputedStyle(each).position !== 'static').length,
    named: inside.filter((each) => each.id || each.getAttribute('name') || each.className).length,
    links: [...document.querySelectorAll('main a[href]')].map((each) => each.protocol),
  }
}"""


class Reader:
    """A page of ours that shows foreign HTML, and what was asked of the world meanwhile."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self._html = ""
        context.add_init_script(SPY)
        context.route("**/*", self._answer)
        self._page = context.new_page()

    def _answer(self, route: Route) -> None:
        if route.request.url == HOME:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            route.abort()

    def show(self, pieces: list[str]) -> dict[str, Any]:
        """How the page looks with each piece in a section of its own."""
        self._html = PAGE.format("".join(f"<section>{each}</section>" for each in pieces))
        self._page.goto(HOME, wait_until="load")
        look: dict[str, Any] = self._page.evaluate(LOOK)
        return look

    def poke(self) -> int:
        """How many scripts ran, after every element was touched."""
        ran: int = self._page.evaluate(POKE)
        return ran


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    context = browser.new_context()
    yield Reader(context)
    context.close()


def test_the_vectors_are_dangerous_as_they_come(reader: Reader) -> None:
    """Else the tests below could not fail."""
    ran = 0
    for tag in (
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<script>alert(1)</script>",
    ):
        reader.show([tag])
        ran += bool(reader.poke())
    look = reader.show([each for each in VECTORS if "position" in each or "<form" in each][:40])
    assert ran == 3
    assert reader.asked
    assert look["controls"]
    assert look["moved"]


@pytest.mark.parametrize("allow", [False, True])
def test_none_of_the_vectors_does_anything(reader: Reader, allow: bool) -> None:
    plain = reader.show([])
    assert len(VECTORS) > 400
    for at in range(0, len(VECTORS), 100):
        some = VECTORS[at : at + 100]
        look = reader.show(
            [sanitise_html(f"<p>{each}", allow_remote_images=allow) for each in some]
        )
        assert reader.poke() == 0
        assert {**look, "links": []} == plain
        assert set(look["links"]) <= {"http:", "https:", "mailto:", "tel:"}
    assert {url for url in reader.asked if not (allow and url == f"{EVIL}/x")} == set()


def test_split_replies_are_as_harmless(reader: Reader) -> None:
    plain = reader.show([])
    quote = '<div class="gmail_quote">{}</div>'
    halves = [split_reply_html(f"<p>new</p>{each}{quote.format(each)}") for each in VECTORS]
    texts = [sanitise_html(text) for half in halves for text in (half.visible, half.quoted)]
    look = reader.show(texts)
    assert reader.poke() == 0
    assert {**look, "links": []} == plain
    assert reader.asked == []
