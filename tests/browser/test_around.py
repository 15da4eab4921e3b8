"""Around the pages: themes without a flash, Back and Forward, the sign-in page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop

CANVAS = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_theme_is_seen_at_once_and_sent_with_the_next_page(
    enter: Enter, system: str, theme: str
) -> None:
    page = enter("ben", color_scheme=system).page
    chosen = page.get_by_role("button", name=theme)
    with page.expect_response("**/theme"):
        open_user_menu(page)
        chosen.click()
    expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())
    colour = page.evaluate(CANVAS)
    answer = page.reload()
    assert answer is not None
    assert f'data-theme="{theme.lower()}"' in answer.text()
    assert page.evaluate(CANVAS) == colour
    assert colour == page_of_system(enter, theme.lower()).evaluate(CANVAS)


def test_without_a_choice_the_systems_theme_counts(enter: Enter) -> None:
    colours = {page_of_system(enter, system).evaluate(CANVAS) for system in ("light", "dark")}
    assert len(colours) == 2


def test_back_and_forward_after_a_filter_bring_whole_pages(shop: Shop, ben: Person) -> None:
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(2)))
    page = ben.open(shop.inbox)
    page.get_by_role("searchbox").fill('"Tea 1"')
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**q=*Tea*")
    expect(page.locator("[data-row]")).to_have_text(["Tea 1"])
    page.get_by_role("link", name=re.compile(r"^Closed \d")).click()
    page.wait_for_url("**view=closed*")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_text(["Tea 1"])
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value('"Tea 1"')
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.go_forward()
    expect(page.locator("[data-row]")).to_have_text(["Tea 1"])
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()


def test_back_from_a_ticket_shows_the_list_as_it_is_now(shop: Shop, ben: Person) -> None:
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(2)))
    page = ben.open(shop.inbox)
    page.get_by_role("link", name="Tea 1").click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#ticket-head")).to_contain_text("Closed")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_text(["Tea 0"])


def test_the_wrong_password_keeps_the_address_and_says_no_more(enter: Enter, shop: Shop) -> None:
    visitor = enter()
    visitor.watch.expected.add(422)
    page = visitor.open("/login")
    page.get_by_label("E-mail").fill(shop.address("ben"))
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("E-mail")).to_have_value(shop.address("ben"))


def test_after_signing_out_back_shows_nothing(shop: Shop, ben: Person) -> None:
    shop.receive()
    page = ben.open(shop.inbox)
    open_user_menu(page)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login*")
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Where is my parcel?")).to_have_count(0)


def open_user_menu(page: Page) -> None:
    page.locator("[popovertarget=user-menu]:visible").first.click()


def page_of_system(enter: Enter, system: str) -> Page:
    return enter("ben", color_scheme=system).page
