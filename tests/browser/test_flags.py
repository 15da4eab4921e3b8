"""Flags in a browser: raised by hand, put away, resolved; and one from a ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from shopapp.catalog.models import Order
from shopapp.flags.models import FlagStatus, OrderFlag
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def order_url(shop: Shop) -> str:
    """The page of Nils's order."""
    (order,) = shop.rows(Order)
    return f"/{shop.handle}/orders/{order.id}"


def test_a_flag_by_hand_is_seen_put_away_and_resolved(
    shop: Shop, ben: Person, order_url: str
) -> None:
    page = ben.open(order_url)
    page.get_by_label("What is the matter").select_option("address_problem")
    page.get_by_label("Note", exact=True).fill("The street has no number.")
    page.get_by_role("button", name="Flag order").click()
    expect(page.locator("#toasts")).to_contain_text("#1001 flagged")
    assert flaws(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    ben.open(f"/{shop.handle}/orders/flags")
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_have_text("#1001")
    assert flaws(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("o")
    expect(page.locator(".evidence")).to_contain_text("The street has no number.")
    page.keyboard.press("z")
    page.get_by_role("button", name="In three days").click()
    expect(page.locator("#flag-head")).to_contain_text("sleeps until")
    expect(page.locator("dialog[open], .htmx-request")).to_have_count(0)
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("e")
    page.get_by_label("What was done").fill("He lives at number 7.")
    page.get_by_role("button", name="Resolve flag").click()
    expect(page.locator("#flag-head")).to_contain_text("Resolved")
    expect(page.locator(".timeline")).to_contain_text("He lives at number 7.")
    assert flaws(page) == []
    (flag,) = shop.rows(OrderFlag)
    assert (flag.status, flag.resolution_notes) == (FlagStatus.RESOLVED, "He lives at number 7.")


def test_an_order_is_flagged_from_its_ticket(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    summary = page.locator("#sidebar summary.btn")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("What the customer reports").fill("It is swimming.")
    page.get_by_role("button", name="Flag #1001").click()
    expect(page.locator("#sidebar")).to_contain_text("Flagged: Customer reported")
    page.get_by_role("link", name="Flagged: Customer reported").click()
    expect(page.locator(".evidence")).to_contain_text("It is swimming.")
    page.get_by_role("link", name="The ticket it was reported in").click()
    page.wait_for_url(f"**{ticket}")
