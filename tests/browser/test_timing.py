"""Active time in a browser: half a minute after the last input nobody is working any more."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from playwright.sync_api import Request, expect

from shopapp.drafts.models import ComposeTime
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.browser.site import until


def told(request: Request) -> float:
    """The seconds a save told of."""
    spans = json.loads(parse_qs(request.post_data or "")["active"][0])
    return sum(long for _, long in spans) / 1000


def is_save(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/reply")


def test_the_composer_tells_how_long_it_was_worked_in(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(shop.inbox)
    page.clock.install()
    ben.open(ticket)
    with page.expect_request(is_save) as first:
        ben.text.press_sequentially("Dear Nils,")
        page.clock.run_for(2_000)
    assert told(first.value) <= 3
    expect(ben.composer.locator("[data-save]")).to_contain_text("Saved")
    until(lambda: len(shop.rows(ComposeTime)) == 1)
    page.clock.run_for(45_000)
    with page.expect_request(is_save) as second:
        ben.text.press_sequentially("!")
        page.clock.run_for(2_000)
    assert 24 <= told(second.value) <= 34
    page.get_by_role("main").locator("h1").first.click()
    page.clock.run_for(20_000)
    with page.expect_request(is_save) as third:
        ben.text.press_sequentially("?")
        page.clock.run_for(2_000)
    assert told(third.value) <= 8
