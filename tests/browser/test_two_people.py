"""Two people write one reply: the second sees both texts, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop

FIRST, SECOND = "Ben was here first.", "Ada knows better."


@pytest.fixture
def ada(shop: Shop, ben: Person, enter: Enter) -> Person:
    """Ada, whose text was refused because Ben had saved his meanwhile."""
    (ticket,) = shop.receive()
    ada = enter("ada")
    ada.open(ticket)
    ben.open(ticket)
    ben.write(FIRST)
    ada.watch.expected.add(409)
    ada.text.fill(SECOND)
    ada.shows("Both texts are here; nothing is lost.", FIRST, SECOND)
    return ada


def test_the_second_keeps_her_own(ada: Person, ben: Person) -> None:
    ada.page.get_by_role("button", name="Keep mine").click()
    expect(ada.page.locator("#conflict")).to_have_count(0)
    expect(ada.text).to_have_value(SECOND)
    ben.page.reload()
    expect(ben.text).to_have_value(SECOND)


def test_the_second_takes_the_others(ada: Person, ben: Person) -> None:
    ada.page.get_by_role("button", name="Take theirs").click()
    expect(ada.page.locator("#conflict")).to_have_count(0)
    expect(ada.text).to_have_value(FIRST)
    ben.page.reload()
    expect(ben.text).to_have_value(FIRST)


def test_the_second_cannot_send_over_the_first(ada: Person, ben: Person, shop: Shop) -> None:
    ada.send()
    expect(ada.page.locator("#conflict")).to_be_visible()
    expect(ada.text).to_have_value(SECOND)
    assert shop.arrived(0) == []


@pytest.mark.parametrize(("choice", "text"), [("Keep mine", SECOND), ("Take theirs", FIRST)])
def test_it_is_the_same_without_javascript(
    shop: Shop, ben: Person, enter: Enter, choice: str, text: str
) -> None:
    (ticket,) = shop.receive()
    ada = enter("ada", java_script_enabled=False)
    page = ada.open(ticket)
    ben.open(ticket)
    ben.write(FIRST)
    ada.watch.expected.add(409)
    ada.text.fill(SECOND)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Both texts are here; nothing is lost.")
    page.get_by_role("button", name=choice).click()
    expect(ada.text).to_have_value(text)
