"""From what runs out to the paper for the vendor, at a desk and on a telephone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.catalog.models import Product, Variant
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import Shop

NAMES = ("Earl Grey", "Sencha", "Oolong")


@pytest.fixture
def order(shop: Shop) -> str:
    """The path of a draft of two teas for one vendor; there is a third tea."""
    with shop.session() as session:
        variants = []
        for name in NAMES:
            product = Product(shopify_id=f"p-{name}", handle=name.lower(), title=name)
            product.vendor_name = "Mill & Sons"
            variant = Variant(product=product, shopify_id=f"v-{name}", title="100 g")
            variant.sku, variant.cost = f"TEA-{name[:3].upper()}", Decimal("4.10")
            session.add(variant)
            variants.append(variant)
        session.flush()
        two = [variant.id for variant in variants[:2]]
        ada = session.scalars(select(User).where(User.email == shop.address("ada"))).one()
        (made,) = drafting.create_for(session, variants=two, by=ada).drafts
        return f"/{shop.handle}/purchasing/orders/{made.id}"


def test_an_order_is_written_approved_and_printed(
    enter: Enter, shop: Shop, order: str, tmp_path: Path
) -> None:
    ada = enter("ada")
    page = ada.open(order)
    quantities, costs = page.locator("[data-down=quantity]"), page.locator("[data-down=unit_cost]")
    quantities.first.fill("24")
    quantities.first.press("Enter")
    expect(quantities.nth(1)).to_be_focused()
    page.keyboard.type("12")
    costs.nth(1).fill("0.125")
    expect(page.locator("#totals .grand.num")).to_have_text("€99.90")
    expect(page.locator(".po-line output").nth(1)).to_contain_text("€1.50")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.locator("#find").press_sequentially("ool")
    page.locator("[data-match]").click()
    expect(quantities).to_have_count(3)
    expect(quantities.nth(2)).to_be_focused()
    page.keyboard.type("6")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Draft saved")
    expect(page.locator("#totals .grand.num")).to_have_text("€124.50")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("h1")).to_contain_text("PO-")
    text = _printed(page, tmp_path / "order.pdf")
    assert all(words in text for words in (*NAMES, "€124.50", "Mill & Sons"))
    (saved,) = shop.rows(PurchaseOrder)
    assert str(saved.number) in text
    assert [line.quantity for line in shop.rows(PurchaseOrderLine)] == [24, 12, 6]


def _printed(page: Page, path: Path) -> str:
    """Download the PDF, look at it, and read it."""
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as loading:
        page.get_by_role("link", name="PDF for the vendor").click()
    loading.value.save_as(path)
    with pypdfium2.PdfDocument(path) as document:
        picture = document[0].render(scale=1).to_pil().convert("L")
        assert sum(picture.histogram()[:128]) > 1000, "the page is blank"
        return str(document[0].get_textpage().get_text_bounded())


def test_a_reset_brings_the_sums_back(enter: Enter, order: str) -> None:
    page = enter("ada").open(order)
    page.locator("[data-down=quantity]").first.fill("100")
    expect(page.locator("#totals .grand.num")).to_have_text("€414.10")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#totals .grand.num")).to_have_text("€8.20")
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()


def test_an_order_works_without_javascript(enter: Enter, shop: Shop, order: str) -> None:
    ada = enter("ada", java_script_enabled=False)
    page = ada.open(order)
    page.locator("[data-down=quantity]").first.fill("7")
    page.locator("#find").fill("oolong")
    page.locator("#find").press("Enter")
    page.locator("[data-match]").click()
    expect(page.locator("[data-down=quantity]")).to_have_count(3)
    assert [line.quantity for line in shop.rows(PurchaseOrderLine)] == [7, 1, 1]


@pytest.mark.parametrize("path", ["", "/vendors", "/new-vendor", "order", "vendor"])
def test_the_pages_read_well(enter: Enter, shop: Shop, order: str, path: str) -> None:
    page = enter("ada").open(f"/{shop.handle}/purchasing{path}" if path[:1] in "/" else order)
    if path == "vendor":
        page.locator("#facts a").click()
    expect(page.locator("h1")).to_be_visible()
    assert flaws(page) == []
