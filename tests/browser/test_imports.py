"""Bringing a file in a browser: upload, preview, import, done; and the pages' looks."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from shopapp.catalog.models import Product
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop

HEADER = "Handle,Title,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
GOOD = "".join(f"tea-{n},Tea {n},Small,TEA-{n},12.50,7\n" for n in range(30))
BAD = "pot,Pot,Small,POT,cheap,1\n"
ORDERS = "Name,Created at,Financial Status,Total,Lineitem name,Lineitem quantity,Lineitem price\n"


def file(folder: Path, text: str, name: str = "products.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def choose(person: Person, path: Path) -> None:
    person.page.get_by_label("CSV file").set_input_files(path)
    person.page.get_by_role("button", name="Check the file").click()


def test_a_products_file_is_checked_shown_and_imported(
    shop: Shop, ben: Person, tmp_path: Path
) -> None:
    page = ben.open(f"/{shop.handle}/imports")
    assert flaws(page) == []
    page.get_by_role("link", name="Import a file").first.click()
    expect(page.get_by_role("heading", name="Import a file")).to_be_visible()
    assert flaws(page) == []
    choose(ben, file(tmp_path, HEADER + GOOD + BAD))
    expect(page.locator("#import")).to_contain_text("Nothing has been imported yet")
    expect(page.locator("#import")).to_contain_text("is not an amount")
    assert flaws(page) == []
    page.get_by_role("button", name="Import 30 rows").click()
    expect(page.locator("#import")).to_contain_text("30 of 31 rows")
    expect(page.locator("#import")).not_to_have_attribute("hx-trigger", "load delay:1s")
    assert flaws(page) == []
    assert len(shop.rows(Product)) == 30
    page.get_by_role("link", name="Imports").first.click()
    expect(page.get_by_role("row", name="products.csv")).to_contain_text("Imported")
    assert flaws(page) == []


def test_a_file_of_another_kind_leads_to_its_own_form(
    shop: Shop, ben: Person, tmp_path: Path
) -> None:
    page = ben.open(f"/{shop.handle}/imports/new")
    ben.watch.expected.add(422)
    choose(ben, file(tmp_path, ORDERS + "#1,2026-01-01 10:00:00 +0100,paid,5,Tea,1,5\n"))
    page.get_by_role("link", name="Import it as Orders").click()
    expect(page.locator("#kind-orders")).to_have_attribute("aria-current", "true")
