"""The velocity table at a browser: reading it, asking why, and ordering what runs out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from shopapp.purchasing.models import PurchaseOrderLine
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.purchasing.measured import article, measure, vendor


@pytest.fixture
def table(shop: Shop, ben: Person) -> Page:
    """Ben looks at three articles that run out, and one that does not."""
    with shop.session() as session:
        vendor(session, "Leaf & Co", 21, 5)
        for number in range(3):
            article(session, f"LOW-{number}", stock=3 * number, daily=4, vendor="Leaf & Co")
        article(session, "FINE", stock=300, daily=5)
        measure(session)
    return ben.open(f"/{shop.handle}/purchasing/velocity")


def test_two_articles_are_added_to_a_draft(shop: Shop, table: Page) -> None:
    expect(table.locator("tbody tr")).to_have_count(3)
    for sku in ("LOW-0", "LOW-2"):
        table.get_by_label(f"Select {sku}").check()
    expect(table.get_by_role("toolbar")).to_contain_text("2 selected")
    table.get_by_role("button", name="Add to purchase-order draft").click()
    table.wait_for_url("**/purchasing/orders/**")
    assert {line.sku for line in shop.rows(PurchaseOrderLine)} == {"LOW-0", "LOW-2"}


def test_the_reasons_open_beside_the_figure(table: Page) -> None:
    table.locator("tbody tr").filter(has_text="LOW-1").get_by_role("button", name="Why").click()
    basis = table.locator("#basis")
    expect(basis).to_contain_text("Sells 4.0 a day, 1 day left, vendor takes 21 ± 5 days.")
    assert flaws(table) == []
    table.keyboard.press("Escape")
    expect(basis).to_be_hidden()


def test_views_and_columns_follow_clicks_and_the_address(table: Page) -> None:
    table.get_by_role("link", name="All").click()
    expect(table.locator("tbody tr")).to_have_count(4)
    table.get_by_role("link", name="90 d").click()
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("90 d")
    expect(table.locator("tbody tr").first).to_contain_text("FINE")
    assert "view=all" in table.url
    table.go_back()
    expect(table.locator("th[aria-sort=ascending]")).to_contain_text("Cover")


def test_measuring_again_shows_how_it_goes(table: Page) -> None:
    table.get_by_role("button", name="Measure again").click()
    table.get_by_role("link", name="Show new figures").click()
    expect(table.get_by_role("button", name="Measure again")).to_be_visible()


def test_the_table_is_walked_and_marked_by_keys(table: Page) -> None:
    table.keyboard.press("j")
    table.keyboard.press("j")
    table.keyboard.press("x")
    expect(table.get_by_role("toolbar")).to_contain_text("1 selected")
    table.keyboard.press("Escape")
    table.keyboard.press("o")
    table.wait_for_url("**/velocity/c*")
    expect(table.locator("#basis-body")).to_contain_text("Sells 4.0 a day")


def test_the_table_looks_right_everywhere(table: Page) -> None:
    assert flaws(table) == []
