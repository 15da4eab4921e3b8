"""A purchase order's mail, from the model's draft through a rework to the vendor, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.catalog.models import Product, Variant
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus, Vendor
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import Shop, words
from tests.browser.site import until
from tests.browser.test_drafting import Gated, model, said

__all__ = ["model"]
MAIL = "Dear millers, please find our order attached. It comes to €98.40 in all."
WARM = "Dear friends, with pleasure we send you our order. It comes to €98.40 in all."


@pytest.fixture
def order(shop: Shop) -> str:
    """The path of an approved order of tea from a mill."""
    with shop.session() as session:
        product = Product(shopify_id="p-earl", handle="earl", title="Earl Grey")
        product.vendor_name = "Mill & Sons"
        variant = Variant(product=product, shopify_id="v-earl", title="100 g", sku="TEA-EAR")
        variant.cost = Decimal("4.10")
        session.add(variant)
        session.flush()
        ada = session.scalars(select(User).where(User.email == shop.address("ada"))).one()
        (made,) = drafting.create_for(session, variants=[variant.id], by=ada).drafts
        made.lines[0].quantity = 24
        session.flush()
        session.scalars(select(Vendor)).one().email = shop.address("mill")
        ordering.approve(session, made, by=ada)
        return f"/{shop.handle}/purchasing/orders/{made.id}"


def test_a_vendors_mail_grows_is_reworked_beside_what_is_typed_and_leaves_by_hand(
    shop: Shop, enter: Enter, order: str, model: Gated
) -> None:
    shop.set_limits(undo_seconds=0)
    model.gate.clear()
    model.usual = said(MAIL)
    page = enter("ada").open(order)
    page.get_by_role("button", name="Draft mail to vendor").click()
    expect(page.locator("#draft-writing")).to_contain_text("Dear millers,")
    assert flaws(page, briefly=True) == []
    model.gate.set()
    text = page.get_by_role("textbox", name="Text")
    expect(text).to_have_value(MAIL)
    _rework(page, model)
    expect(text).to_have_value(WARM)
    page.get_by_role("button", name="Approve and send").click()
    (mail,) = shop.arrived()
    assert words(mail).strip() == WARM
    until(lambda: shop.rows(PurchaseOrder)[0].status is PurchaseOrderStatus.SENT)
    assert [each.state for each in shop.rows(AiDraft)] == [DraftState.STALE, DraftState.SENT]


def _rework(page: Page, model: Gated) -> None:
    """Have the mail made warmer, go on typing meanwhile, and take it."""
    text = page.get_by_role("textbox", name="Text")
    model.gate.clear()
    model.usual = said(WARM)
    page.get_by_role("button", name="Rework").click()
    page.get_by_role("button", name="Warmer").click()
    expect(page.locator("#rework")).to_contain_text("Dear friends,")
    text.fill(f"{MAIL} Thank you!")
    expect(page.locator("#draft-checks")).to_contain_text("Ada")
    model.gate.set()
    expect(page.locator("#rework ins").first).to_be_visible()
    expect(page.locator("#rework")).to_contain_text("You changed your text after this")
    expect(text).to_have_value(f"{MAIL} Thank you!")
    assert flaws(page, briefly=True) == []
    page.get_by_role("button", name="Replace my text").click()
