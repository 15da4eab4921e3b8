"""The palette: pages, actions on the page and the server's finds, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def inbox(shop: Shop, ben: Person) -> Page:
    """Ben's inbox with three tickets."""
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(3)))
    return ben.open(shop.inbox)


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search or jump to")


def options(page: Page) -> Locator:
    return page.locator("#palette [role=option]:visible")


def test_a_ticket_is_found_and_opened_by_keyboard(inbox: Page) -> None:
    inbox.keyboard.press("Control+k")
    expect(box(inbox)).to_be_focused()
    inbox.keyboard.type("tea 1")
    expect(options(inbox)).to_have_text([re.compile("Tea 1.*Ticket #2")])
    expect(box(inbox)).to_have_attribute("aria-activedescendant", "hit-1")
    inbox.keyboard.press("Enter")
    expect(inbox.get_by_role("heading", level=1)).to_have_text("Tea 1")


def test_pages_are_known_before_the_server_answers(inbox: Page) -> None:
    inbox.route("**/palette?**", lambda _route: None)  # it never does
    inbox.keyboard.press("Control+k")
    expect(options(inbox).nth(0)).to_have_attribute("aria-selected", "true")
    inbox.keyboard.type("purch")
    expect(options(inbox)).to_have_text([re.compile("Purchasing")])
    expect(inbox.locator("#palette-state")).to_have_text("Searching…")
    inbox.keyboard.press("Enter")
    inbox.wait_for_url("**/purchasing")


def test_arrows_go_round(inbox: Page) -> None:
    inbox.keyboard.press("Control+k")
    chosen = inbox.locator("#palette [aria-selected=true]")
    expect(chosen).to_have_text(re.compile("Home"))
    inbox.keyboard.press("ArrowUp")
    last = options(inbox).last.inner_text()
    expect(chosen).to_have_text(last)
    inbox.keyboard.press("ArrowDown")
    expect(chosen).to_have_text(re.compile("Home"))
    assert inbox.evaluate("document.activeElement.role") == "combobox"


def test_an_order_is_found_by_its_number(shop: Shop, inbox: Page) -> None:
    inbox.keyboard.press("Control+k")
    inbox.keyboard.type("#1001")
    expect(options(inbox).first).to_have_text(re.compile("Order #1001"))
    inbox.keyboard.press("Enter")
    inbox.wait_for_url("**/orders/*")


def test_escape_closes_and_the_focus_goes_back(inbox: Page) -> None:
    inbox.keyboard.press("j")
    inbox.keyboard.press("Control+k")
    inbox.keyboard.press("Escape")
    expect(inbox.locator("#palette")).not_to_be_visible()
    expect(inbox.locator("[data-row]").nth(0)).to_be_focused()


def test_nothing_fits_and_a_broken_search_are_said(inbox: Page, ben: Person) -> None:
    inbox.get_by_role("link", name="Search or jump to").click()
    inbox.keyboard.type("zzzz")
    state = inbox.locator("#palette-state")
    expect(state).to_have_text("Nothing fits.")
    ben.watch.expected.add(500)
    inbox.route("**/palette?**", lambda route: route.fulfill(status=500, body="no"))
    inbox.keyboard.type("y")
    expect(state).to_have_text(re.compile("did not answer"))
    inbox.unroute("**/palette?**")
    box(inbox).fill("tea 2")
    expect(options(inbox)).to_have_text([re.compile("Tea 2")])


def test_fast_typing_shows_the_last_words_finds(inbox: Page) -> None:
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    inbox.route("**/palette?**", note)
    inbox.keyboard.press("Control+k")
    inbox.keyboard.type("tea 0", delay=10)
    expect(options(inbox)).to_have_text([re.compile("Tea 0")])
    assert len(asked) < 4


def test_it_is_a_page_without_scripts(shop: Shop, enter: Enter) -> None:
    shop.receive(shop.letter(subject="Oolong"))
    page = enter("ben", java_script_enabled=False).page
    page.goto(shop.inbox)
    page.get_by_role("link", name="Search or jump to").click()
    page.get_by_role("searchbox").fill("oolong")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Oolong").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oolong")


def test_it_reads_well_when_open(inbox: Page) -> None:
    inbox.keyboard.press("Control+k")
    inbox.keyboard.type("tea")
    expect(options(inbox)).to_have_count(3)
    assert flaws(inbox) == []


def test_the_counter_follows_what_is_closed(inbox: Page) -> None:
    waiting = inbox.locator(".rail .count-inbox")
    expect(waiting).to_have_text("3")
    inbox.keyboard.press("j")
    inbox.keyboard.press("e")
    expect(waiting).to_have_text("2")
