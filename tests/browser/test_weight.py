"""What a page weighs the first time, and that it stands still while it loads."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.person import Person
from tests.browser.shop import Shop

REQUESTS, BYTES, SHIFT = 8, 48 * 1024, 0.02
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def test_the_list_is_light_for_who_comes_the_first_time(shop: Shop, ben: Person) -> None:
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(30)))
    page = fresh(ben).new_page()
    sizes = sizes_of(page)
    page.goto(shop.inbox, wait_until="networkidle")
    assert len(sizes) <= REQUESTS, "\n".join(sizes)
    assert sum(sizes.values()) <= BYTES, sizes


def test_a_page_of_a_known_kind_costs_its_own_text_alone(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = fresh(ben).new_page()
    for path in (shop.inbox, ticket, shop.inbox):  # a ticket brings a style sheet and a script
        page.goto(path, wait_until="networkidle")
    sizes = sizes_of(page)
    page.goto(ticket, wait_until="networkidle")
    assert not [url for url, size in sizes.items() if "/static/" in url and size]
    assert sum(sizes.values()) <= 12 * 1024, sizes


def test_pages_stand_still_while_they_load(shop: Shop, ben: Person) -> None:
    tickets = shop.receive(shop.rich_letter(), shop.letter())
    for path in (shop.inbox, *tickets):
        for width in (1280, 390):
            page = fresh(ben).new_page()
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(path, wait_until="networkidle")
            assert page.evaluate(SHIFTS) < SHIFT, f"{path} at {width} px"


def fresh(person: Person) -> BrowserContext:
    """A browser in which the same person is signed in and nothing is cached."""
    here = person.page.context
    browser = here.browser
    assert isinstance(browser, Browser)
    return browser.new_context(base_url=person.shop.site.url, storage_state=here.storage_state())


def sizes_of(page: Page) -> dict[str, float]:
    """Bytes over the wire by URL, headers included, from now on; a style sheet's own are none."""
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")

    def asked(event: Any) -> None:
        url = event["request"]["url"]
        if not url.startswith("data:"):
            urls[event["requestId"]] = url
            sizes[url] = 0

    def finished(event: Any) -> None:
        if url := urls.get(event["requestId"]):
            sizes[url] += event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", finished)
    return sizes
